"""Place profile: one ward or district with its units, figures in context, history and events, returns, referrals."""

import streamlit as st

from dashboard.cards import card, notebook, place, reader

page = reader.page()
if not card.empty(page):
    if place.own(page):
        place.heading(page)
        left, right = st.columns([4, 3], gap="small")
        with left:
            place.history_card(page)
        with right:
            place.register_card(page)
            place.event_card(page)
            place.returns_card(page)
        place.figures_card(page)
        place.wards_card(page)
        place.referred(page)
        place.troubles(page)
        notebook.button(page, *place.RATES)
    else:
        place.choose(page)
