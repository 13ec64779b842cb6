"""Hold what every card is given: build, scope, selection and language, as one frozen value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import streamlit as st

from dashboard import filters, url_state
from dashboard.auth import access
from dashboard.components import page_content
from dashboard.queries import figures, open_builds, releases
from dashboard.queries.cache import cached
from dashboard.selection import REPORTED, FilterOptions, Selection, is_offered_day
from dashboard.session import is_print_view
from pipelines.catalog import Language, list_card_codes
from pipelines.present.chart_data import ChartWithTable, DataPoint
from pipelines.present.format import periods
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.format.numbers import format_number
from pipelines.present.i18n import translate, translate_by_name, translate_markdown
from pipelines.present.kpi_result import KpiResult, KpiResults, read_results, results_by_code
from pipelines.present.panels import comparison, event_notes, geography
from pipelines.privacy.scope import Scope
from pipelines.reference.events import Event
from pipelines.reference.places import load_places

#: Figures of the whole selection that pages and sentences share: together they cost little more
#: than one.
HEADLINES = list_card_codes("shared.headlines")


def question_bundle(*codes: str) -> tuple[str, ...]:
    """Return what is asked to learn these figures: all headlines when they are among them."""
    return HEADLINES if set(codes) <= set(HEADLINES) else codes


#: How much of a list of returns a reader sees.
ListRights = Literal["whole", "own", "none"]


@dataclass(frozen=True)
class PageContext:
    """One reader looking at one build with one choice."""

    key: figures.ReadScope
    chosen: Selection
    #: A narrow screen: maps begin with districts.
    phone: bool = False
    #: The form for paper: tables are written out.
    paper: bool = False
    #: The period asked for when it has not ended; `chosen.period` is then the part with data.
    open_period: str = ""
    #: What happened at the chosen places, of any time; part of the key of every card kept.
    events: tuple[Event, ...] = ()

    @property
    def language(self) -> Language:
        return self.chosen.language

    @property
    def is_empty(self) -> bool:
        """Is there no finished build to answer from?"""
        return not self.key.build

    def translate(self, key: str, **values: object) -> str:
        return translate(key, self.language, **values)

    def translate_by_name(self, prefix: str, names: Iterable[str]) -> dict[str, str]:
        """Return each name with its sentence, whose key begins with the prefix."""
        return translate_by_name(prefix, names, self.language)

    def markdown(self, key: str, **values: object) -> str:
        """Return the sentence as Markdown, with its values escaped."""
        return translate_markdown(key, self.language, **values)

    def results(self, *codes: str, period: str = "") -> KpiResults:
        """Return many KPIs for the whole selection, in one query."""
        if codes != HEADLINES:
            page_content.current_content().codes.update(dict.fromkeys(codes))
        return load_results(self.key, codes, period or self.chosen.period, self.chosen.places)

    def result(self, code: str, period: str = "", among: tuple[str, ...] = ()) -> KpiResult:
        """Return one KPI for the whole selection, asked together with those it stands `among`."""
        page_content.current_content().codes[code] = None
        return self.results(*(among or question_bundle(code)), period=period)[code]

    def results_by(
        self, code: str, *by: str, period: str = "", among: tuple[str, ...] = ()
    ) -> list[KpiResult]:
        """Return one KPI by the given columns, asked together with those it stands `among`."""
        page_content.current_content().codes[code] = None
        period = period or self.chosen.period
        if not among:
            return read_results(
                figures.load_figures(self.key, (code,), by, period, self.chosen.places)
            )
        found = figures.load_figures(self.key, among, by, period, self.chosen.places)
        return read_results(found, code)

    def mark_events(self, drawn: ChartWithTable, marks: list[DataPoint]) -> ChartWithTable:
        """Return a chart over time, whose axis the marks are, with the events of its quarters."""
        codes = [mark.code for mark in marks]
        return event_notes.mark_events(drawn, codes, self.events, self.language)

    def event_text(self, *codes: str) -> str:
        """Return the sentences about the events in these periods."""
        return event_notes.describe_events(self.events, *codes, language=self.language)

    def chart_width(self, desktop: int) -> int:
        """Return the pixels of a chart: of a phone's card, or what the layout gives elsewhere."""
        return 310 if self.phone else desktop

    @property
    def place(self) -> str:
        """Return the words for the selected places: the city, a district, three wards."""
        names = figures.place_names(self.key, self.chosen.places, self.chosen.period)
        if not names:
            return self.translate("place.city")
        if len(names) > 3:
            return self.translate("place.several", n=len(names))
        return ", ".join(names)

    @property
    def units_text(self) -> str:
        """Return in which administrative units the figures stand; empty as reported."""
        return geography.describe_scope(self.key.geography, self.language)

    @property
    def day_text(self) -> str:
        """Return the day at whose end all figures stand, as a sentence; empty for today's."""
        return periods.describe_as_of(self.chosen.day, self.language)

    @property
    def period(self) -> str:
        return periods.format_period(self.chosen.period, self.language)

    def own_period(self, period: str) -> str:
        """Return the period of a figure in words; empty when it is the page's own."""
        if period == self.chosen.period:
            return ""
        return periods.format_period_in_sentence(period, self.language)

    @property
    def sees_lists(self) -> ListRights:
        """Return how much of the lists behind the returns is shown of the selected places.

        It is `whole`, `own` where only the reader's own districts are in them, or `none`.
        """
        scope, chosen = self.key.scope, self.chosen.districts
        own = [district for district in chosen if scope.sees_exactly(district)]
        if scope.sees_all or (chosen and len(own) == len(chosen)):
            return "whole"
        return "own" if own or (scope.sees_some and not chosen) else "none"

    def qualify_finding(self, finding: str, about: str) -> str:
        """Return a finding about a list as far as the reader sees the list.

        Nothing is said of a hidden list but its name `about`: an empty one is not "none".
        """
        if self.sees_lists == "none":
            return self.translate("rights.hidden", about=about)
        if self.sees_lists == "own":
            return self.translate("rights.own", finding=finding)
        return finding

    @property
    def level(self) -> str:
        """Return what is compared: wards inside the chosen districts, else districts."""
        return "ward" if self.chosen.districts else "district"

    @property
    def link(self) -> dict[str, str]:
        """Return the query string that carries the selection to another page."""
        asked = replace(self.chosen, period=self.open_period or self.chosen.period)
        return asked.to_query(figures.load_options(self.key).default_selection)

    def with_period(self, period: str) -> "PageContext":
        return replace(self, chosen=replace(self.chosen, period=period))


@cached(figures.FRAMES)
def load_results(
    key: figures.ReadScope, codes: tuple[str, ...], period: str, places: tuple[str, ...]
) -> KpiResults:
    """Return figures that are asked together, by code, split once for all cards."""
    return results_by_code(figures.load_figures(key, codes, (), period, places))


def read_scope(scope: Scope) -> figures.ReadScope:
    """Return what answers on the page of this run, in the units that its link asks for."""
    asked = url_state.requested_codes().get("geo", REPORTED)
    follows = page_content.current_content().in_geography
    is_known = asked in load_places().geographies
    geography = asked if follows and is_known else REPORTED
    key = releases.choose_source(scope, geography)
    day = url_state.requested_codes().get("day", "")
    if not (key.build and day and page_content.current_content().follows_day):
        return key
    if not is_offered_day(day, figures.list_days(key)):
        return key
    # NOTE: a release tells what may be known today; looking back, nobody is answered from it.
    looked_back_to = open_builds.find_receipt_day(key.build, day)
    return replace(key, day=looked_back_to, release="" if looked_back_to else key.release)


def show_notes(key: figures.ReadScope, now: Selection) -> None:
    """Write in which units, of which day and from which release the figures of a page are."""
    show_units(key, now)
    show_day(key, now)
    show_release(key, now.language)


def show_units(key: figures.ReadScope, now: Selection) -> None:
    """Write under the filters in which units the figures stand, and what is exact."""
    if not key.build or not page_content.current_content().in_geography:
        return
    texts = (
        geography.describe_method(key.geography, now.language),
        geography.describe_series(now.period, key.geography, now.language),
    )
    for text in filter(None, texts):
        st.markdown(f":small[:gray[{escape_markdown(text)}]]")


def show_day(key: figures.ReadScope, now: Selection) -> None:
    """Write that the page shows what was known on an earlier day, or that it always shows today."""
    if not key.build or not now.day:
        return
    if page_content.current_content().follows_day:
        st.info(escape_markdown(periods.describe_as_of(now.day, now.language)))
    elif page_content.current_content().view != "submit":
        st.info(escape_markdown(translate("as_of.not_here", now.language)))


def follow_day(asked: Selection) -> Selection:
    """Return the selection of this page: one that always shows today looks back to no day."""
    return asked if page_content.current_content().follows_day else replace(asked, day="")


def show_release(key: figures.ReadScope, language: Language) -> None:
    """Write which release the protected figures come from, and how many numbers it hides and why.

    Only where a release answers the reader.
    """
    card = releases.current_release() if key.release else None
    if card is None:
        return
    text = translate(
        "release.note",
        language,
        day=periods.format_day(datetime.fromisoformat(card.made_at).date(), language),
        hidden=format_number(card.hidden, language),
        offered=format_number(card.offered, language),
        threshold=card.threshold,
    )
    st.markdown(f":small[:gray[{escape_markdown(text)}]]")


def load_page_context() -> PageContext:
    """Return the context of this run; its build is empty in a home without figures."""
    key = read_scope(access.current_scope())
    offer = FilterOptions()
    if key.build:
        offer = figures.load_options(key, url_state.requested_codes().get("period", ""))
    asked = follow_day(filters.read_selection(offer)[0])
    period, ids = asked.period, asked.wards
    if key.build:
        period = comparison.elapsed_part(asked.period, figures.last_quarter(key))
        ids = figures.list_ward_ids(key, asked.wards, asked.period)
    return PageContext(
        key,
        replace(
            asked,
            period=period,
            ward_ids=ids,
        ),
        phone=filters.is_phone(),
        paper=is_print_view(),
        open_period=asked.period if period != asked.period else "",
        events=figures.load_events(asked.wards or asked.districts) if key.build else (),
    )
