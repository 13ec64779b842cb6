"""Draw referrals by quarter, with equal follow-up, and by district or ward."""

from typing import Any

import polars as pl

from dashboard.components import card as frame
from dashboard.components.card import cached_card, open_card, show_table
from dashboard.components.page_context import PageContext
from dashboard.queries import figures, lists
from pipelines.present.panels import referral_results as panel

Row = dict[str, Any]


def show_results(page: PageContext) -> None:
    """Draw both cards; neither where there is no referral that the reader may see."""
    if _load_rows(page, "quarter"):
        cohorts_card(page)
    if _load_rows(page, _choose_places(page)):
        places_card(page)


def _choose_places(page: PageContext) -> str:
    """Return the level of places that stand in rows: wards where places are chosen."""
    return "ward" if page.chosen.places else "district"


def _load_rows(page: PageContext, by: str) -> list[Row]:
    found = lists.load_results(page.key, by, page.chosen.period, page.chosen.places)
    return panel.list_counted(found)


@cached_card
def cohorts_card(page: PageContext) -> None:
    """Draw what equal follow-up has shown, by quarter of referral."""
    table = panel.cohorts_table(_load_rows(page, "quarter"), page.language)
    _draw_table(page, page.translate("results.cohorts"), "cohorts", table)


@cached_card
def places_card(page: PageContext) -> None:
    """Draw steps, refusals and waiting times of each district, or of each chosen ward."""
    by = _choose_places(page)
    rows = _load_rows(page, by)
    known = figures.load_options(page.key, page.chosen.period)
    names = {**dict(known.districts), **known.ward_names}
    table = panel.places_table(rows, by, names, page.language)
    _draw_table(page, page.translate(f"results.places_{by}"), "places", table)


def _draw_table(page: PageContext, title: str, name: str, table: pl.DataFrame) -> None:
    unit = page.translate(f"results.{name}_unit", period=page.period, place=page.place)
    foot = page.translate(f"results.{name}_foot")
    with open_card(page, title, unit, foot, frame.source_text(page, "C")):
        show_table(table, title)
