"""What the sentences of a page are held against: figures asked of the warehouse once more."""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines import catalog, kpi
from pipelines.catalog import Language
from pipelines.kpi import WarehouseReader
from pipelines.present.format import periods
from pipelines.privacy.scope import Scope
from pipelines.reference.periods import parse_period

Row = dict[str, Any]
QUARTER = re.compile(r"quý (I{1,3}|IV)/(\d{4})|Q([1-4]) (\d{4})", re.IGNORECASE)
OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")
ROMAN = ("I", "II", "III", "IV")
#: The language of the page that is read; a test sets it.
spoken: ContextVar[Language] = ContextVar("spoken", default="vi")


def number(text: object) -> float:
    """The number in a text of the page: "trên 4.370" is 4370, "−0.06" in English -0.06."""
    swap = str.maketrans(",.", ".,") if spoken.get() == "vi" else {}
    found = re.search(r"[+−]?\d[\d,]*(\.\d+)?", str(text).translate(swap))
    assert found, text
    return float(found.group().replace(",", "").replace("−", "-"))


def quarter(text: str) -> str:
    """The code of a quarter in words: "quý III/2022" is 2022-Q3."""
    found = QUARTER.search(text.replace("\u00a0", " "))
    assert found, text
    roman, year, arabic, english_year = found.groups()
    return f"{year or english_year}-Q{arabic or ROMAN.index(roman.upper()) + 1}"


def is_known(row: Row | None) -> bool:
    """May the figure stand in a title?"""
    return bool(row) and row["state"] == "reported" and not row["below_gate"]  # type: ignore[index]


@dataclass
class Facts:
    """One reader's selection of one home."""

    store: WarehouseReader
    scope: Scope
    period: str
    places: tuple[str, ...]
    #: The figure that the pages of comparison and of a place are about; theirs when none is chosen.
    kpi: str = "O04"
    kept: dict[object, list[Row]] = field(default_factory=dict)

    def rows(self, code: str, *by: str, period: str = "", everywhere: bool = False) -> list[Row]:
        key = code, by, period, everywhere
        if key not in self.kept:
            places = None if everywhere else list(self.places) or None
            found = kpi.figures(
                [code], by, period or self.period, places, scope=self.scope, store=self.store
            )
            self.kept[key] = found.to_dicts()
        return self.kept[key]

    def row(self, code: str, period: str = "") -> Row:
        return self.rows(code, period=period)[0]

    def value(self, code: str, period: str = "") -> float | None:
        """The value as it is written; None where a title may not have it."""
        row = self.row(code, period)
        return round(row["value"], self.definition(code).decimals) if is_known(row) else None

    def state(self, code: str) -> str:
        return str(self.row(code)["state"])

    def shows(self, code: str, text: object, period: str = "") -> bool:
        """Is the number in the text the figure's own?"""
        return self.value(code, period) == number(text)

    def definition(self, code: str) -> Any:
        return catalog.find_kpi(code)

    def code_of(self, label: object) -> str:
        """The code of a figure by its name on the page."""
        name = str(label).replace("\u00a0", " ").casefold()
        return next(
            code
            for code in catalog.kpis()
            if catalog.find_kpi(code).label.of(spoken.get()).casefold() == name
        )

    @cached_property
    def level(self) -> str:
        return "ward" if self.places else "district"

    @cached_property
    def before(self) -> str:
        span = parse_period(self.period)
        return span.shifted_by(-len(span)).code

    def by_place(self, code: str) -> list[Row]:
        return self.rows(code, self.level)

    def by_quarter(self, code: str) -> list[Row]:
        """The eight quarters that end with the period."""
        last = parse_period(self.period).last
        first = max(last.plus(-7), self.store.span.first)
        return self.rows(code, "period", period=f"{first.code}..{last.code}")

    def states(self, code: str) -> set[str]:
        rows = [*self.by_place(code), *self.by_quarter(code)]
        return {row["state"] for row in rows}

    def list_values(self, rows: Iterable[Row]) -> list[float]:
        return [row["value"] for row in rows if is_known(row)]

    @cached_property
    def returns(self) -> tuple[int, int]:
        """Returns received and owed in the period."""
        row = self.row("Q01")
        return int(row["numerator"] or 0), int(row["denominator"] or 0)

    @cached_property
    def outcomes(self) -> dict[str, int]:
        places = list(self.places) or None
        found = kpi.outcomes(["service"], self.period, places, scope=self.scope, store=self.store)
        steps = ("issued", "attended", "waiting")
        return {step: int(found[step].sum() or 0) if found.height else 0 for step in steps}

    def listed(self, name: str) -> pl.DataFrame:
        """A list of quality as the reader sees it: issues, outliers, revisions, missing."""
        period = self.period
        if name == "outliers":
            period = parse_period(period).last.code
        places = list(self.places) or None
        found: pl.DataFrame = getattr(kpi, name)(period, places, scope=self.scope, store=self.store)
        return found

    @property
    def sees(self) -> str:
        """How much of the lists is this reader's: whole, own or none."""
        own = [place for place in self.places if self.scope.sees_exactly(place)]
        if self.scope.sees_all or (self.places and len(own) == len(self.places)):
            return "whole"
        return "own" if self.scope.districts and not self.places else "none"

    @property
    def build_day(self) -> str:
        """The day the build was made, in the office's zone and the page's language."""
        made = datetime.fromisoformat(str(self.store.meta["built_at"]))
        return periods.format_day(made.astimezone(OFFICE), spoken.get())
