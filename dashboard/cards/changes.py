"""What has changed, in sentences a director can read aloud; each leads to its chart."""

import streamlit as st

from dashboard import data
from dashboard.cards import card
from dashboard.cards.card import replayed
from dashboard.cards.page import HEADLINES, Page
from pipelines.catalog import kpi as definition
from pipelines.present import compare, spans, stories
from pipelines.present.answers import Answer, one


@replayed
def heading(page: Page) -> None:
    """The page's own finding, the period's days and how much of the city is looked at."""
    found = page.ask(*HEADLINES)
    finding = stories.overview(one(found, "P02"), one(found, "K01"), one(found, "T06"), page.language)
    card.heading(finding, scope(page))


def scope(page: Page) -> str:
    """The place, the period with its days, and how many wards and districts that is."""
    days = spans.dates(page.chosen.period, page.language)
    counts = data.counted(page.key, page.chosen.districts, page.chosen.wards)
    counted = {level: page.say(f"scope.{level}", n=n) for level, n in counts.items()}
    return page.say("scope.page", place=page.place, period=page.period, dates=days, **counted)


@replayed
def changes_card(page: Page) -> None:
    """Three to five sentences, each with the page it comes from."""
    with st.container(border=True, gap="small"):
        st.markdown(f"#### {card.plain(page.say('changes.title'))}", anchors=False)
        for view, sentence in sentences(page):
            with st.container(gap=None):
                st.markdown(sentence)
                label = page.say(f"menu.{view}")
                st.page_link(f"views/{view}.py", label=label, icon=":material/arrow_forward:", query_params=page.link)
        card.small(card.source(page, "A", "B", "C"))


def sentences(page: Page) -> list[tuple[str, str]]:
    """Page name and sentence: points, clients, teams, referrals, returns."""
    found = page.ask(*HEADLINES)
    goal = data.target(page.key, "P01")
    return [
        (
            "points",
            stories.points(
                one(found, "P01"),
                before(page, "P01"),
                goal.value if goal and not page.chosen.places else None,
                page.language,
            ),
        ),
        ("clients", clients(page, one(found, "K01"))),
        ("teams", stories.teams(one(found, "T06"), before(page, "T06"), before_words(page, "T06"), page.language)),
        (
            "referrals",
            stories.referrals(
                one(found, "R01"),
                unanswered(page),
                one(found, "R08"),
                page.language,
            ),
        ),
        ("quality", stories.returns(one(found, "Q01"), page.language)),
    ]


def before(page: Page, code: str) -> Answer:
    """The figure of the comparable period before."""
    return page.figure(code, compare.previous(definition(code), page.chosen.period).before.code)


def before_words(page: Page, code: str) -> str:
    return spans.said(compare.previous(definition(code), page.chosen.period).before, page.language)


def clients(page: Page, now: Answer) -> str:
    pair = compare.previous(now.kpi, page.chosen.period)
    part = page.figure("K01", pair.now.code)
    words = spans.said(pair.now, page.language), spans.said(pair.before, page.language)
    return stories.clients(now, part, before(page, "K01"), pair, words, page.language)


def unanswered(page: Page) -> int | None:
    """Referrals of the period without an answer yet, whatever the service."""
    found = data.outcomes(page.key, "service", page.chosen.period, page.chosen.places)
    return int(found["waiting"].sum() or 0) if found.height else None
