"""Show clients reached: people, contacts, topics, ways of meeting, groups and reach."""

import streamlit as st

from dashboard.components import card, client_cards, kpi_card, notebook_link, page_context

page = page_context.load_page_context()
if not card.show_empty_state(page):
    client_cards.show_heading(page)
    client_cards.show_row(page, "persons")
    client_cards.show_row(page, "contacts")

    left, right = st.columns(2, gap="small")
    with left:
        kpi_card.show_trends(page, "clients.new_clients")
    with right:
        kpi_card.show_trends(page, "clients.contacts_trend")

    left, right = st.columns(2, gap="small")
    with left:
        client_cards.topic_card(page)
    with right:
        client_cards.mode_card(page)

    left, right = st.columns(2, gap="small")
    with left:
        client_cards.group_card(page)
    with right:
        kpi_card.show_bars(page, "clients.new_places", most=6)
    kpi_card.show_bars(page, "clients.reach", most=8)
    client_cards.show_row(page, "review")

    client_cards.show_row(page, "outreach")
    kpi_card.show_trends(page, "clients.team_contacts", wide=980)
    notebook_link.show_for_card(page, "clients.notebook")
