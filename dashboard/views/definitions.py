"""Show every figure of the catalogue, the four signs and the systems M1–M25."""

from dashboard.components import definition_cards, page_context

page = page_context.load_page_context()
definition_cards.show_heading(page)
definition_cards.kpi_card(page)
definition_cards.signs_card(page)
definition_cards.systems_card(page)
