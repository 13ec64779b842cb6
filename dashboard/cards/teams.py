"""Teams and volunteers: how large teams are, who joined and left, how many contacts a volunteer carries."""

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards import headline
from dashboard.cards.card import card, replayed
from dashboard.cards.changes import scope
from dashboard.cards.kpi import quarters, sources
from dashboard.cards.page import Page
from pipelines.present import charts, display, sizes, spans
from pipelines.present.answers import Answer
from pipelines.present.marks import listing

#: Teams named under the histogram.
NAMED = 6
WORK = ("T07", "T12", "T13", "T11")


@replayed
def heading(page: Page) -> None:
    """Volunteers per team, and how many teams lie under the usual size."""
    size, found = page.figure("T06"), teams(page)
    low, _ = data.team_size(page.key)
    small = sum(1 for a in found if a.known and (a.value or 0) < low)
    key = ("teams.title" if small else "teams.title_all") if size.known else "overview.title_nothing"
    frame.heading(page.say(key, size=size.text(page.language), n=small, low=low), scope(page))


def teams(page: Page) -> list[Answer]:
    """One answer a ward at the period's end: with one team a ward, volunteers per team is the team's size."""
    return [a for a in page.rows("T06", "district", "ward") if a.known]


@replayed
def size_card(page: Page) -> None:
    """How many teams have each size; those outside the usual range in accent and named."""
    whole, found, limits = page.figure("T06"), teams(page), data.team_size(page.key)
    drawn = sizes.histogram(found, whole, limits, page.language)
    unit = page.say("teams.size_unit", period=spans.span(page.chosen.period, page.language), place=page.place)
    with card(page, drawn.alt, unit, sizes.named(found, limits, page.language, NAMED), *sources(page, whole)) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="sizes")


@replayed
def flow_card(page: Page) -> None:
    """Volunteers who joined above the line, who left below it, by quarter."""
    both = page.told("T04", "T05")
    joined, left = both["T04"], both["T05"]
    up, _ = quarters(page, "T04")
    down, _ = quarters(page, "T05")
    values = {"joined": joined.text(page.language), "left": left.text(page.language)}
    net = (joined.value or 0) - (left.value or 0)
    title = (
        page.say("teams.flow", **values, net=display.signed(net, page.language))
        if joined.known
        else page.say("overview.title_nothing")
    )
    table = listing(up, page.say("column.period"), joined.kpi.label.of(page.language))
    table = table.with_columns(listing(down, "", left.kpi.label.of(page.language)).to_series(1))
    with card(page, title, page.say("teams.flow_unit", place=page.place), *sources(page, joined)) as face:
        face.picture(charts.flows(up, down, wide=page.wide(480)), title, table, key="flows")


def work_row(page: Page) -> None:
    """How the teams work: size outside the usual range, meetings, monthly plans, training."""
    frame.small(page.say("teams.work"))
    headline.kpi_row(page, *WORK)
