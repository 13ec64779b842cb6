"""Tell what a file is by its first bytes; whatever is no workbook and no text table is refused."""

import re
from typing import Literal

from pipelines.spreadsheet.rejection import FileRejected

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
#: Names under which a table of text is taken; everything else must be a workbook.
TEXT_NAMES = (".csv", ".tsv", ".txt")
#: BIFF streams without the OLE container: Excel 2 to 4.
_OLD_SHEETS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x10\x00")
_HTML = re.compile(
    rb"\s*<(?:!doctype html|html|head|body|table|meta|\?xml[^>]*>\s*<(?:html|workbook))",
    re.IGNORECASE,
)
_KINDS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
)
#: Kinds that hold other files.
ARCHIVES = ("zip", "RAR", "7z", "gzip")
_OWNER_BYTES = 165


def detect_kind(data: bytes, name: str, max_bytes: int) -> Literal["xlsx", "csv"]:
    """Return what the content is.

    Raises FileRejected for everything that is neither a workbook nor a table of text.
    """
    if not data:
        raise FileRejected("F001")
    if is_owner_file(name, data):
        raise FileRejected("F010")
    if len(data) > max_bytes:
        size, limit = to_megabytes(len(data)), to_megabytes(max_bytes)
        raise FileRejected("F011", n=size, limit=limit)
    _refuse_old_excel(data)

    has_text_name = name.lower().endswith(TEXT_NAMES)
    if not data.startswith(ZIP):
        _refuse_other_kinds(data, has_text_name)
        return "csv"
    if has_text_name:
        raise FileRejected("F003", kind="xlsx/zip")
    return "xlsx"


def _refuse_other_kinds(data: bytes, has_text_name: bool) -> None:
    """Raise FileRejected F003 for another kind of file, or a name that does not promise text."""
    kind = _detect_other(data)
    if kind or not has_text_name:
        raise FileRejected("F003", case="archive" if kind in ARCHIVES else "", kind=kind or "?")


def _refuse_old_excel(data: bytes) -> None:
    """Raise FileRejected F005 for an encrypted workbook, F004 for one of Excel 2003 or older."""
    if data.startswith(OLE):
        is_encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise FileRejected("F005" if is_encrypted else "F004")
    if data.startswith(_OLD_SHEETS):
        raise FileRejected("F004")


def is_owner_file(name: str, data: bytes = b"") -> bool:
    """True for Excel's `~$…` beside an open workbook: a user's name padded to 165 bytes."""
    if name.rpartition("/")[2].startswith("~$"):
        return True
    return len(data) == _OWNER_BYTES and 0 < data[0] <= 54 and data[55:56] in (data[:1], b" ")


def to_megabytes(size: int) -> int:
    """Return a size in whole megabytes, rounded up."""
    return -(-size // (1024 * 1024))


def _detect_other(data: bytes) -> str:
    """Return the name of another known kind of file, empty when the content may be text."""
    for start, kind in _KINDS:
        if data.startswith(start):
            return kind

    head = data[:2048].removeprefix(b"\xef\xbb\xbf")
    is_html = _HTML.match(head) or _HTML.match(head.replace(b"\x00", b"")[2:])
    if is_html:
        return "HTML"
    if head.lstrip().startswith(b"<?xml"):
        return "XML"
    return ""
