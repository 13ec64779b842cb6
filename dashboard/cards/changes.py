"""What has changed, in sentences a director can read aloud; each leads to its chart."""

import streamlit as st

from dashboard import data
from dashboard.cards import card
from dashboard.cards.card import replayed
from dashboard.cards.page import HEADLINES, Page
from pipelines.catalog import kpi as definition
from pipelines.present import compare, goals, spans, stories
from pipelines.present.answers import Answer, nothing
from pipelines.reference.targets import Target


@replayed
def heading(page: Page) -> None:
    """The page's own finding, the period's days and how much of the city is looked at."""
    found = page.told(*HEADLINES)
    finding = stories.overview(found["P02"], found["K01"], found["T06"], page.language)
    card.heading(finding, scope(page))


def scope(page: Page) -> str:
    """The place, the period with its days, and how many wards and districts that is; of one there is no more to say."""
    days = spans.dates(page.chosen.period, page.language)
    counts = data.counted(page.key, page.chosen.districts, page.chosen.wards)
    counted = ", ".join(page.say(f"scope.{level}", n=n) for level, n in counts.items() if n > 1)
    opened = page.say("scope.open", period=spans.span(page.open_period, page.language)) if page.open_period else ""
    parts = (page.say("scope.page", place=page.place, period=page.period, dates=days), counted, opened)
    return " · ".join(part for part in parts if part)


@replayed
def changes_list(page: Page) -> None:
    """Three to five sentences, each with the page it comes from."""
    with st.container(border=True, height="stretch", gap="small"):
        st.markdown(f"#### {card.plain(page.say('changes.title'))}", anchors=False)
        for view, sentence in sentences(page):
            with st.container(gap=None):
                st.markdown(sentence)
                label = page.say(f"menu.{view}")
                st.page_link(f"views/{view}.py", label=label, icon=":material/arrow_forward:", query_params=page.link)
        card.small(card.source(page, "A", "B", "C"))


def sentences(page: Page) -> list[tuple[str, str]]:
    """Page name and sentence: points, clients, teams, referrals, returns."""
    found = page.told(*HEADLINES)
    goal = data.target(page.key, "P01")
    return [
        (
            "points",
            stories.points(
                found["P01"],
                before(page, "P01"),
                goal.value if goal and not page.chosen.places else None,
                page.language,
            ),
        ),
        ("clients", clients(page, found["K01"]) + since_year(page, found["K01"])),
        ("teams", teams(page, found["T06"]) + since_year(page, found["T06"])),
        (
            "referrals",
            stories.referrals(found["R01"], unanswered(page), found["R08"], page.language)
            + since_year(page, found["R08"]),
        ),
        ("quality", stories.returns(found["Q01"], page.language)),
    ]


def before(page: Page, code: str) -> Answer:
    """The figure of the comparable period before."""
    return page.figure(code, compare.previous(definition(code), page.chosen.period).before.code)


def before_words(page: Page, code: str) -> str:
    return spans.said(compare.previous(definition(code), page.chosen.period).before, page.language)


def since_year(page: Page, now: Answer) -> str:
    """The change against the same period a year before; nothing where the sentence has said it already."""
    pair = compare.last_year(now.kpi, page.chosen.period)
    if not pair:
        return ""
    return stories.since_year(now, page.figure(now.kpi.code, pair.before.code), pair.before.last.year, page.language)


def teams(page: Page, now: Answer) -> str:
    return stories.teams(now, before(page, "T06"), before_words(page, "T06"), page.language)


def clients(page: Page, now: Answer) -> str:
    pair = compare.previous(now.kpi, page.chosen.period)
    part = page.figure("K01", pair.now.code)
    words = spans.said(pair.now, page.language), spans.said(pair.before, page.language)
    return stories.clients(now, part, before(page, "K01"), pair, words, page.language)


def unanswered(page: Page) -> int | None:
    """Referrals of the period without an answer yet, whatever the service."""
    found = data.outcomes(page.key, "service", page.chosen.period, page.chosen.places)
    return int(found["waiting"].sum() or 0) if found.height else None


def goals_row(page: Page) -> None:
    """The card of targets where the city has set some; a district or ward has none."""
    if not page.chosen.places and _goals(page):
        goals_card(page)


def _goals(page: Page) -> list[Target]:
    """The targets of the period's last year, or the next."""
    last = compare.last_year_of(page.chosen.period)
    found = [data.target(page.key, code, last.year) for code in goals.CODES]
    return [goal for goal in found if goal is not None]


def _so_far(page: Page, code: str) -> Answer:
    """A figure over the period's last year up to its end, asked for all years and quarters at once."""
    last = compare.last_year_of(page.chosen.period)
    found = page.rows(code, "so_far", period=last.period, among=goals.CODES)
    return found[-1] if found else nothing(code)


@replayed
def goals_card(page: Page) -> None:
    """How far towards each target of the city that a figure answers; a line where the target lies."""
    held = [(goal, _so_far(page, goal.kpi)) for goal in _goals(page)]
    drawn = goals.picture(held, page.language, narrow=page.phone)
    with card.card(
        page, drawn.alt, page.say("goals.unit"), page.say("goals.foot"), card.source(page, "D", "A")
    ) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="goals")
