"""Published against computed: every published figure, its source, ours, the difference."""

from dashboard.cards import card, published, reader

page = reader.page()
if not card.empty(page):
    published.heading(page)
    published.table_card(page)
    published.note_card(page)
    published.version_card(page)
    published.total_card(page)
    published.source_card(page)
