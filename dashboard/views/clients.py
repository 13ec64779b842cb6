"""Clients reached: new people, contacts, topics, ways of meeting, reach, and the teams' own contacts."""

import streamlit as st

from dashboard.cards import card, clients, headline, kpi, reader

page = reader.page()
if not card.empty(page):
    clients.heading(page)
    clients.rows(page)

    left, right = st.columns(2, gap="small")
    with left:
        kpi.trend_card(page, "K01", key="new_clients")
    with right:
        kpi.trend_card(page, "K05", key="contacts")

    left, right = st.columns(2, gap="small")
    with left:
        clients.topic_card(page)
    with right:
        clients.mode_card(page)

    left, right = st.columns(2, gap="small")
    with left:
        kpi.bar_card(page, "K09", key="reach")
    with right:
        kpi.bar_card(page, "K01", key="new_places")

    headline.kpi_row(page, "O01", "O02", "O07", "O06")
    kpi.trend_card(page, "O01", key="team_contacts", wide=980)
