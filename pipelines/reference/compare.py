"""Development command: compares units.csv and crosswalk.csv row by row with another set of the same facts.

    python -m pipelines.reference.compare FOLDER

FOLDER holds hanoi_units.csv and the hanoi_crosswalk_*.csv files. Prints each difference; exit 1 when there is one.
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
    """One sentence per difference: units, the merger of 2020, the two steps of 2025, their composition, the tiles."""
    yield from _compare_units(folder)
    yield from _compare_changes_of_2020(folder)
    yield from _compare_step(folder / "hanoi_crosswalk_to_2025-01.csv", "2025-01-01")
    yield from _compare_step(folder / "hanoi_crosswalk_2025-01_to_2025-07.csv", "2025-07-01")
    yield from _compare_composition(folder)
    if _read_rows(folder / "hanoi_district_tilegrid.csv") != csv_tables.read_rows("tilegrid.csv"):
        yield "the tile grid is another one"


def _compare_units(folder: Path) -> Iterator[str]:
    live = (
        r
        for r in _read_rows(folder / "hanoi_units.csv")
        if not r["valid_to"] or r["valid_to"] > FIRST_DAY
    )
    theirs = {(r["code"], r["valid_from"]): r for r in live}
    ours = {(r["code"], r["valid_from"]): r for r in csv_tables.read_rows("units.csv")}
    yield from (
        f"unit {key} stands on one side only" for key in sorted(theirs.keys() ^ ours.keys())
    )
    for key in sorted(theirs.keys() & ours.keys()):
        for name in COMPARED:
            if theirs[key][name] != ours[key][name]:
                yield f"unit {key}: {name} is {ours[key][name]!r} here, {theirs[key][name]!r} there"


def _compare_changes_of_2020(folder: Path) -> Iterator[str]:
    dated = _read_rows(folder / "hanoi_crosswalk_to_2025-01.csv")
    theirs = {r["to_code"] for r in dated if r["effective_date"] == FIRST_DAY}
    ours = {r["code"] for r in csv_tables.read_rows("units.csv") if r["valid_from"] == FIRST_DAY}
    yield from (f"unit {code} changed in 2020 on one side only" for code in sorted(theirs ^ ours))


def _compare_step(path: Path, day: str) -> Iterator[str]:
    """NOTE: their list of January 2025 also holds the units that stayed as they were; ours only what changed."""
    theirs = {
        _pair_codes(r): r
        for r in _read_rows(path)
        if r["effective_date"] == day and r.get("changed") != "0"
    }
    ours = {
        _pair_codes(r): r
        for r in csv_tables.read_rows("crosswalk.csv")
        if r["to_valid_from"] == day
    }
    yield from (
        f"{day}: pair {pair} stands on one side only"
        for pair in sorted(theirs.keys() ^ ours.keys())
    )
    for pair in sorted(theirs.keys() & ours.keys()):
        for name in ("relation", "people"):
            there = theirs[pair].get(name, "")
            if there and ours[pair][name] and there != ours[pair][name]:
                yield f"{day}: {name} of pair {pair} is {ours[pair][name]} here, {there} there"


def other_targets(folder: Path) -> set[str]:
    """The split units of July 2025 whose main target is another one there.

    NOTE: not a difference in fact: ours is the package's default unit for an address, theirs the larger area or people.
    """
    theirs = {
        _pair_codes(r): r["main_target"]
        for r in _read_rows(folder / "hanoi_crosswalk_2025-01_to_2025-07.csv")
    }
    return {
        r["from_code"]
        for r in csv_tables.read_rows("crosswalk.csv")
        if theirs.get(_pair_codes(r), "") not in ("", r["main_target"])
        and r["to_valid_from"] == "2025-07-01"
    }


def _compare_composition(folder: Path) -> Iterator[str]:
    theirs = {
        _pair_codes(r): r["relation"]
        for r in _read_rows(folder / "hanoi_crosswalk_2020_to_2025-07.csv")
    }
    ours = {
        (a.code, b.code): "whole" if whole else "part"
        for a, b, whole in places.load_places().compose_crosswalk()
    }
    yield from (
        f"composed: pair {pair} stands on one side only"
        for pair in sorted(theirs.keys() ^ ours.keys())
    )
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
