"""The first bytes and the name of a file in, what it is out, or a refusal that says what to do instead."""

import re
from typing import Literal

from pipelines.intake.reject import Reject

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
#: Names under which a table of text is taken; everything else must be a workbook.
TEXT_NAMES = (".csv", ".tsv", ".txt")
#: BIFF streams without the OLE container: Excel 2 to 4.
_OLD_SHEETS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x10\x00")
_HTML = re.compile(rb"\s*<(?:!doctype html|html|head|body|table|meta|\?xml[^>]*>\s*<(?:html|workbook))", re.IGNORECASE)
_KINDS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
)
_OWNER_BYTES = 165


def recognise(data: bytes, name: str, largest: int) -> Literal["xlsx", "csv"]:
    """What the content is; raises Reject for everything that is neither a workbook nor a table of text."""
    if not data:
        raise Reject("F001")
    if is_owner_file(name, data):
        raise Reject("F010")
    if len(data) > largest:
        raise Reject("F011", n=megabytes(len(data)), limit=megabytes(largest))
    if data.startswith(OLE):
        raise Reject("F005" if "EncryptedPackage".encode("utf-16-le") in data else "F004")
    if data.startswith(_OLD_SHEETS):
        raise Reject("F004")
    as_text = name.lower().endswith(TEXT_NAMES)
    if data.startswith(ZIP):
        if as_text:
            raise Reject("F003", kind="xlsx/zip")
        return "xlsx"
    kind = _other(data)
    if kind or not as_text:
        raise Reject("F003", kind=kind or "?")
    return "csv"


def is_owner_file(name: str, data: bytes = b"") -> bool:
    """Excel's `~$…` beside an open workbook: a user's name padded to 165 bytes."""
    if name.rpartition("/")[2].startswith("~$"):
        return True
    return len(data) == _OWNER_BYTES and 0 < data[0] <= 54 and data[55:56] in (data[:1], b" ")


def megabytes(size: int) -> int:
    """Whole megabytes, rounded up."""
    return -(-size // (1024 * 1024))


def _other(data: bytes) -> str:
    known = next((kind for start, kind in _KINDS if data.startswith(start)), "")
    if known:
        return known
    head = data[:2048].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head) or _HTML.match(head.replace(b"\x00", b"")[2:]):
        return "HTML"
    return "XML" if head.lstrip().startswith(b"<?xml") else ""
