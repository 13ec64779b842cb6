"""Development command: compare units.csv and crosswalk.csv with another set of the same facts.

    python -m pipelines.reference.compare FOLDER

FOLDER holds hanoi_units.csv and the hanoi_crosswalk_*.csv files. Prints each difference; exit 1
when there is one.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from pipelines.reference import csv_tables, places

COMPARED = (
    "name",
    "type",
    "district_code",
    "district_name",
    "district_type",
    "valid_to",
    "basis_to",
)
FIRST_DAY = "2020-03-01"


def list_differences(folder: Path) -> Iterator[str]:
    """Yield one sentence per difference.

    Compared are the units, the merger of 2020, the two steps of 2025, their composition and the
    tiles.
    """
    yield from _compare_units(folder)
    yield from _compare_changes_of_2020(folder)
    yield from _compare_step(folder / "hanoi_crosswalk_to_2025-01.csv", "2025-01-01")
    yield from _compare_step(folder / "hanoi_crosswalk_2025-01_to_2025-07.csv", "2025-07-01")
    yield from _compare_composition(folder)
    if _read_rows(folder / "hanoi_district_tilegrid.csv") != csv_tables.read_rows("tilegrid.csv"):
        yield "the tile grid is another one"


def _compare_units(folder: Path) -> Iterator[str]:
    theirs = {
        (row["code"], row["valid_from"]): row
        for row in _read_rows(folder / "hanoi_units.csv")
        if row["valid_to"] == "" or row["valid_to"] > FIRST_DAY
    }
    ours = {(row["code"], row["valid_from"]): row for row in csv_tables.read_rows("units.csv")}
    for key in sorted(theirs.keys() ^ ours.keys()):
        yield f"unit {key} stands on one side only"
    for key in sorted(theirs.keys() & ours.keys()):
        for name in COMPARED:
            here, there = ours[key][name], theirs[key][name]
            if here != there:
                yield f"unit {key}: {name} is {here!r} here, {there!r} there"


def _compare_changes_of_2020(folder: Path) -> Iterator[str]:
    dated = _read_rows(folder / "hanoi_crosswalk_to_2025-01.csv")
    theirs = {row["to_code"] for row in dated if row["effective_date"] == FIRST_DAY}
    versions = csv_tables.read_rows("units.csv")
    ours = {row["code"] for row in versions if row["valid_from"] == FIRST_DAY}
    for code in sorted(theirs ^ ours):
        yield f"unit {code} changed in 2020 on one side only"


def _compare_step(path: Path, day: str) -> Iterator[str]:
    """Yield the differences of one dated step.

    NOTE: their list of January 2025 also holds the units that stayed as they were; ours only what
    changed.
    """
    theirs: dict[tuple[str, str], dict[str, str]] = {}
    for row in _read_rows(path):
        if row["effective_date"] == day and row.get("changed") != "0":
            theirs[_pair_codes(row)] = row
    ours: dict[tuple[str, str], dict[str, str]] = {}
    for row in csv_tables.read_rows("crosswalk.csv"):
        if row["to_valid_from"] == day:
            ours[_pair_codes(row)] = row

    for pair in sorted(theirs.keys() ^ ours.keys()):
        yield f"{day}: pair {pair} stands on one side only"
    for pair in sorted(theirs.keys() & ours.keys()):
        yield from _compare_pair(f"{day}: {{}} of pair {pair}", ours[pair], theirs[pair])


def _compare_pair(subject: str, ours: dict[str, str], theirs: dict[str, str]) -> Iterator[str]:
    """Yield what differs where both sides say something; `subject` has a place for the column."""
    for name in ("relation", "people"):
        here, there = ours[name], theirs.get(name, "")
        if here and there and here != there:
            yield f"{subject.format(name)} is {here} here, {there} there"


def other_targets(folder: Path) -> set[str]:
    """Return the split units of July 2025 whose main target is another one there.

    NOTE: not a difference in fact: ours is the package's default unit for an address, theirs the
    larger area or people.
    """
    step = _read_rows(folder / "hanoi_crosswalk_2025-01_to_2025-07.csv")
    theirs = {_pair_codes(row): row["main_target"] for row in step}
    codes: set[str] = set()
    for row in csv_tables.read_rows("crosswalk.csv"):
        if row["to_valid_from"] != "2025-07-01":
            continue
        target = theirs.get(_pair_codes(row), "")
        if target not in ("", row["main_target"]):
            codes.add(row["from_code"])
    return codes


def _compare_composition(folder: Path) -> Iterator[str]:
    composed = _read_rows(folder / "hanoi_crosswalk_2020_to_2025-07.csv")
    theirs = {_pair_codes(row): row["relation"] for row in composed}
    ours: dict[tuple[str, str], str] = {}
    for before, after, is_whole in places.load_places().compose_crosswalk():
        ours[before.code, after.code] = "whole" if is_whole else "part"

    for pair in sorted(theirs.keys() ^ ours.keys()):
        yield f"composed: pair {pair} stands on one side only"
    for pair in sorted(theirs.keys() & ours.keys()):
        if theirs[pair] != ours[pair]:
            yield f"composed: pair {pair} is {ours[pair]} here, {theirs[pair]} there"


def _pair_codes(row: dict[str, str]) -> tuple[str, str]:
    return row["from_code"], row["to_code"]


def _read_rows(path: Path) -> list[dict[str, str]]:
    return csv_tables.read_rows(path.name, path.parent)


if __name__ == "__main__":
    found = list(list_differences(Path(sys.argv[1])))
    others = other_targets(Path(sys.argv[1]))
    sys.stdout.write(
        "\n".join(
            [*found, f"{len(found)} differences; another main target for {len(others)} units"]
        )
        + "\n"
    )
    sys.exit(1 if found else 0)
