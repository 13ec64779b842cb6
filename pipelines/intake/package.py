"""The bytes of a zip in, its parts out, inflated by hand under hard limits; anything unusual is refused.

The end record must be the last bytes, every local header must say what the central directory says, entries may
neither overlap nor leave gaps, and nothing is inflated whose declared size goes past the limits (security R4).
"""

import struct
import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from pipelines.intake.reject import Reject
from pipelines.settings import Limits

#: A part must be at least so large before its ratio is looked at: short parts of one letter are harmless.
RATIO_FROM = 128 * 1024
#: What a part that is read may hold; all parts that are read together may hold twice as much.
READ_BYTES = 16 * 1024 * 1024

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _STREAMED, _UTF8, _PATCHED = 0x1, 0x8, 0x800, 0x20
_STORED, _DEFLATED = 0, 8
_WIDE = 0xFFFFFFFF
_DESCRIPTOR_BYTES = 24
_SMALL = 64 * 1024


class Entry(NamedTuple):
    """One entry as the central directory declares it; `start` is where its data begin."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int


Package = dict[str, bytes]


def unpack(data: bytes, entries: list[Entry], is_wanted: Callable[[str], bool] | None = None) -> Package:
    """Part name → content of every part that is read, verified; nothing else is inflated.

    `is_wanted` says which parts these are; those of a workbook when it is None.

    Raises Reject F002 (damaged), F006 (a size that lies) and S005 (too large to be one of our forms).
    """
    package: Package = {}
    held = 0
    for entry in entries:
        if (is_wanted or is_read)(entry.name):
            held += entry.size
            if entry.size > READ_BYTES or held > 2 * READ_BYTES:
                raise Reject("S005")
            package[entry.name] = _content(data, entry)
    return package


def is_read(name: str) -> bool:
    """True for parts this system looks into: no pictures, themes, printer settings, document properties."""
    return name.endswith((".xml", ".rels")) and not name.startswith(("xl/theme/", "docProps/", "xl/drawings/"))


def directory(data: bytes, limits: Limits) -> list[Entry]:
    """Every file entry in the order of its data, checked against limits, local headers and its neighbours.

    Raises Reject F002 (cut), F005 (encrypted), F006 (unusual structure), S005 (too large), X001.
    """
    try:
        first, count, end = _end(data, limits)
        found, offsets = _central(data, first, count, end)
        entries = _local(data, found, offsets, first)
    except (struct.error, IndexError):
        raise Reject("F002") from None
    _judge_names(entries)
    _judge_sizes(data, entries, limits)
    return [e for e in entries if not e.name.endswith("/")]


def _end(data: bytes, limits: Limits) -> tuple[int, int, int]:
    end = len(data) - _END.size
    if end < 0 or data[end : end + 4] != b"PK\x05\x06":
        raise Reject("F002")
    _, disk, first_disk, here, count, size, first, comment = _END.unpack_from(data, end)
    if comment:
        raise Reject("F002")
    if disk or first_disk or here != count or count > limits.entries or first + size != end:
        raise Reject("F006")
    return first, count, end


def _central(data: bytes, at: int, count: int, end: int) -> tuple[list[Entry], list[tuple[int, int]]]:
    found: list[Entry] = []
    offsets: list[tuple[int, int]] = []
    for _ in range(count):
        if data[at : at + 4] != b"PK\x01\x02":
            raise Reject("F002")
        head = _CENTRAL.unpack_from(data, at)
        flags, method, crc, packed, size, named, extra, note, disk, offset = *head[3:5], *head[7:14], head[16]
        if flags & _ENCRYPTED:
            raise Reject("F005")
        if flags & _PATCHED or method not in (_STORED, _DEFLATED) or disk or _WIDE in (packed, size, offset):
            raise Reject("F006")
        name = data[at + _CENTRAL.size : at + _CENTRAL.size + named]
        found.append(Entry(name.decode("utf-8" if flags & _UTF8 else "cp437", "replace"), method, crc, packed, size, 0))
        offsets.append((offset, flags))
        at += _CENTRAL.size + named + extra + note
    if at != end:
        raise Reject("F006")
    return found, offsets


def _local(data: bytes, found: list[Entry], offsets: list[tuple[int, int]], first: int) -> list[Entry]:
    """The entries in the order of their data, each starting where the one before it ends."""
    entries: list[Entry] = []
    at, streamed = 0, 0
    for entry, (offset, flags) in sorted(zip(found, offsets, strict=True), key=lambda pair: pair[1]):
        slack = _DESCRIPTOR_BYTES if streamed else 0
        if not at <= offset <= at + slack:
            raise Reject("F006")
        start = _start(data, entry, offset, flags)
        streamed = flags & _STREAMED
        at = start + entry.packed
        entries.append(entry._replace(start=start))
    if not entries or not at <= first <= at + (_DESCRIPTOR_BYTES if streamed else 0):
        raise Reject("F006")
    return entries


def _start(data: bytes, entry: Entry, offset: int, flags: int) -> int:
    """Where an entry's data begin; its local header must say the same as the central directory."""
    if data[offset : offset + 4] != b"PK\x03\x04":
        raise Reject("F002")
    _, _, local_flags, method, _, _, crc, packed, size, named, extra = _LOCAL.unpack_from(data, offset)
    name = data[offset + _LOCAL.size : offset + _LOCAL.size + named]
    same = (crc, packed, size) == (entry.crc, entry.packed, entry.size)
    unsaid = (crc, packed, size) == (0, 0, 0) or _WIDE in (packed, size)
    if not (same or (unsaid and (local_flags & _STREAMED or extra))) or method != entry.method:
        raise Reject("F006")
    if name.decode("utf-8" if flags & _UTF8 else "cp437", "replace") != entry.name or local_flags != flags:
        raise Reject("F006")
    return int(offset + _LOCAL.size + named + extra)


def _judge_names(entries: list[Entry]) -> None:
    """Names are compared in small letters, as Excel does."""
    names = [e.name.lower() for e in entries]
    unsafe = any(
        not n.isprintable() or n.startswith("/") or "\\" in n or ":" in n or ".." in n.split("/") for n in names
    )
    if unsafe or len(set(names)) != len(names):
        raise Reject("F006")


def _judge_sizes(data: bytes, entries: list[Entry], limits: Limits) -> None:
    for entry in entries:
        steep = entry.size > RATIO_FROM and entry.size > limits.ratio * entry.packed
        if entry.size > limits.part_bytes or steep:
            raise Reject("X001" if _declares(data, entry) else "S005")
    if sum(e.size for e in entries) > limits.total_bytes:
        raise Reject("S005")


def _declares(data: bytes, entry: Entry) -> bool:
    """True when a part that is too large opens with a DTD: the officer should hear of that first."""
    if entry.method != _DEFLATED or not is_read(entry.name):
        return False
    try:
        head = zlib.decompressobj(-15).decompress(data[entry.start : entry.start + 4096], 4096)
    except zlib.error:
        return False
    return b"<!DOCTYPE" in head


def _content(data: bytes, entry: Entry) -> bytes:
    """The verified content; small parts are remembered, as styles and lists are the same in every copy of a form."""
    packed = data[entry.start : entry.start + entry.packed]
    verify = _remembered if entry.size <= _SMALL else _verified
    return verify(packed, entry.method, entry.size, entry.crc)


def _verified(packed: bytes, method: int, size: int, crc: int) -> bytes:
    content = packed if method == _STORED else _deflated(packed, size)
    if len(content) != size:
        raise Reject("F006")
    if zlib.crc32(content) != crc:
        raise Reject("F002")
    return content


_remembered = lru_cache(maxsize=64)(_verified)


def _deflated(packed: bytes, size: int) -> bytes:
    """NOTE: the cap is one byte past the declared size, so that a part that lies about its size is seen, not stored."""
    machine = zlib.decompressobj(-15)
    try:
        content = machine.decompress(packed, size + 1)
    except zlib.error:
        raise Reject("F002") from None
    if len(content) <= size and not machine.eof:
        raise Reject("F002")
    if machine.unused_data:
        raise Reject("F006")
    return content
