"""Compare places: funnel, ranks as ranges, places side by side, like-for-like growth, the trend mark."""

import streamlit as st

from dashboard.cards import card, compare, notebook, reader

page = reader.page()
if not card.empty(page):
    compare.heading(page)
    level = compare.controls(page)
    left, right = st.columns([2, 1], gap="small")
    with left:
        compare.funnel_card(page, level)
    with right:
        compare.growth_card(page)
        compare.trend_card(page)

    if compare.rank_picture(page, level):
        left, right = st.columns([3, 5], gap="small")
        with left:
            compare.rank_card(page, level)
        with right:
            compare.beside_card(page, level)
    else:
        compare.beside_card(page, level)

    compare.table_card(page, level)
    compare.small_card(page)
    notebook.button(page, page.chosen.kpi, by=(level,))
