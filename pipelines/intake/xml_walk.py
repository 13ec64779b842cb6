"""The bytes of an XML part in, its elements handed to callbacks; declarations, deep nesting and odd encodings refused.

No part is read by anything else before it went through here or was proved ordinary (xml_sheet, xml_strings).
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar
from xml.parsers import expat

from pipelines.intake.reject import Reject

DEPTH, ATTRIBUTES = 32, 200
#: Results for parts up to this size are remembered: styles and lists are the same in every copy of a form.
SMALL = 64 * 1024
_CHUNK = 64 * 1024

Start = Callable[[str, dict[str, str]], None]
T = TypeVar("T")
P = ParamSpec("P")

_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)[\"']")
_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def walk(
    data: bytes,
    start: Start | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    *,
    depth: int = DEPTH,
) -> None:
    """Call back for each element (local names) and text; raises Reject X001, X002, X003 or F002 (not well formed)."""
    judge_encoding(data)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _doctype
    parser.StartElementHandler, parser.EndElementHandler = _counted(start, end, depth)
    if text:
        parser.CharacterDataHandler = text
    try:
        # NOTE: fed in pieces, so that a callback's refusal ends the work at once.
        for at in range(0, len(data), _CHUNK):
            parser.Parse(data[at : at + _CHUNK], at + _CHUNK >= len(data))
    except expat.ExpatError:
        raise Reject("F002") from None


def judge_encoding(data: bytes) -> None:
    """Only UTF-8 is XML to us; a DTD is refused before any parser sees it."""
    if not data:
        raise Reject("F002")
    if b"<!DOCTYPE" in data:
        raise Reject("X001")
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]:
        raise Reject("X003")
    if declared and declared[1].lower() not in _ENCODINGS:
        raise Reject("X003")
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            raise Reject("X003") from None


def remembered(read: Callable[Concatenate[bytes, P], T]) -> Callable[Concatenate[bytes, P], T]:
    """`read` with a memory for small parts; refusals are not remembered, and nobody may change what it returns."""
    known = lru_cache(maxsize=64)(read)

    def reading(data: bytes, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return known(data, *args, **kwargs) if len(data) <= SMALL else read(data, *args, **kwargs)  # type: ignore[arg-type]

    return reading


def _doctype(*_: object) -> None:
    raise Reject("X001")


def _counted(
    start: Start | None, end: Callable[[str], None] | None, deepest: int
) -> tuple[Start, Callable[[str], None]]:
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > deepest or len(attributes) > ATTRIBUTES:
            raise Reject("X002")
        if start:
            start(tag if ":" not in tag else tag.rpartition(":")[2], attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(tag if ":" not in tag else tag.rpartition(":")[2])

    return opened, closed
