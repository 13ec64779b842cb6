"""Data quality: returns received, in time and complete; the heatmap of reporting; who is still missing."""

import streamlit as st

from dashboard.cards import card, headline, quality, reader

page = reader.page()
if not card.empty(page):
    quality.heading(page)
    headline.kpi_row(page, "Q01", "Q02", "Q03")
    left, right = st.columns([2, 1], gap="small")
    with left:
        quality.heatmap_card(page)
    with right:
        quality.missing_card(page)
