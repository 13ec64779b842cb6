"""Read the small CSV files of data/reference."""

import csv
from pathlib import Path

from pipelines.settings import REFERENCE


def read_rows(name: str, folder: Path = REFERENCE) -> list[dict[str, str]]:
    """Return one dictionary per row of `name`, in file order; every value is text."""
    with (folder / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def parse_number(text: str) -> int | float | None:
    """Return a number of a reference file, None for a blank; raises ValueError for other text."""
    if not text:
        return None
    return float(text) if "." in text else int(text)
