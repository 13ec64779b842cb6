"""What every card is given: build, scope, choice and language, as one frozen value that keys the caches."""

from dataclasses import dataclass, replace

import polars as pl

from dashboard import data
from dashboard.cards import lot
from dashboard.choice import Chosen
from dashboard.remembered import remembered
from pipelines.catalog import Language
from pipelines.present import spans
from pipelines.present.answers import Answer, answers, one
from pipelines.present.text import say

#: Figures of the whole choice that pages and sentences share: asked together, they cost little more than one.
HEADLINES = ("T01", "T03", "T06", "O04", "K01", "K05", "K03", "K06", "R01", "R08", "P01", "P02", "Q01")


def bundle(*codes: str) -> tuple[str, ...]:
    """What is asked to learn these figures: all headlines when they are among them."""
    return HEADLINES if set(codes) <= set(HEADLINES) else codes


@dataclass(frozen=True)
class Page:
    """One reader looking at one build with one choice."""

    key: data.Key
    chosen: Chosen
    #: A narrow screen: maps begin with districts.
    phone: bool = False
    #: The form for paper: tables are written out.
    paper: bool = False
    #: The period asked for when it has not ended; `chosen.period` is then the part the data have reached.
    open_period: str = ""

    @property
    def language(self) -> Language:
        return self.chosen.language

    @property
    def empty(self) -> bool:
        """Is there no finished build to answer from?"""
        return not self.key.build

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def ask(self, *codes: str, by: tuple[str, ...] = (), period: str = "", city: bool = False) -> pl.DataFrame:
        """Many KPIs for the chosen places (or the `city`) and period, in one query."""
        places = () if city else self.chosen.places
        if codes != HEADLINES:
            lot.now().codes.update(dict.fromkeys(codes))
        return data.figures(self.key, codes, by, period or self.chosen.period, places)

    def figure(self, code: str, period: str = "", among: tuple[str, ...] = ()) -> Answer:
        """One KPI for the whole choice, asked together with those it stands `among`."""
        lot.now().codes[code] = None
        return read(self, among or bundle(code), code, period or self.chosen.period)

    def rows(self, code: str, *by: str, period: str = "") -> list[Answer]:
        """One KPI by the given columns."""
        return answers(self.ask(code, by=by, period=period), code)

    def wide(self, desktop: int) -> int:
        """Pixels a chart is offered: a phone's card, or what the layout gives on a desk."""
        return 310 if self.phone else desktop

    @property
    def place(self) -> str:
        """The words for what is looked at: the city, a district, three wards."""
        named = data.names(self.key, self.chosen.places)
        if not named:
            return self.say("place.city")
        return ", ".join(named) if len(named) <= 3 else self.say("place.several", n=len(named))

    @property
    def period(self) -> str:
        return spans.span(self.chosen.period, self.language)

    def own(self, period: str) -> str:
        """The period of a figure in words, when it is not the page's."""
        return spans.said(period, self.language) if period != self.chosen.period else ""

    @property
    def level(self) -> str:
        """What is compared: wards inside the chosen districts, else districts."""
        return "ward" if self.chosen.districts else "district"

    @property
    def link(self) -> dict[str, str]:
        """The query string that carries the choice to another page."""
        asked = replace(self.chosen, period=self.open_period or self.chosen.period)
        return asked.link(data.offer(self.key).start)

    def with_period(self, period: str) -> "Page":
        return replace(self, chosen=replace(self.chosen, period=period))


@remembered(2000)
def read(page: Page, codes: tuple[str, ...], code: str, period: str) -> Answer:
    """One of the figures that are asked together."""
    return one(page.ask(*codes, period=period), code)
