"""Zips made by hand, so that every lie a zip can tell can be told."""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from zipfile import ZipFile


@dataclass(frozen=True)
class Part:
    """One zip entry; what is not given is told truly."""

    name: str
    content: bytes
    method: int = 8
    #: Compressed bytes as they are, when the content is too large to make.
    raw: bytes | None = None
    size: int | None = None
    crc: int | None = None
    local_name: str | None = None
    flags: int = 0

    @property
    def packed(self) -> bytes:
        if self.raw is not None or self.method == 0:
            return self.content if self.raw is None else self.raw
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        return machine.compress(self.content) + machine.flush()


def pack(parts: Iterable[Part]) -> bytes:
    """A zip of the parts, in order."""
    body, central, count = b"", b"", 0
    for part in parts:
        packed = part.packed
        crc = zlib.crc32(part.content) if part.crc is None else part.crc
        size = len(part.content) if part.size is None else part.size
        told, local = part.name.encode(), (part.local_name or part.name).encode()
        fields = (20, part.flags, part.method, 0, 33, crc, len(packed), size)
        central += (
            struct.pack(
                "<4s6H3L5H2L", b"PK\x01\x02", 20, *fields, len(told), 0, 0, 0, 0, 0, len(body)
            )
            + told
        )
        body += struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields, len(local), 0) + local + packed
        count += 1
    return (
        body
        + central
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(central), len(body), 0)
    )


def parts_of(data: bytes) -> dict[str, Part]:
    with ZipFile(BytesIO(data)) as book:
        return {name: Part(name, book.read(name)) for name in book.namelist()}


def with_parts(data: bytes, *changed: Part, without: tuple[str, ...] = ()) -> bytes:
    """The same zip with parts replaced or added at the end, some left out."""
    parts = parts_of(data) | {part.name: part for part in changed}
    return pack(part for name, part in parts.items() if name not in without)


def edited(data: bytes, name: str, old: str, new: str) -> bytes:
    """The same zip with one text of one part replaced; fails when the text is not there."""
    part = parts_of(data)[name]
    assert old.encode() in part.content, f"{old!r} is not in {name}"
    return with_parts(
        data, replace(part, content=part.content.replace(old.encode(), new.encode(), 1))
    )


def repeated(unit: bytes, times: int, head: bytes = b"", tail: bytes = b"") -> bytes:
    """Deflated `head + unit * times + tail` that is never made in memory."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = machine.compress(head) + machine.flush(zlib.Z_FULL_FLUSH)
    block = machine.compress(unit) + machine.flush(zlib.Z_FULL_FLUSH)
    return first + block * times + machine.compress(tail) + machine.flush()
