"""Released numbers: what readers are shown who may not see a place's exact protected figures.

A release (docs/decisions/0008) is asked for one place at a time, or for several that are added up:
never for places side by side, so that no map and no rank of protected counts comes out of it.
"""

from collections.abc import Iterator

import polars as pl

from pipelines.catalog import Kpi
from pipelines.kpi.evaluate import KEY, Asked
from pipelines.kpi.missing_cells import REASONS, UNPUBLISHED
from pipelines.kpi.query import kpi_terms
from pipelines.kpi.query_grid import Grid
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.reference.periods import Span

#: Counts of single referrals that a release offers, under names of their own.
REFERRAL_COUNTS = (
    *("issued", "followed", "attended_30", "attended_90"),
    *("started_90", "completed_90", "lost_90"),
)
REFERRALS = "referrals_"
REFERRAL_PROGRAMME = "M4"
#: A unit of several versions is chosen by one code.
_CODE = pl.col("place").str.split("@").list.first()
#: The counts of a referral rate are of the same referrals: none of them can be missing alone.
_IS_REFERRAL = pl.col("measure").str.starts_with(REFERRALS)
#: The number of the only group of a question about all chosen places together.
_TOGETHER = 0
_WANTED: dict[str, type[pl.DataType]] = {
    "figure": pl.Int32,
    "bucket": pl.Int32,
    "side": pl.String,
    "measure": pl.String,
    "period": pl.String,
}
_RELEASED: dict[str, type[pl.DataType]] = {
    "figure": pl.Int32,
    "bucket": pl.Int32,
    "place_group": pl.Int32,
    "released": pl.Float64,
    "released_base": pl.Float64,
    "needs_whole": pl.Boolean,
    "left_out": pl.Int64,
}


def find_released(store: WarehouseReader, asked: Asked, grid: Grid, *, named: bool) -> pl.DataFrame:
    """Find the numbers a release shows: one row per figure and bucket.

    Columns: KEY, released and released_base (numerator and denominator, in people), needs_whole
    (measures of one return belong together: true only where no value is missing), left_out (chosen
    places whose number the release hides or does not offer: a plain count adds the others). Any
    other figure that lacks a number has no row.
    """
    numbers = store.released
    if numbers is None or grid.by != "city" or not grid.as_reported:
        return pl.DataFrame(schema=_RELEASED)
    places = _list_places(store, grid, named=named)
    offered = numbers.filter(pl.col("place").is_in(places))
    wanted = pl.DataFrame(list(_list_wanted(asked, grid)), schema=_WANTED, orient="row")
    found = wanted.join(offered, on=["measure", "period"], how="left")
    terms = pl.struct("side", "measure").n_unique()
    is_shown = pl.col("value").is_not_null()
    shown = pl.struct("side", "measure", _CODE).filter(is_shown).n_unique()
    chosen = pl.Series(places).str.split("@").list.first().n_unique()
    sums = found.group_by("figure", "bucket").agg(
        released=_add_side("numerator"),
        released_base=_add_side("denominator"),
        needs_whole=(terms > 1) & ~_IS_REFERRAL.any(),
        left_out=(terms * chosen).cast(pl.Int64) - shown.cast(pl.Int64),
        is_answered=((terms == 1) & is_shown.any()) | (shown == terms * chosen),
    )
    placed = sums.filter("is_answered").with_columns(place_group=pl.lit(_TOGETHER, pl.Int32))
    return placed.select(list(_RELEASED))


def _add_side(side: str) -> pl.Expr:
    return pl.col("value").filter(pl.col("side") == side).sum().cast(pl.Float64)


def _list_places(store: WarehouseReader, grid: Grid, *, named: bool) -> list[str]:
    """List the places of a release that the group of a grid is made of."""
    if not named:
        return [""]
    units = store.places.join(grid.places, on="place_nr", how="semi")
    column = "district_code" if grid.whole else "place_id"
    return units[column].unique().sort().to_list()


def _list_wanted(asked: Asked, grid: Grid) -> Iterator[tuple[object, ...]]:
    """Yield the measures that each figure adds up in each bucket of time."""
    for number, kpi in asked.items():
        for index, bucket in enumerate(grid.buckets):
            for side, measure in _list_measures(kpi, bucket):
                yield number, index, side, measure, bucket.code


def _list_measures(kpi: Kpi, bucket: Span) -> list[tuple[str, str]]:
    """List the measures of a release that a figure stands on, each with its side."""
    if kpi.kind in ("sum", "ratio"):
        return [(term.side, term.measure.code) for term in kpi_terms(kpi, bucket)]
    if not is_count_of_referrals(kpi):
        return []
    sides = {"numerator": kpi.numerator, "denominator": kpi.denominator}
    return [(side, name_referral_count(count)) for side, count in sides.items() if count]


def is_count_of_referrals(kpi: Kpi) -> bool:
    """Return True for a count or rate of all referrals of the points.

    People are distinct over time and do not add up; services cut the counts too small.
    """
    is_ours = kpi.kind == "referrals" and kpi.programme == REFERRAL_PROGRAMME
    counts = {kpi.numerator, kpi.denominator or kpi.numerator}
    return is_ours and not kpi.services and counts <= set(REFERRAL_COUNTS)


def name_referral_count(count: str) -> str:
    """Return the name that a count of referrals has in a release."""
    return f"{REFERRALS}{count}"


def add_released(rows: pl.DataFrame, released: pl.DataFrame) -> pl.DataFrame:
    """Put released numbers where a row is hidden from the reader; such rows count as `exact`.

    Places left out of a sum are values missing, of a reason of their own.
    """
    joined = rows.join(released, on=KEY, how="left", maintain_order="left")
    is_hidden = pl.col("protected") & ~pl.col("exact")
    is_whole = ~pl.col("needs_whole") | (pl.col("missing") == 0)
    used = (is_hidden & pl.col("released").is_not_null() & is_whole).fill_null(False)
    left_out = pl.when(used).then("left_out").otherwise(0)
    reasons = [pl.col("missing_by").struct.field(reason) for reason in REASONS]
    return joined.with_columns(
        missing=pl.col("missing") + left_out,
        missing_by=pl.struct(*reasons, left_out.alias(UNPUBLISHED)),
        partial=pl.col("partial") | (left_out > 0),
        numerator=pl.when(used).then("released").otherwise("numerator"),
        denominator=pl.when(used & pl.col("rate")).then("released_base").otherwise("denominator"),
        exact=pl.col("exact") | used,
    )
