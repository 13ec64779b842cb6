"""Teams and volunteers: per team, over teams, by place and over time; joined and left; contacts; meetings and plans."""

import streamlit as st

from dashboard.cards import card, headline, kpi, notebook, reader, teams

page = reader.page()
if not card.empty(page):
    teams.heading(page)
    headline.kpi_row(page, "T01", "T03", "T06", "O04")

    left, right = st.columns([2, 1], gap="small")
    with left:
        teams.size_card(page)
    with right:
        kpi.trend_card(page, "T06", key="size_trend", height=300, wide=300)

    left, right = st.columns([2, 1], gap="small")
    with left:
        kpi.place_map_card(page, "T06", key="size_map")
    with right:
        kpi.bar_card(page, "T06", key="size_places", most=11)

    left, right = st.columns(2, gap="small")
    with left:
        teams.flow_card(page)
    with right:
        kpi.trend_card(page, "O04", key="load_trend", height=280)
    teams.work_row(page)
    notebook.button(page, "T01", "T03", "T06", "O04")
