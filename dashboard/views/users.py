"""Users: who may come in and what they may do; for stewards only."""

import streamlit as st

from dashboard.cards import people, reader

page = reader.page()
if people.allowed(page):
    people.heading(page)
    # The list is drawn last, so that it shows what the forms have just changed.
    listed = st.container()
    left, right = st.columns(2, gap="small")
    with left:
        people.change_card(page)
    with right:
        people.end_card(page)
    with listed:
        people.list_card(page)
