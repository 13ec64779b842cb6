"""Clients reached: persons and contacts apart, topics that overlap, ways of meeting."""

from dashboard.cards import card as frame
from dashboard.cards import headline
from dashboard.cards.card import card, replayed
from dashboard.cards.changes import scope
from dashboard.cards.kpi import sources
from dashboard.cards.page import HEADLINES, Page
from pipelines.present import charts, parts
from pipelines.present.answers import Answer
from pipelines.present.marks import listing

PERSONS = ("K01", "K02", "K06", "K09")
CONTACTS = ("K05", "K03", "K04", "K10")
TOPICS = ("U01", "U02", "U03", "U04", "U05")
GROUPS = ("b18a", "b18b", "b18c", "b18d", "b18e", "b18f")
#: New clients who are women, and by age.
WHO = ("b16", "b17a", "b17b", "b17c")
REVIEW = ("K07", "K08", "K12", "K11e")
OUTREACH = ("O01", "O02", "O07", "O06")
MODES = ("K11a", "K11b", "K11c", "K11d", "K11e")


@replayed
def heading(page: Page) -> None:
    """New clients (persons) and counselling contacts (events), never in one sum."""
    found = page.told(*HEADLINES)
    new, contacts = found["K01"], found["K05"]
    key = "clients.title" if new.known else f"changes.clients_{new.state}"
    frame.heading(page.say(key, new=new.text(page.language), contacts=contacts.text(page.language)), scope(page))


def row(page: Page, name: str, codes: tuple[str, ...]) -> None:
    """A row of cards under its sentence: persons and contacts never meet in one sum."""
    frame.small(page.say(f"clients.{name}"))
    headline.kpi_row(page, *codes)


@replayed
def topic_card(page: Page) -> None:
    """Contacts by topic: one contact may stand under several."""
    found = page.told(*TOPICS, "U06", "K05")
    rows = [found[code] for code in TOPICS]
    note = page.say(
        "clients.topics_note",
        topics=found["U06"].text(page.language),
        contacts=found["K05"].text(page.language),
    )
    _parts(page, rows, "clients.topics", note if found["K05"].known else "", key="topics")


@replayed
def mode_card(page: Page) -> None:
    """Contacts by way of meeting: every contact has one."""
    found = page.told(*MODES, "K05")
    rows = [found[code] for code in MODES]
    note = page.say("clients.modes_note", contacts=found["K05"].text(page.language))
    _parts(page, rows, "clients.modes", note if found["K05"].known else "", key="modes")


@replayed
def group_card(page: Page) -> None:
    """New clients by group; women and ages in the note."""
    found = page.told(*GROUPS, *WHO)
    told = {code: found[code] for code in WHO}
    note = page.say("clients.groups_note", **{code: a.text(page.language) for code, a in told.items()})
    known = all(a.known for a in told.values())
    _parts(page, [found[code] for code in GROUPS], "clients.groups", note if known else "", key="groups")


def _parts(page: Page, rows: list[Answer], text: str, note: str, *, key: str) -> None:
    marks = parts.marks(rows, page.language)
    title = parts.finding(marks, text, page.language)
    unit = page.say(f"{text}_unit", period=page.period, place=page.place)
    table = listing(marks, page.say(f"{text}_column"), page.say("column.count"))
    with card(page, title, unit, note, *sources(page, rows[0])) as face:
        face.picture(charts.bars(marks), title, table, key=key)
