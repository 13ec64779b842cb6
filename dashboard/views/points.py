"""Counselling points: growth and the target, new points, the map, the timeline with its confidence, who helps."""

import streamlit as st

from dashboard.cards import card, headline, notebook, points, reader

page = reader.page()
if not card.empty(page):
    points.heading(page)
    left, right = st.columns([2, 1], gap="small")
    with left:
        points.growth_card(page)
    with right:
        points.founded_card(page)

    headline.kpi_row(page, "P07", "P04", "P09", "P10")

    left, right = st.columns([5, 6], gap="small")
    with left:
        points.map_card(page)
        points.facility_card(page)
    with right:
        points.timeline_card(page)

    headline.kpi_row(page, "P02", "P03", "P11", "K12")
    notebook.button(page, "P01", "P02", "P07")
