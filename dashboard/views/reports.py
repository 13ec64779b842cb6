"""Offer the selected period and place as Word, PDF, workbook and page."""

import streamlit as st

from dashboard.components import card, notebook_link, page_context, report_form
from dashboard.components.page_context import HEADLINES

page = page_context.load_page_context()
if not card.show_empty_state(page):
    report_form.show_heading(page)
    left, right = st.columns(2, gap="small")
    with left:
        report_form.report_card(page)
    with right:
        report_form.briefing_card(page)
    notebook_link.notebook_button(page, *HEADLINES)
