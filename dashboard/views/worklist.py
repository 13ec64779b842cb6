"""Show what is to be done, ward by ward, with the messages to send."""

from dashboard.components import card, page_context, worklist_cards

page = page_context.load_page_context()
if not card.show_empty_state(page):
    items = worklist_cards.list_items(page)
    worklist_cards.show_heading(page, items)
    worklist_cards.work_card(page, items)
