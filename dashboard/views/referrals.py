"""Referral outcomes: what became of every referral, how long it took, what was done on site, the pilot."""

import streamlit as st

from dashboard.cards import card, notebook, reader, referrals

page = reader.page()
if not card.empty(page):
    referrals.heading(page)
    left, right = st.columns([2, 1], gap="small")
    with left:
        referrals.outcome_card(page)
    with right:
        referrals.waiting_card(page)

    left, right = st.columns([2, 1], gap="small")
    with left:
        referrals.steps_card(page)
    with right:
        referrals.pilot_card(page)

    left, right = st.columns([2, 1], gap="small")
    with left:
        referrals.outcome_card(page, "period")
    with right:
        referrals.support_card(page)
    notebook.button(page, "R01", "R08", "R11")
