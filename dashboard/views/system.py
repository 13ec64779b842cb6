"""Show the current build, what it holds, and who runs it."""

import streamlit as st

from dashboard.components import page_context, system_cards, user_form

page = page_context.load_page_context()
system_cards.show_heading(page)
*first, middle, right = st.columns([7, 4] if page.is_empty else [5, 7, 4], gap="small")
for column in first:
    with column:
        system_cards.build_card(page)
with middle:
    system_cards.office_card(page)
with right:
    system_cards.version_card(page)
system_cards.storage_card(page)
if page.key.scope.role == "steward":
    user_form.trail_card(page)
