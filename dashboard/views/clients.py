"""Clients reached: new people, contacts, topics, ways of meeting, groups, reach, and the teams' own contacts."""

import streamlit as st

from dashboard.cards import card, clients, kpi, notebook, reader

page = reader.page()
if not card.empty(page):
    clients.heading(page)
    clients.row(page, "persons", clients.PERSONS)
    clients.row(page, "contacts", clients.CONTACTS)

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
        clients.group_card(page)
    with right:
        kpi.bar_card(page, "K01", key="new_places", most=6)
    kpi.bar_card(page, "K09", key="reach", most=8)
    clients.row(page, "review", clients.REVIEW)

    clients.row(page, "outreach", clients.OUTREACH)
    kpi.trend_card(page, "O01", key="team_contacts", wide=980)
    notebook.button(page, "K01", "K02", "K05", "K03")
