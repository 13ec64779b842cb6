"""Write what has changed in sentences, each with the page it comes from, and the targets."""

import streamlit as st

from dashboard.components import card
from dashboard.components.card import cached_card
from dashboard.components.page_context import HEADLINES, PageContext
from dashboard.queries import figures, referral_queries
from pipelines.catalog import find_kpi as definition
from pipelines.catalog import list_card_codes
from pipelines.present.format import periods
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.kpi_result import KpiResult, empty_result
from pipelines.present.panels import comparison, headlines, targets
from pipelines.reference.targets import Target

#: Quarters.
YEAR = 4


@cached_card
def show_heading(page: PageContext) -> None:
    """Write the page's own finding, the period's days and how much of the city is selected."""
    found = page.results(*HEADLINES)
    finding = headlines.overview_title(
        found["P02"], found["K01"], found["T06"], found["Q01"], page.language
    )
    card.show_heading(finding, scope_text(page))


def scope_text(page: PageContext) -> str:
    """Return the place, the period with its days, and how many wards and districts that is."""
    days = periods.format_dates(page.chosen.period, page.language)
    chosen = page.chosen
    counts = figures.count_places(page.key, chosen.districts, chosen.wards, chosen.period)
    several = [page.translate(f"scope.{level}", n=n) for level, n in counts.items() if n > 1]
    parts = [page.translate("scope.page", place=page.place, period=page.period, dates=days)]
    if several:
        parts.append(", ".join(several))
    if page.open_period:
        period = periods.format_period(page.open_period, page.language)
        parts.append(page.translate("scope.open", period=period))
    parts.append(page.day_text)
    return " · ".join(filter(None, parts))


@cached_card
def changes_list(page: PageContext) -> None:
    """Draw the sentences about changes, each with a link to the page it comes from."""
    with st.container(border=True, height="stretch", gap="small"):
        st.markdown(f"#### {escape_markdown(page.translate('changes.title'))}", anchors=False)
        for view, sentence in change_sentences(page):
            with st.container(gap=None):
                st.markdown(sentence)
                label = page.translate(f"menu.{view}")
                st.page_link(
                    f"views/{view}.py",
                    label=label,
                    icon=":material/arrow_forward:",
                    query_params=page.link,
                )
        card.small_text(events_text(page))
        card.small_text(card.source_text(page, "A", "B", "C"))


def change_sentences(page: PageContext) -> list[tuple[str, str]]:
    """Return page name and sentence of points, clients, teams, referrals and returns."""
    found = page.results(*HEADLINES)
    language = page.language
    clients, teams, arrived = found["K01"], found["T06"], found["R08"]
    points_text = headlines.points_title(
        found["P01"], result_before(page, "P01"), _points_target(page), language
    )
    clients_sentence = clients_text(page, clients) + since_year_text(page, clients)
    teams_sentence = teams_text(page, teams) + since_year_text(page, teams)
    referrals_text = headlines.referrals_title(
        found["R01"], count_unanswered(page), arrived, language
    )
    can_compare = teams.makes_headline or clients.makes_headline
    returns_text = headlines.returns_title(found["Q01"], language, can_compare=can_compare)
    return [
        ("points", points_text),
        ("clients", clients_sentence),
        ("teams", teams_sentence),
        ("referrals", referrals_text + since_year_text(page, arrived)),
        ("quality", returns_text),
    ]


def events_text(page: PageContext) -> str:
    """Return the events in a period of up to a year and in those the sentences compare it with."""
    period = page.chosen.period
    if len(periods.list_quarters(period)) > YEAR:
        return ""
    pairs = (
        comparison.pair_with_previous(definition("T06"), period),
        comparison.pair_with_last_year(definition("T06"), period),
    )
    compared = [pair.before.code for pair in pairs if pair]
    return page.event_text(period, *compared)


def _points_target(page: PageContext) -> float | None:
    """Return the target of counselling points of the city or the one place; None without one."""
    goal = figures.find_target(page.key, "P01", page.chosen.places)
    return goal.value if goal else None


def result_before(page: PageContext, code: str) -> KpiResult:
    """Return the KPI in the comparable period before."""
    pair = comparison.pair_with_previous(definition(code), page.chosen.period)
    return page.result(code, pair.before.code)


def before_words(page: PageContext, code: str) -> str:
    """Return the words for the comparable period before."""
    pair = comparison.pair_with_previous(definition(code), page.chosen.period)
    return periods.format_period_in_sentence(pair.before, page.language)


def since_year_text(page: PageContext, now: KpiResult) -> str:
    """Return the change since a year before; empty where the sentence has said it already."""
    pair = comparison.pair_with_last_year(now.kpi, page.chosen.period)
    if not pair:
        return ""
    before = page.result(now.kpi.code, pair.before.code)
    return headlines.since_year_sentence(now, before, pair.before.last.year, page.language)


def teams_text(page: PageContext, now: KpiResult) -> str:
    before = result_before(page, "T06")
    return headlines.teams_title(now, before, before_words(page, "T06"), page.language)


def clients_text(page: PageContext, now: KpiResult) -> str:
    pair = comparison.pair_with_previous(now.kpi, page.chosen.period)
    part = page.result("K01", pair.now.code)
    words = (
        periods.format_period_in_sentence(pair.now, page.language),
        periods.format_period_in_sentence(pair.before, page.language),
    )
    return headlines.clients_title(
        now, part, result_before(page, "K01"), pair, words, page.language
    )


def count_unanswered(page: PageContext) -> int | None:
    """Return the referrals of the period without an answer yet, whatever the service."""
    found = referral_queries.load_outcomes(
        page.key, "service", page.chosen.period, page.chosen.places
    )
    return int(found["waiting"].sum() or 0) if found.height else None


def show_targets(page: PageContext) -> None:
    """Draw the card of targets where the city, or the one place chosen, has set some."""
    if _list_targets(page):
        targets_card(page)


def _list_targets(page: PageContext) -> list[Target]:
    """List the targets of the period's last year, or of a later one."""
    last = comparison.last_year_of(page.chosen.period)
    found = [
        figures.find_target(page.key, code, page.chosen.places, last.year)
        for code in list_card_codes("overview.targets")
    ]
    return [goal for goal in found if goal is not None]


def _result_to_date(page: PageContext, code: str) -> KpiResult:
    """Return a KPI over the period's last year up to its end, asked with those of other targets."""
    last = comparison.last_year_of(page.chosen.period)
    found = page.results_by(
        code, "so_far", period=last.period, among=list_card_codes("overview.targets")
    )
    return found[-1] if found else empty_result(code)


@cached_card
def targets_card(page: PageContext) -> None:
    """Draw how far the city is towards each target that a KPI measures."""
    held = [(goal, _result_to_date(page, goal.kpi)) for goal in _list_targets(page)]
    drawn = targets.draw_targets(held, page.language, narrow=page.phone)
    with card.open_card(
        page,
        drawn.alt,
        page.translate("goals.unit"),
        page.translate("goals.foot"),
        card.source_text(page, "D", "A"),
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="goals")
