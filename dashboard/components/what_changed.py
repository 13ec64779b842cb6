"""What has changed, in sentences a director can read aloud; each leads to its chart."""

import streamlit as st

from dashboard.components import card
from dashboard.components.card import cached_card
from dashboard.components.page_context import HEADLINES, PageContext
from dashboard.queries import figures
from pipelines.catalog import find_kpi as definition
from pipelines.present.format import periods
from pipelines.present.kpi_result import KpiResult, empty_result
from pipelines.present.panels import comparison, headlines, targets
from pipelines.reference.targets import Target


@cached_card
def show_heading(page: PageContext) -> None:
    """The page's own finding, the period's days and how much of the city is looked at."""
    found = page.results(*HEADLINES)
    finding = headlines.overview_title(found["P02"], found["K01"], found["T06"], page.language)
    card.show_heading(finding, scope_text(page))


def scope_text(page: PageContext) -> str:
    """The place, the period with its days, and how many wards and districts that is; of one there is no more to say."""
    days = periods.format_dates(page.chosen.period, page.language)
    counts = figures.count_places(page.key, page.chosen.districts, page.chosen.wards)
    counted = ", ".join(
        page.translate(f"scope.{level}", n=n) for level, n in counts.items() if n > 1
    )
    opened = (
        page.translate("scope.open", period=periods.format_period(page.open_period, page.language))
        if page.open_period
        else ""
    )
    parts = (
        page.translate("scope.page", place=page.place, period=page.period, dates=days),
        counted,
        opened,
    )
    return " · ".join(part for part in parts if part)


@cached_card
def changes_list(page: PageContext) -> None:
    """Three to five sentences, each with the page it comes from."""
    with st.container(border=True, height="stretch", gap="small"):
        st.markdown(f"#### {card.escape_markdown(page.translate('changes.title'))}", anchors=False)
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
        card.small_text(card.source_text(page, "A", "B", "C"))


def change_sentences(page: PageContext) -> list[tuple[str, str]]:
    """Page name and sentence: points, clients, teams, referrals, returns."""
    found = page.results(*HEADLINES)
    goal = figures.find_target(page.key, "P01")
    return [
        (
            "points",
            headlines.points_title(
                found["P01"],
                result_before(page, "P01"),
                goal.value if goal and not page.chosen.places else None,
                page.language,
            ),
        ),
        ("clients", clients_text(page, found["K01"]) + since_year_text(page, found["K01"])),
        ("teams", teams_text(page, found["T06"]) + since_year_text(page, found["T06"])),
        (
            "referrals",
            headlines.referrals_title(
                found["R01"], count_unanswered(page), found["R08"], page.language
            )
            + since_year_text(page, found["R08"]),
        ),
        ("quality", headlines.returns_title(found["Q01"], page.language)),
    ]


def result_before(page: PageContext, code: str) -> KpiResult:
    """The figure of the comparable period before."""
    return page.result(
        code, comparison.pair_with_previous(definition(code), page.chosen.period).before.code
    )


def before_words(page: PageContext, code: str) -> str:
    return periods.format_period_in_sentence(
        comparison.pair_with_previous(definition(code), page.chosen.period).before, page.language
    )


def since_year_text(page: PageContext, now: KpiResult) -> str:
    """The change against the same period a year before; nothing where the sentence has said it already."""
    pair = comparison.pair_with_last_year(now.kpi, page.chosen.period)
    if not pair:
        return ""
    return headlines.since_year_sentence(
        now, page.result(now.kpi.code, pair.before.code), pair.before.last.year, page.language
    )


def teams_text(page: PageContext, now: KpiResult) -> str:
    return headlines.teams_title(
        now, result_before(page, "T06"), before_words(page, "T06"), page.language
    )


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
    """Referrals of the period without an answer yet, whatever the service."""
    found = figures.load_outcomes(page.key, "service", page.chosen.period, page.chosen.places)
    return int(found["waiting"].sum() or 0) if found.height else None


def show_targets(page: PageContext) -> None:
    """The card of targets where the city has set some; a district or ward has none."""
    if not page.chosen.places and _list_targets(page):
        targets_card(page)


def _list_targets(page: PageContext) -> list[Target]:
    """The targets of the period's last year, or the next."""
    last = comparison.last_year_of(page.chosen.period)
    found = [figures.find_target(page.key, code, last.year) for code in targets.CODES]
    return [goal for goal in found if goal is not None]


def _result_to_date(page: PageContext, code: str) -> KpiResult:
    """A figure over the period's last year up to its end, asked for all years and quarters at once."""
    last = comparison.last_year_of(page.chosen.period)
    found = page.results_by(code, "so_far", period=last.period, among=targets.CODES)
    return found[-1] if found else empty_result(code)


@cached_card
def targets_card(page: PageContext) -> None:
    """How far towards each target of the city that a figure answers; a line where the target lies."""
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
