"""Who looks at what, for this run: build, scope, choice and screen become one Page."""

from dashboard import access, data, filters
from dashboard.cards.page import Page
from dashboard.choice import Offer


def page() -> Page:
    """The Page of this run; its build is empty in a home without figures."""
    key = data.Key(data.current(), access.scope())
    offer = data.offer(key) if key.build else Offer()
    chosen, _ = filters.chosen(offer)
    return Page(key, chosen, phone=filters.on_phone())
