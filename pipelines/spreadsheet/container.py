"""The bytes of a zip in, its parts out, inflated by hand under hard limits; anything unusual is refused.

The end record must be the last bytes, every local header must say what the central directory says, entries may
neither overlap nor leave gaps, and no size may go past the limits (docs/domain.md 8.3).
"""

import re
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.rejection import FileRejected

#: A part must be at least so large before its ratio is looked at: short parts of one letter are harmless.
RATIO_MIN_BYTES = 128 * 1024
#: What a part that is read may hold; all parts that are read together may hold twice as much.
MAX_PART_BYTES = 16 * 1024 * 1024

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _STREAMED, _UTF8, _PATCHED = 0x1, 0x8, 0x800, 0x20
_STORED, _DEFLATED = 0, 8
_WIDE = 0xFFFFFFFF
_DESCRIPTOR_BYTES = 24
_SMALL = 64 * 1024


class ZipEntry(NamedTuple):
    """One entry as the central directory declares it; `start` is where its data begin."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int


Package = dict[str, bytes]


def inflate_parts(
    data: bytes, entries: list[ZipEntry], is_wanted: Callable[[str], bool] | None = None
) -> Package:
    """Part name → content of every part that is read, verified; nothing else is inflated.

    `is_wanted` says which parts these are; those of a workbook when it is None.

    Raises FileRejected F002 (damaged), F006 (a size that lies) and S005 (too large to be one of our forms).
    """
    package: Package = {}
    held = 0
    for entry in entries:
        if (is_wanted or is_part_read)(entry.name):
            held += entry.size
            if entry.size > MAX_PART_BYTES or held > 2 * MAX_PART_BYTES:
                raise FileRejected("S005")
            package[entry.name] = _part_content(data, entry)
    return package


def is_part_read(name: str) -> bool:
    """True for parts this system looks into: no pictures, themes, printer settings, document properties."""
    return name.endswith((".xml", ".rels")) and not name.startswith(
        ("xl/theme/", "docProps/", "xl/drawings/")
    )


def read_directory(data: bytes, limits: ReaderLimits) -> list[ZipEntry]:
    """Every file entry in the order of its data, checked against limits, local headers and its neighbours.

    Raises FileRejected F002 (cut), F005 (encrypted), F006 (unusual structure), S005 (too large), X001.
    """
    try:
        first, count, end = _read_end_record(data, limits)
        found, offsets = _read_central_records(data, first, count, end)
        entries = _check_local_headers(data, found, offsets, first)
    except (struct.error, IndexError):
        raise FileRejected("F002") from None
    _check_names(entries)
    _check_sizes(data, entries, limits)
    return [e for e in entries if not e.name.endswith("/")]


def _read_end_record(data: bytes, limits: ReaderLimits) -> tuple[int, int, int]:
    end = len(data) - _END.size
    if end < 0 or data[end : end + 4] != b"PK\x05\x06":
        raise FileRejected("F002")
    _, disk, first_disk, here, count, size, first, comment = _END.unpack_from(data, end)
    if comment:
        raise FileRejected("F002")
    if disk or first_disk or here != count or count > limits.entries or first + size != end:
        raise FileRejected("F006")
    return first, count, end


def _read_central_records(
    data: bytes, at: int, count: int, end: int
) -> tuple[list[ZipEntry], list[tuple[int, int]]]:
    found: list[ZipEntry] = []
    offsets: list[tuple[int, int]] = []
    for _ in range(count):
        if data[at : at + 4] != b"PK\x01\x02":
            raise FileRejected("F002")
        head = _CENTRAL.unpack_from(data, at)
        flags, method, crc, packed, size, named, extra, note, disk, offset = (
            *head[3:5],
            *head[7:14],
            head[16],
        )
        if flags & _ENCRYPTED:
            raise FileRejected("F005")
        if (
            flags & _PATCHED
            or method not in (_STORED, _DEFLATED)
            or disk
            or _WIDE in (packed, size, offset)
        ):
            raise FileRejected("F006")
        name = data[at + _CENTRAL.size : at + _CENTRAL.size + named]
        found.append(
            ZipEntry(
                name.decode("utf-8" if flags & _UTF8 else "cp437", "replace"),
                method,
                crc,
                packed,
                size,
                0,
            )
        )
        offsets.append((offset, flags))
        at += _CENTRAL.size + named + extra + note
    if at != end:
        raise FileRejected("F006")
    return found, offsets


def _check_local_headers(
    data: bytes, found: list[ZipEntry], offsets: list[tuple[int, int]], first: int
) -> list[ZipEntry]:
    """The entries in the order of their data, each starting where the one before it ends."""
    entries: list[ZipEntry] = []
    at, streamed = 0, 0
    for entry, (offset, flags) in sorted(
        zip(found, offsets, strict=True), key=lambda pair: pair[1]
    ):
        slack = _DESCRIPTOR_BYTES if streamed else 0
        if not at <= offset <= at + slack:
            raise FileRejected("F006")
        start = _find_data_start(data, entry, offset, flags)
        streamed = flags & _STREAMED
        at = start + entry.packed
        entries.append(entry._replace(start=start))
    if not entries or not at <= first <= at + (_DESCRIPTOR_BYTES if streamed else 0):
        raise FileRejected("F006")
    return entries


def _find_data_start(data: bytes, entry: ZipEntry, offset: int, flags: int) -> int:
    """Where an entry's data begin; its local header must say the same as the central directory."""
    if data[offset : offset + 4] != b"PK\x03\x04":
        raise FileRejected("F002")
    _, _, local_flags, method, _, _, crc, packed, size, named, extra = _LOCAL.unpack_from(
        data, offset
    )
    name = data[offset + _LOCAL.size : offset + _LOCAL.size + named]
    same = (crc, packed, size) == (entry.crc, entry.packed, entry.size)
    unsaid = (crc, packed, size) == (0, 0, 0) or _WIDE in (packed, size)
    if not (same or (unsaid and (local_flags & _STREAMED or extra))) or method != entry.method:
        raise FileRejected("F006")
    if (
        name.decode("utf-8" if flags & _UTF8 else "cp437", "replace") != entry.name
        or local_flags != flags
    ):
        raise FileRejected("F006")
    return int(offset + _LOCAL.size + named + extra)


def _check_names(entries: list[ZipEntry]) -> None:
    """Names are compared in small letters, as Excel does."""
    names = [e.name.lower() for e in entries]
    unsafe = any(
        not n.isprintable() or n.startswith("/") or "\\" in n or ":" in n or ".." in n.split("/")
        for n in names
    )
    if unsafe or len(set(names)) != len(names):
        raise FileRejected("F006")


def _check_sizes(data: bytes, entries: list[ZipEntry], limits: ReaderLimits) -> None:
    for entry in entries:
        steep = entry.size > RATIO_MIN_BYTES and entry.size > limits.ratio * entry.packed
        if entry.size > limits.part_bytes or steep:
            raise FileRejected("X001" if _has_dtd(data, entry) else "S005")
    if sum(e.size for e in entries) > limits.total_bytes:
        raise FileRejected("S005")


def _has_dtd(data: bytes, entry: ZipEntry) -> bool:
    """True when a part that is too large opens with a DTD: the officer should hear of that first."""
    if entry.method != _DEFLATED or not is_part_read(entry.name):
        return False
    try:
        head = zlib.decompressobj(-15).decompress(data[entry.start : entry.start + 4096], 4096)
    except zlib.error:
        return False
    return b"<!DOCTYPE" in head


def _part_content(data: bytes, entry: ZipEntry) -> bytes:
    """The verified content; small parts are remembered, as styles and lists are the same in every copy of a form."""
    packed = data[entry.start : entry.start + entry.packed]
    verify = _verify_content_cached if entry.size <= _SMALL else _verify_content
    return verify(packed, entry.method, entry.size, entry.crc)


def _verify_content(packed: bytes, method: int, size: int, crc: int) -> bytes:
    content = packed if method == _STORED else _inflate_part(packed, size)
    if len(content) != size:
        raise FileRejected("F006")
    if zlib.crc32(content) != crc:
        raise FileRejected("F002")
    return content


_verify_content_cached = lru_cache(maxsize=64)(_verify_content)


def _inflate_part(packed: bytes, size: int) -> bytes:
    """NOTE: the cap is one byte past the declared size, so that a part that lies about its size is seen, not stored."""
    machine = zlib.decompressobj(-15)
    try:
        content = machine.decompress(packed, size + 1)
    except zlib.error:
        raise FileRejected("F002") from None
    if len(content) <= size and not machine.eof:
        raise FileRejected("F002")
    if machine.unused_data:
        raise FileRejected("F006")
    return content


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
_OWNER_BYTES = 165


def detect_kind(data: bytes, name: str, max_bytes: int) -> Literal["xlsx", "csv"]:
    """What the content is; raises FileRejected for everything that is neither a workbook nor a table of text."""
    if not data:
        raise FileRejected("F001")
    if is_owner_file(name, data):
        raise FileRejected("F010")
    if len(data) > max_bytes:
        raise FileRejected("F011", n=to_megabytes(len(data)), limit=to_megabytes(max_bytes))
    if data.startswith(OLE):
        raise FileRejected("F005" if "EncryptedPackage".encode("utf-16-le") in data else "F004")
    if data.startswith(_OLD_SHEETS):
        raise FileRejected("F004")
    as_text = name.lower().endswith(TEXT_NAMES)
    if data.startswith(ZIP):
        if as_text:
            raise FileRejected("F003", kind="xlsx/zip")
        return "xlsx"
    kind = _detect_other(data)
    if kind or not as_text:
        raise FileRejected("F003", kind=kind or "?")
    return "csv"


def is_owner_file(name: str, data: bytes = b"") -> bool:
    """Excel's `~$…` beside an open workbook: a user's name padded to 165 bytes."""
    if name.rpartition("/")[2].startswith("~$"):
        return True
    return len(data) == _OWNER_BYTES and 0 < data[0] <= 54 and data[55:56] in (data[:1], b" ")


def to_megabytes(size: int) -> int:
    """Whole megabytes, rounded up."""
    return -(-size // (1024 * 1024))


def _detect_other(data: bytes) -> str:
    known = next((kind for start, kind in _KINDS if data.startswith(start)), "")
    if known:
        return known
    head = data[:2048].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head) or _HTML.match(head.replace(b"\x00", b"")[2:]):
        return "HTML"
    return "XML" if head.lstrip().startswith(b"<?xml") else ""
