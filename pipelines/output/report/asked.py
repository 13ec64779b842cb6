"""What a report is about: a period, places, scope and language in, the figures of all its sections out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipelines import catalog, kpi
from pipelines.catalog import Language
from pipelines.kpi import Store
from pipelines.output.report.layout import layout
from pipelines.present.answers import Answer, Told, answers, by_code
from pipelines.privacy.scope import Scope
from pipelines.reference.periods import Span, parse


@dataclass(frozen=True)
class Asked:
    """One question of many figures; every number of a report comes out of here."""

    store: Store
    period: str
    places: tuple[str, ...]
    scope: Scope
    language: Language

    @property
    def span(self) -> Span:
        return parse(self.period)

    @property
    def level(self) -> str:
        """What the appendix lists: wards inside a district, districts in the city."""
        return "ward" if self.places else "district"

    @property
    def before(self) -> Span:
        """The same period a year earlier; for longer ones, the years just before."""
        return self.span.shift(-max(4, len(self.span)))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row per KPI of the report."""
        return self.ask(layout().codes)

    @cached_property
    def _now(self) -> Told:
        return by_code(self.frame)

    @cached_property
    def _then(self) -> Told:
        """The same for the period before; nothing when the records do not reach back."""
        reach = self.before.first >= self.store.span.first
        return by_code(self.ask(layout().codes, period=self.before.code)) if reach else Told()

    def ask(self, codes: Sequence[str], by: tuple[str, ...] = (), period: str = "") -> pl.DataFrame:
        places = list(self.places) or None
        return kpi.figures(codes, by, period or self.period, places, scope=self.scope, store=self.store)

    def now(self, code: str) -> Answer:
        return self._now[code]

    def then(self, code: str) -> Answer:
        return self._then[code]

    def by(self, code: str, *by: str, period: str = "") -> list[Answer]:
        return answers(self.ask([code], by, period), code)

    @cached_property
    def by_place(self) -> pl.DataFrame:
        """The appendix: its KPIs for every ward or district."""
        return self.ask(layout().appendix, (self.level,))

    @cached_property
    def missing(self) -> pl.DataFrame:
        """Returns owed and not received."""
        return kpi.missing(self.period, list(self.places) or None, scope=self.scope, store=self.store)


def label(code: str, language: Language) -> str:
    return catalog.kpi(code).label.of(language)
