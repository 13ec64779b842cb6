"""What every card is given: build, scope, choice and language, as one frozen value that keys the caches."""

from dataclasses import dataclass, replace

from dashboard import data
from dashboard.cards import lot
from dashboard.choice import Chosen
from dashboard.remembered import remembered
from pipelines.catalog import Language
from pipelines.present import spans
from pipelines.present.answers import Answer, Told, answers, by_code
from pipelines.present.text import say, say_markdown

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

    def markdown(self, key: str, **values: object) -> str:
        """The sentence as Markdown, its values letter by letter."""
        return say_markdown(key, self.language, **values)

    def told(self, *codes: str, period: str = "") -> Told:
        """Many KPIs for the whole choice, in one query."""
        if codes != HEADLINES:
            lot.now().codes.update(dict.fromkeys(codes))
        return told(self.key, codes, period or self.chosen.period, self.chosen.places)

    def figure(self, code: str, period: str = "", among: tuple[str, ...] = ()) -> Answer:
        """One KPI for the whole choice, asked together with those it stands `among`."""
        lot.now().codes[code] = None
        return self.told(*(among or bundle(code)), period=period)[code]

    def rows(self, code: str, *by: str, period: str = "", among: tuple[str, ...] = ()) -> list[Answer]:
        """One KPI by the given columns, asked together with those it stands `among`."""
        lot.now().codes[code] = None
        found = data.figures(self.key, among or (code,), by, period or self.chosen.period, self.chosen.places)
        return answers(found, code if among else "")

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


@remembered(data.FRAMES)
def told(key: data.Key, codes: tuple[str, ...], period: str, places: tuple[str, ...]) -> Told:
    """Figures that are asked together, taken apart once for all cards."""
    return by_code(data.figures(key, codes, (), period, places))
