"""Build the hidden sheet of drop-down lists, its ranges for validations and its hash."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from itertools import zip_longest
from pathlib import Path

from pipelines import catalog
from pipelines.intake.templates.layout import LISTS_SHEET
from pipelines.reference.csv_tables import active_folder
from pipelines.reference.facilities import load_facilities
from pipelines.spreadsheet.model import column_name

#: Labels of the drop-downs of forms issued earlier, by enumeration, with their codes: still read.
EARLIER_LABELS = {"referral_state": {"Mất dấu": "lost"}}


def enum_labels(name: str) -> Mapping[str, str]:
    """Map code to Vietnamese label of one enumeration, in form order.

    `facility` comes from the reference data.
    """
    return _load_labels(name, active_folder())


def enum_codes(name: str) -> Mapping[str, str]:
    """Map label or code, in small letters, to the code: the parser looks choices up in it."""
    return _load_codes(name, active_folder())


@cache
def _load_labels(name: str, _province: Path) -> Mapping[str, str]:
    if name == "facility":
        return {facility.id: facility.name for facility in load_facilities().values()}
    return {code: choice.label.vi for code, choice in catalog.choices(name).items()}


@cache
def _load_codes(name: str, _province: Path) -> Mapping[str, str]:
    labels = enum_labels(name)
    codes = {code.casefold(): code for code in labels}
    for label, code in EARLIER_LABELS.get(name, {}).items():
        codes[label.casefold()] = code
    for code, label in labels.items():
        codes[label.casefold()] = code
    return codes


def hash_rows(rows: Iterable[Iterable[str]]) -> str:
    """Return 16 hex digits of a hash over the texts of a list sheet.

    Blank cells are empty texts; blank tails of rows and of the sheet do not matter.
    """
    lines = ["\t".join(row).rstrip("\t") for row in rows]
    text = "\n".join(lines).rstrip("\n")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _list_choices(name: str, day: date) -> tuple[str, ...]:
    """List the labels a workbook of this day offers."""
    if name == "facility":
        known = load_facilities().values()
        return tuple(facility.name for facility in known if facility.is_open_on(day))
    return tuple(enum_labels(name).values())


class DropdownLists:
    """Hold the enumerations one workbook offers, each in its own column under its name.

    Of the receivers of referrals, those open on `day`.
    """

    def __init__(self, names: Iterable[str], day: date) -> None:
        self._columns = {name: _list_choices(name, day) for name in names}

    @property
    def rows(self) -> list[list[str]]:
        columns = [(name, *values) for name, values in self._columns.items()]
        if not columns:
            return [[]]
        return list(map(list, zip_longest(*columns, fillvalue="")))

    @property
    def hash(self) -> str:
        return hash_rows(self.rows)

    def range_formula(self, name: str) -> str:
        """Return the range a validation points at."""
        at = list(self._columns).index(name)
        column = column_name(at + 1)
        last = len(self._columns[name]) + 1
        return f"='{LISTS_SHEET}'!${column}$2:${column}${last}"
