"""Read the small CSV files of the reference data: a home's own, or those delivered.

A home whose folder `reference` has a list of units of its own is another province: nothing
delivered stands beside its tables, and a table it lacks is empty. Any other home may replace single
tables.
"""

import csv
import filecmp
import hashlib
import os
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

from pipelines import catalog
from pipelines.settings import REFERENCE, REFERENCE_VARIABLE

#: The table that makes a folder a province of its own.
UNITS = "units.csv"
T = TypeVar("T")


def active_folder() -> Path:
    """Return the folder whose tables are in force: the home's own, else the one delivered."""
    own = os.environ.get(REFERENCE_VARIABLE)
    return _make_path(own) if own else REFERENCE


#: Making a path takes longer than a look-up, and places are looked up for every cell.
_make_path = cache(Path)


def cache_by_folder(read: Callable[[Path], T]) -> Callable[[], T]:
    """Make a reader of one folder a reader of the folder in force, which reads each once."""
    remembered = cache(read)

    @wraps(read)
    def read_active() -> T:
        return remembered(active_folder())

    return read_active


def find_table(name: str, folder: Path | None = None) -> Path | None:
    """Return the file that holds a table, None where the province has none."""
    place = folder or active_folder()
    own = place / name
    if own.is_file():
        return own
    return None if is_own_province(place) else REFERENCE / name


@cache
def is_own_province(folder: Path) -> bool:
    """Has the folder a list of units other than the one delivered?"""
    units = folder / UNITS
    return units.is_file() and not filecmp.cmp(units, REFERENCE / UNITS, shallow=False)


def read_rows(name: str, folder: Path | None = None) -> list[dict[str, str]]:
    """Return one dictionary per row of `name`, in file order; every value is text.

    `folder` is the one in force unless given.
    """
    file = find_table(name, folder)
    if file is None:
        return []
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def digest_definitions() -> str:
    """Return the version of all that a build is made of beside the ledger.

    That is the catalogue's version, and a hash over a home's own tables where it has some.
    """
    folder = active_folder()
    if folder == REFERENCE:
        return catalog.digest_files()
    digest = hashlib.sha256(catalog.digest_files().encode())
    for path in sorted(folder.iterdir()):
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def parse_number(text: str) -> int | float | None:
    """Return a number of a reference file, None for a blank; raises ValueError for other text."""
    if not text:
        return None
    return float(text) if "." in text else int(text)
