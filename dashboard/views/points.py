"""Show counselling points: growth, target, new points, map, timeline and facilities."""

import streamlit as st

from dashboard.components import card, metric_row, notebook_link, page_context, point_cards

page = page_context.load_page_context()
if not card.show_empty_state(page):
    point_cards.show_heading(page)
    left, right = st.columns([2, 1], gap="small")
    with left:
        point_cards.growth_card(page)
    with right:
        point_cards.founded_card(page)

    metric_row.kpi_row(page, "points.headline")

    left, right = st.columns([5, 6], gap="small")
    with left:
        point_cards.map_card(page)
        point_cards.facility_card(page)
    with right:
        point_cards.timeline_card(page)

    metric_row.kpi_row(page, "points.movement")
    notebook_link.show_for_card(page, "points.notebook")
