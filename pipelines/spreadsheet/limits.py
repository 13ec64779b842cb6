"""The limits a caller hands to the readers: what is larger is refused before it is read."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class ReaderLimits:
    """Hard limits for one untrusted file; the defaults suit forms of a few thousand rows."""

    file_bytes: int = 10 * MEGABYTE
    #: Files inside the package.
    entries: int = 200
    #: Bytes of one part of the package once it is inflated, and of all parts together.
    part_bytes: int = 32 * MEGABYTE
    total_bytes: int = 64 * MEGABYTE
    #: How many times larger than its compressed bytes a part may be.
    ratio: int = 250
    sheets: int = 20
    rows: int = 5_000
    columns: int = 200
    #: Cells that hold something, in one sheet.
    cells: int = 100_000
    #: Cells of one sheet, those with a frame or colour and nothing in them included.
    formatted_cells: int = 250_000
