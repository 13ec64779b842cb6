"""Load the teams, points, pilot wards and clubs of the ledger with every place they sat in."""

from datetime import datetime

import polars as pl

from pipelines.reference.periods import parse_period
from pipelines.reference.places import load_places
from pipelines.reference.unit_seats import UnitIndex, UnitLines
from pipelines.store.latest_values import drop_unusable_records
from pipelines.store.ledger import Ledger

#: Registers whose lines are units that report or are counted.
UNIT_REGISTERS = ("D1", "D3", "D4")
#: What a line says about where and when a unit works.
SEAT_COLUMNS = ("commune", "effective_from", "valid_from", "valid_to")


def load_unit_lines(ledger: Ledger, as_of: datetime | None = None) -> UnitLines:
    """Load every usable line of the registers, in the order received."""
    records = ledger.register_frame(UNIT_REGISTERS, as_of)
    seats = records.filter(pl.col("field").is_in(SEAT_COLUMNS))
    usable = drop_unusable_records(seats, ledger.decisions(as_of))
    cells = pl.struct("field", "text").alias("cells")
    grouped = usable.group_by("record", "submission").agg(cells, pl.col("order").min())
    lines = UnitLines()
    for record, texts in grouped.sort("order").select("record", "cells").iter_rows():
        lines.add_line(record, {cell["field"]: cell["text"] for cell in texts})
    return lines


def load_unit_index(ledger: Ledger, as_of: datetime | None = None) -> UnitIndex:
    """Load the units of the registers, to be found by number and quarter."""
    return UnitIndex(load_unit_lines(ledger, as_of).list_units(), load_places())


def map_numbers(rows: pl.DataFrame, index: UnitIndex, column: str = "reporter") -> pl.DataFrame:
    """Map every number on returns, with its period, to the unit meant.

    One row per number and period: `column`, period, unit. Rows without a period mean no unit.
    """
    pairs = rows.select(column, "period").drop_nulls().unique(maintain_order=True)
    named = pairs.filter(pl.col("period") != "")
    quarters = {period: parse_period(period).first for period in named["period"].unique()}
    units: list[str] = []
    for number, period in pairs.iter_rows():
        quarter = quarters.get(period)
        units.append(index.identify(number, quarter) if quarter else number)
    return pairs.with_columns(pl.Series("unit", units, pl.String))


def identify_reporters(
    rows: pl.DataFrame, numbers: pl.DataFrame, column: str = "reporter"
) -> pl.DataFrame:
    """Replace the number on each return by the unit it means; order and other columns stay."""
    changed = numbers.filter(pl.col("unit") != pl.col(column))
    if changed.is_empty():
        return rows
    joined = rows.join(changed, on=[column, "period"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("unit", column).alias(column)).drop("unit")
