"""The hidden sheet of drop-down lists: enumerations in, ranges for validations and a content hash out."""

import csv
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache

from pipelines import catalog
from pipelines.intake.templates.layout import LISTS_SHEET
from pipelines.settings import REFERENCE
from pipelines.spreadsheet.model import column_name


@cache
def enum_labels(name: str) -> Mapping[str, str]:
    """Code → Vietnamese label of one enumeration, in form order; `facility` comes from the reference data."""
    if name == "facility":
        return _load_facilities()
    return {code: choice.label.vi for code, choice in catalog.choices(name).items()}


@cache
def enum_codes(name: str) -> Mapping[str, str]:
    """Label or code, in small letters → code: what the reader looks a chosen value up in."""
    known = enum_labels(name)
    return {
        **{c.casefold(): c for c in known},
        **{label.casefold(): c for c, label in known.items()},
    }


def hash_rows(rows: Iterable[Iterable[str]]) -> str:
    """The identity of a list sheet: rows of texts, blank cells as empty text, blank tails ignored."""
    lines = ("\t".join(row).rstrip("\t") for row in rows)
    return hashlib.sha256("\n".join(lines).rstrip("\n").encode()).hexdigest()[:16]


class DropdownLists:
    """The enumerations one workbook offers; each stands in its own column under its name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._columns = [(name, tuple(enum_labels(name).values())) for name in dict.fromkeys(names)]

    @property
    def rows(self) -> list[list[str]]:
        height = max((len(values) for _, values in self._columns), default=0)
        body = [
            [values[i] if i < len(values) else "" for _, values in self._columns]
            for i in range(height)
        ]
        return [[name for name, _ in self._columns], *body]

    @property
    def hash(self) -> str:
        return hash_rows(self.rows)

    def range_formula(self, name: str) -> str:
        """The range a validation points at."""
        at = next(i for i, (known, _) in enumerate(self._columns, start=1) if known == name)
        column, last = column_name(at), len(self._columns[at - 1][1]) + 1
        return f"='{LISTS_SHEET}'!${column}$2:${column}${last}"


@cache
def _load_facilities() -> Mapping[str, str]:
    path = REFERENCE / "facilities.csv"
    if not path.exists():
        return {"CS02": "Cơ sở cai nghiện ma túy số 2"}
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["facility_id"]: row["name"] for row in csv.DictReader(handle)}
