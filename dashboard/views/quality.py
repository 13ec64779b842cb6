"""Data quality: returns in time and complete, whom to remind, open issues, unusual values, changes after a close."""

import streamlit as st

from dashboard.cards import card, headline, notebook, quality, reader

page = reader.page()
if not card.empty(page):
    quality.heading(page)
    headline.kpi_row(page, "Q01", "Q02", "Q03")
    left, right = st.columns([2, 1], gap="small")
    with left:
        quality.heatmap_card(page)
    with right:
        quality.timely_card(page)

    left, right = st.columns(2, gap="small")
    with left:
        quality.chase_card(page)
    with right:
        quality.missing_card(page)

    quality.rule_card(page)
    quality.issue_card(page)
    quality.outlier_card(page)
    quality.revision_card(page)
    notebook.button(page, "Q01", "Q02", "Q03")
