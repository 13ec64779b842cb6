"""Show one ward or district: units, figures in context, history, returns, referrals."""

import streamlit as st

from dashboard.components import card, notebook_link, page_context, place_cards

page = page_context.load_page_context()
if not card.show_empty_state(page):
    if place_cards.chosen_place(page):
        place_cards.show_heading(page)
        left, right = st.columns([4, 3], gap="small")
        with left:
            place_cards.history_card(page)
        with right:
            place_cards.register_card(page)
            place_cards.event_card(page)
            place_cards.returns_card(page)
        place_cards.figures_card(page)
        place_cards.wards_card(page)
        place_cards.show_referrals(page)
        place_cards.show_issues(page)
        notebook_link.show_for_card(page, "place.peers")
    else:
        place_cards.show_choice(page)
