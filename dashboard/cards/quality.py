"""Data quality, first form: returns received, in time and complete; who reported when; who is still missing."""

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards.card import card, replayed, sheet
from dashboard.cards.changes import scope
from dashboard.cards.page import Page
from pipelines.present import compare, display, returns
from pipelines.present.answers import one
from pipelines.reference import places


@replayed
def heading(page: Page) -> None:
    """Returns in hand, and how many of them came in time."""
    found = page.ask("Q01", "Q02")
    whole, timely = one(found, "Q01"), one(found, "Q02")
    counted = display.fraction(whole.numerator, whole.denominator, page.language)
    key = "quality.title" if whole.known else "quality.title_none"
    frame.heading(page.say(key, n=counted, timely=timely.text(page.language)), scope(page))


@replayed
def heatmap_card(page: Page) -> None:
    """Returns by district (or ward of the chosen districts) and quarter."""
    level = page.level
    period = compare.trail(page.chosen.period, data.first_quarter(page.key))
    found = page.rows("Q01", level, "period", period=period)
    found = sorted(found, key=lambda a: places.sort_key(str(a.at[f"{level}_name"])))
    drawn = returns.heatmap(found, level, page.language, left=86 if page.phone else 130)
    unit = page.say("quality.unit", place=page.place)
    with card(page, drawn.alt, unit, page.say("quality.key"), frame.source(page, "Q")) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="returns")


@replayed
def missing_card(page: Page) -> None:
    """Who has not reported in the period's last quarter."""
    quarter = compare.last_quarter(page.chosen.period)
    found = data.missing(page.key, quarter, page.chosen.places)
    key = "quality.missing" if found.height else "quality.missing_none"
    title = page.say(key, n=display.number(found.height, page.language))
    unit = page.say("quality.missing_unit", period=returns.named(quarter, page.language), place=page.place)
    with card(page, title, unit, frame.source(page, "Q")):
        if found.height:
            sheet(returns.missing(found, page.language), title, rows=20, left=3)
