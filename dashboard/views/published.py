"""Show every published figure with its source, our value and the difference."""

from dashboard.components import card, page_context, published_cards

page = page_context.load_page_context()
if not card.show_empty_state(page):
    published_cards.show_heading(page)
    published_cards.table_card(page)
    published_cards.note_card(page)
    published_cards.version_card(page)
    published_cards.total_card(page)
    published_cards.source_card(page)
