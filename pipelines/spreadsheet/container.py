"""Inflate the parts of a zip package by hand under hard limits; anything unusual is refused.

The end record must be the last but for a short note, every local header must say what the central
directory says, entries may neither overlap nor leave gaps, and no size may go past the limits
(docs/domain.md 8.3).
"""

import struct
import zlib
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.rejection import FileRejected

#: Parts smaller than this are not judged by their ratio: short parts of one letter are harmless.
RATIO_MIN_BYTES = 128 * 1024
#: What a part that is read may hold; all parts that are read together may hold twice as much.
MAX_PART_BYTES = 16 * 1024 * 1024
#: A package's note is a word or two; nothing is hidden behind a longer one.
MAX_NOTE_BYTES = 256

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _STREAMED, _UTF8, _PATCHED = 0x1, 0x8, 0x800, 0x20
_STORED, _DEFLATED = 0, 8
_WIDE = 0xFFFFFFFF
#: Bits that may differ between the two headers of one entry: how hard it was packed, whether the
#: sizes follow the data, and how the name is encoded where its bytes are the same.
_HARMLESS = 0x2 | 0x4 | _STREAMED | _UTF8
_ASCII_SMALL = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
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
    """Return the verified content of every part that is read, by its name; inflate nothing else.

    `is_wanted` says which parts these are; those of a workbook when it is None.

    Raises FileRejected F002 (damaged), F006 (a size that lies) and S005 (too large to be one of
    our forms).
    """
    is_wanted = is_wanted or is_part_read
    package: Package = {}
    total = 0
    for entry in entries:
        if not is_wanted(entry.name):
            continue
        total += entry.size
        if entry.size > MAX_PART_BYTES or total > 2 * MAX_PART_BYTES:
            raise FileRejected("S005")
        package[entry.name] = _part_content(data, entry)
    return package


def is_part_read(name: str) -> bool:
    """True for the parts a reader looks into.

    Pictures, themes, printer settings and document properties are not among them.
    """
    folded = fold_part_name(name)
    if not folded.endswith((".xml", ".rels")):
        return False
    return not folded.startswith(("xl/theme/", "docprops/", "xl/drawings/"))


@lru_cache(maxsize=4_096)
def fold_part_name(name: str) -> str:
    """Return a part's name as it is compared: ASCII letters in either case (ISO/IEC 29500-2)."""
    return name.translate(_ASCII_SMALL)


def find_part_name(package: Iterable[str], name: str) -> str:
    """Return the name of the equivalent part in the package, or `name` itself when there is none.

    NOTE: two parts of equivalent names are refused with the directory.
    """
    if isinstance(package, Collection) and name in package:
        return name
    folded = fold_part_name(name)
    for known in package:
        if known == name or fold_part_name(known) == folded:
            return known
    return name


def read_directory(data: bytes, limits: ReaderLimits) -> list[ZipEntry]:
    """Return every file entry, in the order of its data.

    Each is checked against the limits, its local header and its neighbours.

    Raises FileRejected F002 (cut), F005 (encrypted), F006 (unusual structure), S005 (too large) or
    X001.
    """
    try:
        first, count, end = _read_end_record(data, limits)
        records, offsets = _read_central_records(data, first, count, end)
        entries = _check_local_headers(data, records, offsets, first)
    except (struct.error, IndexError):
        raise FileRejected("F002") from None
    _check_names(entries)
    _check_sizes(data, entries, limits)
    return [entry for entry in entries if not entry.name.endswith("/")]


def _read_end_record(data: bytes, limits: ReaderLimits) -> tuple[int, int, int]:
    """Return where the central directory starts, how many records it has and where it ends."""
    end = _find_end_record(data)
    _, disk, first_disk, here, count, size, first, _ = _END.unpack_from(data, end)

    is_split_archive = (disk, first_disk, here) != (0, 0, count)
    is_followed = first + size != end
    if is_split_archive or is_followed:
        raise FileRejected("F006")
    if count > limits.entries:
        raise FileRejected("F006")
    return first, count, end


def _find_end_record(data: bytes) -> int:
    """Return where the end record is: the last of the file but for the note it says it has.

    NOTE: a signature inside the note would be a second end record, and readers differ on which.
    """
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - MAX_NOTE_BYTES))
    if end < 0 or len(data) - end < _END.size:
        raise FileRejected("F002")
    note = int.from_bytes(data[end + _END.size - 2 : end + _END.size], "little")
    if end + _END.size + note != len(data):
        raise FileRejected("F002")
    return end


def _read_central_records(
    data: bytes, at: int, count: int, end: int
) -> tuple[list[ZipEntry], list[tuple[int, int]]]:
    """Return the entries as declared, and for each the offset of its local header and its flags."""
    records: list[ZipEntry] = []
    offsets: list[tuple[int, int]] = []
    for _ in range(count):
        signature = data[at : at + 4]
        if signature != b"PK\x01\x02":
            raise FileRejected("F002")
        head = _CENTRAL.unpack_from(data, at)
        flags, method = head[3:5]
        crc, packed, size, name_length, extra, note, disk = head[7:14]
        offset = head[16]
        if flags & _ENCRYPTED:
            raise FileRejected("F005")
        if flags & _PATCHED or method not in (_STORED, _DEFLATED):
            raise FileRejected("F006")
        is_wide = _WIDE in (packed, size, offset)
        if disk or is_wide:
            raise FileRejected("F006")

        name_start = at + _CENTRAL.size
        name_end = name_start + name_length
        name = _decode_name(data[name_start:name_end], flags)
        records.append(ZipEntry(name, method, crc, packed, size, 0))
        offsets.append((offset, flags))
        at = name_end + extra + note
    if at != end:
        raise FileRejected("F006")
    return records, offsets


def _decode_name(raw: bytes, flags: int) -> str:
    """Return an entry's name; a flag says whether it is UTF-8 or the code page of DOS."""
    encoding = "utf-8" if flags & _UTF8 else "cp437"
    return raw.decode(encoding, "replace")


def _check_local_headers(
    data: bytes, records: list[ZipEntry], offsets: list[tuple[int, int]], first: int
) -> list[ZipEntry]:
    """Return the entries in the order of their data, each starting where the one before ends."""
    entries: list[ZipEntry] = []
    at = slack = 0
    pairs = zip(records, offsets, strict=True)
    for entry, (offset, flags) in sorted(pairs, key=lambda pair: pair[1]):
        if not at <= offset <= at + slack:
            raise FileRejected("F006")
        header = _check_local_header(data, entry, offset, flags)
        entries.append(entry._replace(start=header.start))
        at = header.start + entry.packed
        slack = _DESCRIPTOR_BYTES if (flags | header.flags) & _STREAMED else 0
    if not entries or not at <= first <= at + slack:
        raise FileRejected("F006")
    return entries


class _LocalHeader(NamedTuple):
    """Where an entry's data begin, and the flags its local header has."""

    start: int
    flags: int


def _check_local_header(data: bytes, entry: ZipEntry, offset: int, flags: int) -> _LocalHeader:
    """Return what the local header of an entry says.

    Raises FileRejected unless it says the same as the central directory, but for what no reader
    reads otherwise.
    """
    if data[offset : offset + 4] != b"PK\x03\x04":
        raise FileRejected("F002")
    head = _LOCAL.unpack_from(data, offset)
    local_flags, method = head[2:4]
    name_length, extra = head[9:11]
    if not _are_sizes_same(head[6:9], entry, may_leave_out=bool(local_flags & _STREAMED or extra)):
        raise FileRejected("F006")
    start = offset + _LOCAL.size
    raw_name = data[start : start + name_length]
    has_other_flags = (local_flags ^ flags) & ~_HARMLESS
    if method != entry.method or has_other_flags or not _is_same_name(raw_name, entry, flags):
        raise FileRejected("F006")
    return _LocalHeader(start + name_length + extra, local_flags)


def _are_sizes_same(local: tuple[int, ...], entry: ZipEntry, *, may_leave_out: bool) -> bool:
    """True when checksum and sizes are those of the directory, or left out where they may be."""
    declared = (entry.crc, entry.packed, entry.size)
    if local == declared:
        return True
    pairs = list(zip(local, declared, strict=True))
    return may_leave_out and all(here in (there, 0, _WIDE) for here, there in pairs)


def _is_same_name(raw: bytes, entry: ZipEntry, flags: int) -> bool:
    """True for the name of the directory, in whichever case ASCII letters are written."""
    return fold_part_name(_decode_name(raw, flags)) == fold_part_name(entry.name)


def _check_names(entries: list[ZipEntry]) -> None:
    """Raise FileRejected F006 for a name that is unsafe or there twice.

    Names are compared in small letters, as Excel does.
    """
    names: set[str] = set()
    for entry in entries:
        name = entry.name.lower()
        if name in names or not _is_safe_name(name):
            raise FileRejected("F006")
        names.add(name)


def _is_safe_name(name: str) -> bool:
    """True for a relative path that stays inside the package and can be printed."""
    if not name.isprintable() or name.startswith("/"):
        return False
    return "\\" not in name and ":" not in name and ".." not in name.split("/")


def _check_sizes(data: bytes, entries: list[ZipEntry], limits: ReaderLimits) -> None:
    total = 0
    for entry in entries:
        total += entry.size
        if _is_too_large(entry, limits):
            code = "X001" if _has_dtd(data, entry) else "S005"
            raise FileRejected(code)
    if total > limits.total_bytes:
        raise FileRejected("S005")


def _is_too_large(entry: ZipEntry, limits: ReaderLimits) -> bool:
    """True for a part of too many bytes, and for one that grows too much when it is inflated."""
    if entry.size > limits.part_bytes:
        return True
    return entry.size > RATIO_MIN_BYTES and entry.size > limits.ratio * entry.packed


def _has_dtd(data: bytes, entry: ZipEntry) -> bool:
    """True when a part that is too large opens with a DTD, which the officer should hear first."""
    if entry.method != _DEFLATED or not is_part_read(entry.name):
        return False

    start = data[entry.start : entry.start + 4096]
    machine = zlib.decompressobj(-15)
    try:
        head = machine.decompress(start, 4096)
    except zlib.error:
        return False
    return b"<!DOCTYPE" in head


def _part_content(data: bytes, entry: ZipEntry) -> bytes:
    """Return the verified content of a part.

    Small parts are cached, as styles and lists are the same in every copy of a form.
    """
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
    """Return the inflated bytes of a part that declares `size`.

    NOTE: the cap is one byte past the declared size, so that a part that lies about its size is
    seen, not stored.
    """
    machine = zlib.decompressobj(-15)
    try:
        content = machine.decompress(packed, size + 1)
    except zlib.error:
        raise FileRejected("F002") from None

    is_cut = len(content) <= size and not machine.eof
    if is_cut:
        raise FileRejected("F002")
    if machine.unused_data:
        raise FileRejected("F006")
    return content
