"""Compare places: funnel, rank intervals, places side by side, growth and trend."""

import streamlit as st

from dashboard.components import card, comparison_cards, notebook_link, page_context

page = page_context.load_page_context()
if not card.show_empty_state(page):
    comparison_cards.show_heading(page)
    level = comparison_cards.show_controls(page)
    left, right = st.columns([2, 1], gap="small")
    with left:
        comparison_cards.funnel_card(page, level)
    with right:
        comparison_cards.growth_card(page)
        comparison_cards.trend_card(page)

    if comparison_cards.show_rank_chart(page, level):
        left, right = st.columns([3, 5], gap="small")
        with left:
            comparison_cards.rank_card(page, level)
        with right:
            comparison_cards.side_by_side_card(page, level)
    else:
        comparison_cards.side_by_side_card(page, level)

    comparison_cards.table_card(page, level)
    comparison_cards.small_card(page)
    notebook_link.notebook_button(page, page.chosen.kpi, by=(level,))
