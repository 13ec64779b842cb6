"""What every card is given: build, scope, choice and language, as one frozen value that keys the caches."""

from dataclasses import dataclass, replace

from dashboard import filters
from dashboard.auth import access
from dashboard.components import page_content
from dashboard.queries import figures
from dashboard.queries.cache import cached
from dashboard.selection import FilterOptions, Selection
from dashboard.session import is_print_view
from pipelines.catalog import Language
from pipelines.present.format import periods
from pipelines.present.i18n import translate, translate_markdown
from pipelines.present.kpi_result import KpiResult, KpiResults, read_results, results_by_code
from pipelines.present.panels import comparison

#: Figures of the whole choice that pages and sentences share: asked together, they cost little more than one.
HEADLINES = (
    "T01",
    "T03",
    "T06",
    "O04",
    "K01",
    "K05",
    "K03",
    "K06",
    "R01",
    "R08",
    "P01",
    "P02",
    "Q01",
)


def question_bundle(*codes: str) -> tuple[str, ...]:
    """What is asked to learn these figures: all headlines when they are among them."""
    return HEADLINES if set(codes) <= set(HEADLINES) else codes


@dataclass(frozen=True)
class PageContext:
    """One reader looking at one build with one choice."""

    key: figures.ReadScope
    chosen: Selection
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
    def is_empty(self) -> bool:
        """Is there no finished build to answer from?"""
        return not self.key.build

    def translate(self, key: str, **values: object) -> str:
        return translate(key, self.language, **values)

    def markdown(self, key: str, **values: object) -> str:
        """The sentence as Markdown, its values letter by letter."""
        return translate_markdown(key, self.language, **values)

    def results(self, *codes: str, period: str = "") -> KpiResults:
        """Many KPIs for the whole choice, in one query."""
        if codes != HEADLINES:
            page_content.current_content().codes.update(dict.fromkeys(codes))
        return load_results(self.key, codes, period or self.chosen.period, self.chosen.places)

    def result(self, code: str, period: str = "", among: tuple[str, ...] = ()) -> KpiResult:
        """One KPI for the whole choice, asked together with those it stands `among`."""
        page_content.current_content().codes[code] = None
        return self.results(*(among or question_bundle(code)), period=period)[code]

    def results_by(
        self, code: str, *by: str, period: str = "", among: tuple[str, ...] = ()
    ) -> list[KpiResult]:
        """One KPI by the given columns, asked together with those it stands `among`."""
        page_content.current_content().codes[code] = None
        found = figures.load_figures(
            self.key, among or (code,), by, period or self.chosen.period, self.chosen.places
        )
        return read_results(found, code if among else "")

    def chart_width(self, desktop: int) -> int:
        """Pixels a chart is offered: a phone's card, or what the layout gives on a desk."""
        return 310 if self.phone else desktop

    @property
    def place(self) -> str:
        """The words for what is looked at: the city, a district, three wards."""
        named = figures.place_names(self.key, self.chosen.places)
        if not named:
            return self.translate("place.city")
        return (
            ", ".join(named) if len(named) <= 3 else self.translate("place.several", n=len(named))
        )

    @property
    def period(self) -> str:
        return periods.format_period(self.chosen.period, self.language)

    def own_period(self, period: str) -> str:
        """The period of a figure in words, when it is not the page's."""
        return (
            periods.format_period_in_sentence(period, self.language)
            if period != self.chosen.period
            else ""
        )

    @property
    def level(self) -> str:
        """What is compared: wards inside the chosen districts, else districts."""
        return "ward" if self.chosen.districts else "district"

    @property
    def link(self) -> dict[str, str]:
        """The query string that carries the choice to another page."""
        asked = replace(self.chosen, period=self.open_period or self.chosen.period)
        return asked.to_query(figures.load_options(self.key).default_selection)

    def with_period(self, period: str) -> "PageContext":
        return replace(self, chosen=replace(self.chosen, period=period))


@cached(figures.FRAMES)
def load_results(
    key: figures.ReadScope, codes: tuple[str, ...], period: str, places: tuple[str, ...]
) -> KpiResults:
    """Figures that are asked together, taken apart once for all cards."""
    return results_by_code(figures.load_figures(key, codes, (), period, places))


def load_page_context() -> PageContext:
    """The Page of this run; its build is empty in a home without figures."""
    key = figures.ReadScope(figures.current_build(), access.current_scope())
    offer = figures.load_options(key) if key.build else FilterOptions()
    chosen, _ = filters.read_selection(offer)
    reached = (
        comparison.elapsed_part(chosen.period, figures.last_quarter(key))
        if key.build
        else chosen.period
    )
    whole = chosen.period if reached != chosen.period else ""
    return PageContext(
        key,
        replace(chosen, period=reached),
        phone=filters.is_phone(),
        paper=is_print_view(),
        open_period=whole,
    )
