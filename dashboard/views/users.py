"""Show and change who may sign in and what they may do; for stewards only."""

import streamlit as st

from dashboard.components import page_context, user_form

page = page_context.load_page_context()
if user_form.is_allowed(page):
    user_form.show_heading(page)
    # The list is drawn last, so that it shows what the forms have just changed.
    listed = st.container()
    left, right = st.columns(2, gap="small")
    with left:
        user_form.change_card(page)
    with right:
        user_form.end_card(page)
    with listed:
        user_form.list_card(page)
