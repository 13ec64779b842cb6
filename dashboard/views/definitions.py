"""Definitions: every figure from the catalogue, the four signs, the systems M1–M25 and where each is found."""

from dashboard.cards import definitions, reader

page = reader.page()
definitions.heading(page)
definitions.kpi_card(page)
definitions.signs_card(page)
definitions.systems_card(page)
