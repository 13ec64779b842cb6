"""Teams and volunteers: per team over time, over teams and by place; joined and left; contacts per volunteer."""

import streamlit as st

from dashboard.cards import card, headline, kpi, reader, teams

page = reader.page()
if not card.empty(page):
    teams.heading(page)
    headline.kpi_row(page, "T01", "T03", "T06", "O04")

    left, right = st.columns([2, 1], gap="small")
    with left:
        teams.size_card(page)
        kpi.trend_card(page, "T06", key="size_trend", wide=640)
    with right:
        kpi.bar_card(page, "T06", key="size_places", most=15)

    left, right = st.columns(2, gap="small")
    with left:
        teams.flow_card(page)
    with right:
        kpi.trend_card(page, "O04", key="load_trend", height=280)
