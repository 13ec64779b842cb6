"""What a report is about, and the figures of all its sections."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipelines import catalog, kpi
from pipelines.catalog import Language
from pipelines.kpi import WarehouseReader
from pipelines.kpi.geography import REPORTED
from pipelines.present.kpi_result import KpiResult, KpiResults, read_results, results_by_code
from pipelines.privacy.scope import Scope
from pipelines.reference import events
from pipelines.reference.events import Event
from pipelines.reference.periods import Span, parse_period


@dataclass(frozen=True)
class SectionPlan:
    """One section: its figures, the one compared in words, the number of its sentences.

    Its pictures are pairs of kind and codes.
    """

    name: str
    codes: tuple[str, ...]
    compared: str
    sentences: int
    pictures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReportLayout:
    sections: tuple[SectionPlan, ...]
    appendix: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return every KPI of the report once: those of the sections, then those only drawn."""
        in_sections: list[str] = []
        in_pictures: list[str] = []
        for section in self.sections:
            in_sections += section.codes
            for kind, codes in section.pictures:
                if kind == "parts":
                    in_pictures += codes.split()
        return tuple(dict.fromkeys([*in_sections, *in_pictures]))


@cache
def load_layout() -> ReportLayout:
    text = Path(__file__).with_name("layout.toml").read_text(encoding="utf-8")
    layout = tomllib.loads(text)
    sections = tuple(map(_make_plan, layout["section"]))
    return ReportLayout(sections, tuple(layout["appendix"]))


def _make_plan(entry: dict[str, Any]) -> SectionPlan:
    return SectionPlan(
        name=str(entry["name"]),
        codes=tuple(map(str, entry["codes"])),
        compared=str(entry["compared"]),
        sentences=int(str(entry["sentences"])),
        pictures=tuple((str(kind), str(codes)) for kind, codes in entry["pictures"]),
    )


@dataclass(frozen=True)
class PeriodChange:
    """A figure beside that of the same period before; text, chart and table say this one change."""

    now: KpiResult
    then: KpiResult
    #: That of the values as they are written: 7,65 beside 7,58 is 0,07 to a reader.
    difference: float

    @property
    def direction(self) -> Literal["up", "down", "same"]:
        if not self.difference:
            return "same"
        return "up" if self.difference > 0 else "down"


@dataclass(frozen=True)
class ReportQuery:
    """One question of many figures; every number of a report comes out of here."""

    store: WarehouseReader
    period: str
    places: tuple[str, ...]
    scope: Scope
    language: Language
    geography: str = REPORTED

    @property
    def span(self) -> Span:
        return parse_period(self.period)

    @property
    def level(self) -> str:
        """Return what the appendix lists: wards inside a district, districts in the city."""
        return "ward" if self.places else "district"

    @property
    def before(self) -> Span:
        """Return the same period a year earlier; for longer ones, the years just before."""
        return self.span.shifted_by(-max(4, len(self.span)))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Return one row per KPI of the report."""
        return self.query(load_layout().codes)

    @cached_property
    def _now(self) -> KpiResults:
        return results_by_code(self.frame)

    @cached_property
    def _then(self) -> KpiResults:
        """Return the results of the period before; none when the records do not reach back."""
        if self.before.first < self.store.span.first:
            return KpiResults()
        return results_by_code(self.query(load_layout().codes, period=self.before.code))

    def query(
        self, codes: Sequence[str], by: tuple[str, ...] = (), period: str = ""
    ) -> pl.DataFrame:
        places = list(self.places) or None
        span = period or self.period
        return kpi.figures(
            codes,
            by,
            span,
            places,
            scope=self.scope,
            store=self.store,
            geography=self.geography,
        )

    @property
    def has_figures(self) -> bool:
        """Does the period hold a return or any figure, hidden ones included?"""
        states = set(self.frame["state"].to_list())
        return bool(states & {"reported", "suppressed"})

    def current_result(self, code: str) -> KpiResult:
        return self._now[code]

    def earlier_result(self, code: str) -> KpiResult:
        return self._then[code]

    def compare(self, code: str) -> PeriodChange | None:
        """Return the change since the period before; None when the two cannot be compared."""
        now, then = self.current_result(code), self.earlier_result(code)
        for result in (now, then):
            if not result.makes_headline or result.below_min_denominator:
                return None
        decimals = now.kpi.decimals
        shown = round(now.value_or_zero, decimals) - round(then.value_or_zero, decimals)
        return PeriodChange(now, then, round(shown, decimals))

    def results_by(self, code: str, *by: str, period: str = "") -> list[KpiResult]:
        return read_results(self.query([code], by, period), code)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Return the reforms and the home's events at the places; raises DefinitionError."""
        known = events.load_events(self.store.settings.home)
        codes = [place.partition("@")[0] for place in self.places]
        return (*events.select_events(known, events.ALL_TIME, codes), *events.list_reforms())

    @cached_property
    def by_place(self) -> pl.DataFrame:
        """Return the appendix: its KPIs for every ward or district."""
        return self.query(load_layout().appendix, (self.level,))

    @cached_property
    def missing(self) -> pl.DataFrame:
        """Return the returns owed and not received."""
        places = list(self.places) or None
        return kpi.missing(self.period, places, scope=self.scope, store=self.store)


def kpi_label(code: str, language: Language) -> str:
    return catalog.find_kpi(code).label.of(language)
