"""Reports: the period and place chosen above as Word, PDF, workbook and page; and the same question in a notebook."""

import streamlit as st

from dashboard.cards import card, notebook, reader, reports
from dashboard.cards.page import HEADLINES

page = reader.page()
if not card.empty(page):
    reports.heading(page)
    left, right = st.columns(2, gap="small")
    with left:
        reports.paper_card(page)
    with right:
        reports.pack_card(page)
    notebook.button(page, *HEADLINES)
