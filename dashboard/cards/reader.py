"""Who looks at what, for this run: build, scope, choice and screen become one Page."""

from dataclasses import replace

from dashboard import access, data, filters
from dashboard.cards.page import Page
from dashboard.choice import Offer
from dashboard.memory import on_paper
from pipelines.present import compare


def page() -> Page:
    """The Page of this run; its build is empty in a home without figures."""
    key = data.Key(data.current(), access.scope())
    offer = data.offer(key) if key.build else Offer()
    chosen, _ = filters.chosen(offer)
    reached = compare.elapsed(chosen.period, data.last_quarter(key)) if key.build else chosen.period
    whole = chosen.period if reached != chosen.period else ""
    return Page(key, replace(chosen, period=reached), phone=filters.on_phone(), paper=on_paper(), open_period=whole)
