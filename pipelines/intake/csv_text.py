"""The bytes of a text table in, Unicode out, with the encoding it was in; legacy and lost letters are refused."""

import unicodedata

from pipelines.intake.reject import Reject
from pipelines.intake.text import LOST_WORDS, clean, lost_letters

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_BINARY = bytes({*range(32), 127} - set(b"\t\n\r\x0b\x0c\x1a"))


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding; raises Reject F002 (cut inside a letter), F003 (no text), U001 (old fonts), U006 (`?`)."""
    text, encoding = _decoded(data)
    if lost_letters(text) >= LOST_WORDS:
        raise Reject("U006")
    return text, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), encoding
    wide = _unmarked_utf16(data)
    if wide:
        return _strict(data, wide), wide
    if len(data.translate(None, _BINARY)) != len(data):
        raise Reject("F003", kind="?")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _windows_1258(data), "windows-1258"


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Reject("F002") from None


def _unmarked_utf16(data: bytes) -> str:
    """Every second byte of Latin text in UTF-16 is zero."""
    head = data[:512]
    if len(head) < 8 or b"\x00" not in head:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 4
    return "utf-16-le" if odd > half > even else "utf-16-be" if even > half > odd else ""


def _windows_1258(data: bytes) -> str:
    """NOTE: Windows-1258 writes the tone as a letter of its own; after composing none may be left over."""
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        raise Reject("U001", case="whole") from None
    if any(unicodedata.combining(letter) for letter in text) or "U001" in clean(text).codes:
        raise Reject("U001", case="whole")
    return text
