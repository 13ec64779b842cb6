"""Draw what referrals led to: results, reasons, receivers, cohorts, places, and who drops out."""

from typing import Any

import polars as pl

from dashboard.components import card as frame
from dashboard.components.card import cached_card, open_card, show_table
from dashboard.components.page_context import PageContext
from dashboard.queries import figures, lists
from pipelines.present.panels import referral_results as panel

#: Cuts by person, for stewards.
PERSONAL = ("sex", "age_band", "client_group")
Row = dict[str, Any]


def show_results(page: PageContext) -> None:
    """Draw every card of results; none where there is no referral that the reader may see."""
    if not _load_rows(page, "service"):
        return
    results_card(page)
    reasons_card(page)
    receivers_card(page)
    cohorts_card(page)
    places_card(page)
    if page.key.scope.sees_lines:
        dropouts_card(page)


def _load_rows(page: PageContext, by: str) -> list[Row]:
    found = lists.load_results(page.key, by, page.chosen.period, page.chosen.places)
    return panel.list_counted(found)


@cached_card
def results_card(page: PageContext) -> None:
    """Draw the verified results of each service."""
    rows = _load_rows(page, "service")
    title = panel.results_finding(rows, page.language)
    _draw_table(page, title, "results", panel.results_table(rows, page.language), left=2)


@cached_card
def reasons_card(page: PageContext) -> None:
    """Draw why referrals of each service were closed without a result."""
    rows = _load_rows(page, "service")
    title = panel.reasons_finding(rows, page.language)
    _draw_table(page, title, "reasons", panel.reasons_table(rows, page.language))


@cached_card
def receivers_card(page: PageContext) -> None:
    """Draw what each receiving facility did with its referrals, and how long it took."""
    rows, names = _load_rows(page, "facility"), panel.name_receivers(page.language)
    table = panel.receivers_table(rows, "facility", names, page.language)
    _draw_table(page, page.translate("results.receivers"), "receivers", table)


@cached_card
def cohorts_card(page: PageContext) -> None:
    """Draw what equal follow-up has shown, by quarter of referral."""
    table = panel.cohorts_table(_load_rows(page, "quarter"), page.language)
    _draw_table(page, page.translate("results.cohorts"), "cohorts", table)


@cached_card
def places_card(page: PageContext) -> None:
    """Draw the same as of a facility for each district, or for each ward of the chosen places."""
    by = "ward" if page.chosen.places else "district"
    rows = _load_rows(page, by)
    known = figures.load_options(page.key, page.chosen.period)
    names = {**dict(known.districts), **known.ward_names}
    table = panel.receivers_table(rows, by, names, page.language)
    _draw_table(page, page.translate(f"results.places_{by}"), "places", table)


@cached_card
def dropouts_card(page: PageContext) -> None:
    """Draw who was lost or dropped out, by sex, age band and client group; for stewards."""
    cuts = {cut: _load_rows(page, cut) for cut in PERSONAL}
    table = panel.dropouts_table(cuts, page.language)
    _draw_table(page, page.translate("results.dropouts"), "dropouts", table, left=2)


def _draw_table(
    page: PageContext, title: str, name: str, table: pl.DataFrame, *, left: int = 1
) -> None:
    unit = page.translate(f"results.{name}_unit", period=page.period, place=page.place)
    foot = page.translate(f"results.{name}_foot")
    with open_card(page, title, unit, foot, frame.source_text(page, "C")):
        show_table(table, title, left=left)
