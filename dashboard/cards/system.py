"""The machine room: which build answers, what it holds, who runs it, which versions."""

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards.card import card
from dashboard.cards.page import Page
from pipelines.present import machine


def heading(page: Page) -> None:
    """The build that answers now, or why there is none."""
    if not frame.empty(page):
        frame.heading(machine.title(data.meta(page.key), page.language), page.say("system.scope"))


def build_card(page: Page) -> None:
    """The build: when, from what, how many rows of each kind."""
    with card(page, page.say("system.build"), page.say("system.build_unit")):
        frame.prose(machine.build(data.meta(page.key), page.language), page.say("system.build"), hide_header=True)


def version_card(page: Page) -> None:
    """The software's versions in use."""
    with card(page, page.say("system.versions"), page.say("system.versions_unit")):
        frame.prose(machine.versions(page.language), page.say("system.versions"), hide_header=True)


def office_card(page: Page) -> None:
    """Who runs it, and the limits the office has set."""
    with card(page, page.say("system.office"), page.say("system.office_unit")):
        frame.prose(machine.office(data.configured(), page.language), page.say("system.office"), hide_header=True)
