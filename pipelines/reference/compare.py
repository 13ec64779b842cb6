"""Development command: compares units.csv and crosswalk.csv row by row with another set of the same facts.

    python -m pipelines.reference.compare FOLDER

FOLDER holds hanoi_units.csv and the hanoi_crosswalk_*.csv files. Prints each difference; exit 1 when there is one.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipelines.reference import places
from pipelines.settings import REFERENCE

COMPARED = ("name", "type", "district_code", "district_name", "district_type", "valid_to", "basis_to")
FIRST_DAY = "2020-03-01"


def differences(folder: Path) -> Iterator[str]:
    """One sentence per difference, units first, then the three crosswalks."""
    yield from _units(folder)
    yield from _step(folder / "hanoi_crosswalk_to_2025-01.csv", "2025-01-01")
    yield from _step(folder / "hanoi_crosswalk_2025-01_to_2025-07.csv", "2025-07-01")
    theirs = {(r["from_code"], r["to_code"]) for r in _rows(folder / "hanoi_crosswalk_2020_to_2025-07.csv")}
    ours = {(a.code, b.code) for a, b, _ in places.load().composed()}
    yield from (f"pair {pair} stands on one side only" for pair in sorted(theirs ^ ours))


def _units(folder: Path) -> Iterator[str]:
    live = (r for r in _rows(folder / "hanoi_units.csv") if not r["valid_to"] or r["valid_to"] > FIRST_DAY)
    theirs = {(r["code"], r["valid_from"]): r for r in live}
    ours = {(r["code"], r["valid_from"]): r for r in _rows(REFERENCE / "units.csv")}
    yield from (f"unit {key} stands on one side only" for key in sorted(theirs.keys() ^ ours.keys()))
    for key in sorted(theirs.keys() & ours.keys()):
        for name in COMPARED:
            if theirs[key][name] != ours[key][name]:
                yield f"unit {key}: {name} is {ours[key][name]!r} here, {theirs[key][name]!r} there"


def _step(path: Path, day: str) -> Iterator[str]:
    theirs = {(r["from_code"], r["to_code"]): r["relation"] for r in _rows(path) if r["effective_date"] == day}
    changed = {
        (r["from_code"], r["to_code"]): r["relation"]
        for r in _rows(REFERENCE / "crosswalk.csv")
        if r["to_valid_from"] == day
    }
    unchanged = {(code, code) for code, _ in theirs if (code, code) in theirs and theirs[code, code] == "whole"}
    for pair in sorted((theirs.keys() ^ changed.keys()) - (unchanged if date.fromisoformat(day).month == 1 else set())):
        yield f"{day}: pair {pair} stands on one side only"
    for pair in sorted(theirs.keys() & changed.keys()):
        if theirs[pair] != changed[pair]:
            yield f"{day}: pair {pair} is {changed[pair]} here, {theirs[pair]} there"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


if __name__ == "__main__":
    found = list(differences(Path(sys.argv[1])))
    sys.stdout.write("\n".join([*found, f"{len(found)} differences"]) + "\n")
    sys.exit(1 if found else 0)
