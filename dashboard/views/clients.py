"""Show clients reached: people, contacts, topics, ways of meeting, groups and reach."""

import streamlit as st

from dashboard.components import card, client_cards, kpi_card, notebook_link, page_context

page = page_context.load_page_context()
if not card.show_empty_state(page):
    client_cards.show_heading(page)
    client_cards.show_row(page, "persons", client_cards.PERSONS)
    client_cards.show_row(page, "contacts", client_cards.CONTACTS)

    left, right = st.columns(2, gap="small")
    with left:
        kpi_card.trend_card(page, "K01", key="new_clients")
    with right:
        kpi_card.trend_card(page, "K05", key="contacts")

    left, right = st.columns(2, gap="small")
    with left:
        client_cards.topic_card(page)
    with right:
        client_cards.mode_card(page)

    left, right = st.columns(2, gap="small")
    with left:
        client_cards.group_card(page)
    with right:
        kpi_card.bar_card(page, "K01", key="new_places", most=6)
    kpi_card.bar_card(page, "K09", key="reach", most=8)
    client_cards.show_row(page, "review", client_cards.REVIEW)

    client_cards.show_row(page, "outreach", client_cards.OUTREACH)
    kpi_card.trend_card(page, "O01", key="team_contacts", wide=980)
    notebook_link.notebook_button(page, "K01", "K02", "K05", "K03")
