"""Check a home's own reference tables: every column, code, date and reference between them.

Run by the build, by `caunoi doctor`, and by the first command after a change, as the catalogue is.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from pipelines import catalog
from pipelines.catalog import definition_check
from pipelines.checked_files import is_checked, remember_check
from pipelines.definition_faults import DefinitionFault, FaultCode, name_allowed
from pipelines.reference import office_names
from pipelines.reference.csv_tables import (
    active_folder,
    digest_definitions,
    is_own_province,
    read_rows,
)
from pipelines.settings import REFERENCE

Row = Mapping[str, str]
#: The columns a table must have.
COLUMNS = {
    "units.csv": "code name type district_code district_name district_type valid_from valid_to",
    "crosswalk.csv": (
        "from_code from_valid_from to_code to_valid_from relation people main_target"
    ),
    "tilegrid.csv": "district_code district_name row col",
    "facilities.csv": "facility_id name name_en number services invented",
    "targets.csv": "kpi label_vi label_en area reach year value qualifier unit plan source",
    "names.csv": "name form valid_from valid_to vi en",
}
#: What a province of its own cannot do without.
NEEDED = ("units.csv", "names.csv")
_DISTRICT_TYPES = ("Quận", "Huyện", "Thị xã", "Thành phố")
_COMMUNE_TYPES = ("Xã", "Phường", "Thị trấn")


def check_if_changed(home: Path) -> None:
    """Check catalogue and own tables unless this home has seen these very files.

    Raises DefinitionError, which names file and line.
    """
    definition_check.check_if_changed(home)
    digest = digest_definitions()
    if active_folder() == REFERENCE or is_checked(home, "reference", digest):
        return
    check_tables()
    remember_check(home, "reference", digest)


def check_tables() -> None:
    """Raise DefinitionError for the first fault of the tables in force."""
    for fault in list_faults():
        raise fault.to_error()


def list_faults() -> list[DefinitionFault]:
    """Return every fault: first of each table alone, then of what they say of each other."""
    folder = active_folder()
    tables: dict[str, Sequence[Row]] = {}
    faults: list[DefinitionFault] = []
    for file in COLUMNS:
        try:
            rows = tables[file] = read_rows(file)
        except (OSError, ValueError, csv.Error) as error:
            faults.append(DefinitionFault("definition_file", file, "", str(error)))
            continue
        is_needed = file in NEEDED and is_own_province(folder)
        for column in _list_missing(file, rows, is_needed=is_needed):
            faults.append(DefinitionFault("definition_missing", file, column))
    return faults or _TableCheck(tables).list_faults()


def _list_missing(file: str, rows: Sequence[Row], *, is_needed: bool) -> list[str]:
    """List the columns a table lacks; an empty word for a needed table without rows."""
    if not rows:
        return [""] if is_needed else []
    return [column for column in COLUMNS[file].split() if rows[0].get(column) is None]


class _TableCheck:
    """Collects what is wrong in tables that have their columns."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        self.tables = tables
        self.faults: list[DefinitionFault] = []
        self.units: dict[tuple[str, str], Row] = {}
        self.districts: set[str] = set()

    def list_faults(self) -> list[DefinitionFault]:
        self._check_units()
        self._check_names()
        if not self.faults:
            self._check_crosswalk()
            self._check_tiles()
            self._check_facilities()
            self._check_targets()
        return self.faults

    def _note(
        self, file: str, line: int, column: str, given: str, allowed: str = "",
        code: FaultCode = "definition_value",
    ) -> None:  # fmt: skip
        self.faults.append(DefinitionFault(code, file, f"line {line}.{column}", given, allowed))

    def _require(self, file: str, line: int, row: Row, column: str, words: Iterable[str]) -> None:
        """Note a value that is none of these words."""
        allowed = list(words)
        if row[column] not in allowed:
            known = name_allowed(allowed, row[column])
            self._note(file, line, column, row[column], known, "definition_reference")

    def _check_dates(self, file: str, line: int, row: Row) -> None:
        """Note a day that is none, and an end that is not after its beginning."""
        first, until = row.get("valid_from") or "", row.get("valid_to") or ""
        for column in ("valid_from", "valid_to"):
            if not is_day(row.get(column) or ""):
                self._note(file, line, column, row[column], "YYYY-MM-DD")
        if first and until and until <= first:
            self._note(file, line, "valid_to", until, f"> {first}")

    def _check_units(self) -> None:
        file = "units.csv"
        for line, row in enumerate(self.tables[file], 2):
            self._check_unit(line, row)
            self._check_dates(file, line, row)
            key = (row["code"], row["valid_from"])
            if key in self.units:
                self._note(file, line, "code", row["code"], code="definition_twice")
            self.units[key] = row
            self.districts.add(row["district_code"])
        for before, after in _list_neighbours(self.units.values()):
            if not before["valid_to"] or before["valid_to"] > after["valid_from"]:
                line = list(self.units.values()).index(after) + 2
                self._note(file, line, "valid_from", after["valid_from"], before["valid_to"])

    def _check_unit(self, line: int, row: Row) -> None:
        file, district = "units.csv", row["district_code"]
        if not is_digits(row["code"], 5):
            self._note(file, line, "code", row["code"], "00001–99999")
        if district and not is_digits(district, 3):
            self._note(file, line, "district_code", district, "001–999")
        if not row["name"].strip():
            self._note(file, line, "name", "", code="definition_missing")
        self._require(file, line, row, "type", _COMMUNE_TYPES)
        if district:
            self._require(file, line, row, "district_type", _DISTRICT_TYPES)
        if not row["valid_from"]:
            self._note(file, line, "valid_from", "", code="definition_missing")

    def _check_crosswalk(self) -> None:
        """Both ends of a step are units that meet on its day; an ended unit went somewhere."""
        file, gone = "crosswalk.csv", set()
        for line, row in enumerate(self.tables[file], 2):
            source = self.units.get((row["from_code"], row["from_valid_from"]))
            target = self.units.get((row["to_code"], row["to_valid_from"]))
            if source is None or target is None:
                column = "to_code" if source else "from_code"
                self._note(file, line, column, row[column], code="definition_reference")
            elif source["valid_to"] != target["valid_from"]:
                self._note(file, line, "to_valid_from", target["valid_from"], source["valid_to"])
            self._require(file, line, row, "relation", ("whole", "part"))
            self._require(file, line, row, "people", ("all", "part", "none", ""))
            self._require(file, line, row, "main_target", ("0", "1"))
            gone.add((row["from_code"], row["from_valid_from"]))
        for line, (key, row) in enumerate(self.units.items(), 2):
            if row["valid_to"] and key not in gone:
                self._note("units.csv", line, "valid_to", row["valid_to"], file)

    def _check_tiles(self) -> None:
        file, seen = "tilegrid.csv", set()
        for line, row in enumerate(self.tables[file], 2):
            self._require(file, line, row, "district_code", sorted(self.districts - {""}))
            for column in ("row", "col"):
                if not row[column].isdecimal():
                    self._note(file, line, column, row[column], "0, 1, 2 …")
            tile = (row["row"], row["col"])
            if tile in seen:
                self._note(file, line, "row", ", ".join(tile), code="definition_twice")
            seen.add(tile)

    def _check_facilities(self) -> None:
        file, seen = "facilities.csv", set()
        for line, row in enumerate(self.tables[file], 2):
            self._check_dates(file, line, row)
            if row["facility_id"] in seen:
                self._note(file, line, "facility_id", row["facility_id"], code="definition_twice")
            seen.add(row["facility_id"])
            for service in row["services"].split(";"):
                own = {**row, "services": service}
                self._require(file, line, own, "services", catalog.choices("service"))

    def _check_targets(self) -> None:
        file = "targets.csv"
        codes = {code for code, _ in self.units}
        own = {row["vi"] for row in self.tables["names.csv"] if row["name"] == "code"}
        areas = sorted({*own, *codes, *self.districts} - {""})
        for line, row in enumerate(self.tables[file], 2):
            self._require(file, line, row, "kpi", ("", *catalog.kpis()))
            self._require(file, line, row, "area", areas)
            self._require(file, line, row, "reach", ("in", "by"))
            for column in ("year", "value"):
                if not is_number(row[column]):
                    self._note(file, line, column, row[column], "0, 1, 2 …")

    def _check_names(self) -> None:
        file = "names.csv"
        forms = ("", *catalog.forms(), *catalog.registers())
        for line, row in enumerate(self.tables[file], 2):
            self._check_dates(file, line, row)
            self._require(file, line, row, "name", office_names.NAMES)
            self._require(file, line, row, "form", forms)
            if not row["vi"].strip() or not row["en"].strip():
                self._note(file, line, "vi", row["vi"], code="definition_missing")
        for name in ("code", "province"):
            todays = [r for r in self.tables[file] if r["name"] == name and not r["valid_to"]]
            if not todays:
                self.faults.append(DefinitionFault("definition_missing", file, name))


def is_day(text: str) -> bool:
    """Is it an ISO day, or nothing?"""
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_digits(text: str, count: int) -> bool:
    """Is it so many digits and nothing else?"""
    return len(text) == count and text.isascii() and text.isdecimal()


def is_number(text: str) -> bool:
    """Is it a number that is not negative?"""
    try:
        return float(text) >= 0
    except ValueError:
        return False


def _list_neighbours(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """List each two versions of a code that follow each other."""
    ordered = sorted(rows, key=lambda row: (row["code"], row["valid_from"]))
    return [(old, new) for old, new in pairwise(ordered) if old["code"] == new["code"]]
