"""Show what became of referrals, how long it took, work done on site, and the pilot."""

import streamlit as st

from dashboard.components import (
    card,
    notebook_link,
    page_context,
    referral_cards,
    referral_result_cards,
)

page = page_context.load_page_context()
if not card.show_empty_state(page):
    referral_cards.show_heading(page)
    left, right = st.columns([2, 1], gap="small")
    with left:
        referral_cards.outcome_card(page)
    with right:
        referral_cards.waiting_card(page)

    referral_cards.steps_card(page)
    referral_result_cards.show_details(page)

    referral_cards.outcome_card(page, "period")
    left, right = st.columns(2, gap="small")
    with left:
        referral_cards.support_card(page)
    with right:
        referral_cards.pilot_card(page)
    notebook_link.show_for_card(page, "referrals.notebook")
