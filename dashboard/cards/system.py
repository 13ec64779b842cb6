"""The machine room: which build answers, what it holds, who runs it, which versions."""

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards.card import card, sheet
from dashboard.cards.page import Page
from pipelines.present import machine


def heading(page: Page) -> None:
    """The build that answers now."""
    frame.heading(machine.title(data.meta(page.key), page.language), page.say("system.scope"))


def build_card(page: Page) -> None:
    """The build: when, from what, how many rows of each kind."""
    with card(page, page.say("system.build"), page.say("system.build_unit")):
        sheet(machine.build(data.meta(page.key), page.language), page.say("system.build"), rows=20)


def office_card(page: Page) -> None:
    """Who runs it, and the limits the office has set."""
    with card(page, page.say("system.office"), page.say("system.office_unit")):
        sheet(machine.office(data.configured(), page.language), page.say("system.office"), rows=20)
