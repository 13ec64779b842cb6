"""What a report is about: a period, places, scope and language in, the figures of all its sections out."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import polars as pl

from pipelines import catalog, kpi
from pipelines.catalog import Language
from pipelines.kpi import WarehouseReader
from pipelines.present.kpi_result import KpiResult, KpiResults, read_results, results_by_code
from pipelines.privacy.scope import Scope
from pipelines.reference.periods import Span, parse_period


@dataclass(frozen=True)
class SectionPlan:
    """One section: its figures, the one compared in words, its sentences, its pictures as (kind, codes)."""

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
        """Every KPI a report tells of, once."""
        drawn = (
            c
            for s in self.sections
            for kind, codes in s.pictures
            if kind == "parts"
            for c in codes.split()
        )
        return tuple(dict.fromkeys([*(c for s in self.sections for c in s.codes), *drawn]))


@cache
def load_layout() -> ReportLayout:
    found = tomllib.loads(Path(__file__).with_name("layout.toml").read_text(encoding="utf-8"))
    return ReportLayout(tuple(_make_plan(s) for s in found["section"]), tuple(found["appendix"]))


def _make_plan(entry: dict[str, object]) -> SectionPlan:
    pictures = tuple((str(kind), str(codes)) for kind, codes in entry["pictures"])  # type: ignore[attr-defined]
    codes = tuple(str(c) for c in entry["codes"])  # type: ignore[attr-defined]
    return SectionPlan(
        str(entry["name"]), codes, str(entry["compared"]), int(str(entry["sentences"])), pictures
    )


@dataclass(frozen=True)
class ReportQuery:
    """One question of many figures; every number of a report comes out of here."""

    store: WarehouseReader
    period: str
    places: tuple[str, ...]
    scope: Scope
    language: Language

    @property
    def span(self) -> Span:
        return parse_period(self.period)

    @property
    def level(self) -> str:
        """What the appendix lists: wards inside a district, districts in the city."""
        return "ward" if self.places else "district"

    @property
    def before(self) -> Span:
        """The same period a year earlier; for longer ones, the years just before."""
        return self.span.shifted_by(-max(4, len(self.span)))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row per KPI of the report."""
        return self.query(load_layout().codes)

    @cached_property
    def _now(self) -> KpiResults:
        return results_by_code(self.frame)

    @cached_property
    def _then(self) -> KpiResults:
        """The same for the period before; nothing when the records do not reach back."""
        reach = self.before.first >= self.store.span.first
        return (
            results_by_code(self.query(load_layout().codes, period=self.before.code))
            if reach
            else KpiResults()
        )

    def query(
        self, codes: Sequence[str], by: tuple[str, ...] = (), period: str = ""
    ) -> pl.DataFrame:
        places = list(self.places) or None
        return kpi.figures(
            codes, by, period or self.period, places, scope=self.scope, store=self.store
        )

    def current_result(self, code: str) -> KpiResult:
        return self._now[code]

    def earlier_result(self, code: str) -> KpiResult:
        return self._then[code]

    def results_by(self, code: str, *by: str, period: str = "") -> list[KpiResult]:
        return read_results(self.query([code], by, period), code)

    @cached_property
    def by_place(self) -> pl.DataFrame:
        """The appendix: its KPIs for every ward or district."""
        return self.query(load_layout().appendix, (self.level,))

    @cached_property
    def missing(self) -> pl.DataFrame:
        """Returns owed and not received."""
        return kpi.missing(
            self.period, list(self.places) or None, scope=self.scope, store=self.store
        )


def kpi_label(code: str, language: Language) -> str:
    return catalog.find_kpi(code).label.of(language)
