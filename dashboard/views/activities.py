"""Show other activities: rehabilitation, work, clubs, security, communication, the models."""

from dashboard.components import activity_cards, card, notebook_link, page_context

page = page_context.load_page_context()
if not card.show_empty_state(page):
    activity_cards.show_heading(page)
    for name in activity_cards.CHAPTERS:
        activity_cards.show_chapter(page, name)
    activity_cards.models_card(page)
    notebook_link.show_for_card(page, "activities.notebook")
