"""Other activities: rehabilitation, work and loans, B93 clubs, patrols and tips, communication; the three models."""

from dashboard.cards import activities, card, notebook, reader

page = reader.page()
if not card.empty(page):
    activities.heading(page)
    for name in activities.CHAPTERS:
        activities.chapter(page, name)
    activities.models_card(page)
    notebook.button(page, "V01", "V05", "S01", "S02", "B03")
