"""Show returns in time and complete, reminders, issues, unusual values and revisions."""

import streamlit as st

from dashboard.components import card, metric_row, notebook_link, page_context, quality_cards

page = page_context.load_page_context()
if not card.show_empty_state(page):
    quality_cards.show_heading(page)
    metric_row.kpi_row(page, "quality.headline")
    left, right = st.columns([2, 1], gap="small")
    with left:
        quality_cards.heatmap_card(page)
    with right:
        quality_cards.timely_card(page)

    left, right = st.columns(2, gap="small")
    with left:
        quality_cards.reminder_card(page)
    with right:
        quality_cards.missing_card(page)

    quality_cards.rule_card(page)
    quality_cards.issue_card(page)
    quality_cards.outlier_card(page)
    quality_cards.revision_card(page)
    notebook_link.show_for_card(page, "quality.notebook")
