"""System: the build that answers, what it holds, who runs it."""

import streamlit as st

from dashboard.cards import people, reader, system

page = reader.page()
system.heading(page)
*first, middle, right = st.columns([7, 4] if page.empty else [5, 7, 4], gap="small")
for column in first:
    with column:
        system.build_card(page)
with middle:
    system.office_card(page)
with right:
    system.version_card(page)
if page.key.scope.role == "steward":
    people.trail_card(page)
