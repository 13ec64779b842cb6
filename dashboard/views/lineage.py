"""Show where one figure comes from: what it counts, its cells, what is missing, how it changed."""

from dashboard.components import card, lineage_cards, page_context

page = page_context.load_page_context()
if not card.show_empty_state(page):
    lineage_cards.show_heading(page)
    lineage_cards.definition_card(page)
    lineage_cards.cell_card(page)
    lineage_cards.gap_card(page)
    lineage_cards.change_card(page)
    lineage_cards.bridge_card(page)
