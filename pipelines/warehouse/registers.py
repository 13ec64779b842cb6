"""Registers and referrals, one row per team, point, club or referral.

The ledger holds them as one row per cell.
"""

from datetime import datetime

import polars as pl

from pipelines import catalog
from pipelines.reference.unit_seats import UnitIndex
from pipelines.store.latest_values import select_newest_records
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import identify_reporters, map_numbers

_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {"date": pl.Date, "int": pl.Int64}


def pivot_register(ledger: Ledger, register: str, as_of: datetime | None = None) -> pl.DataFrame:
    """Return one row per record of a register, with typed dates and numbers.

    Columns: reporter, record, period, submission, then those of the register.
    """
    return _pivot_cells(ledger.newest_records(register, as_of), register)


def _pivot_cells(rows: pl.DataFrame, register: str) -> pl.DataFrame:
    keys = ["reporter", "record"]
    periods = rows.group_by(keys).agg(pl.col("period").last(), pl.col("submission").last())
    columns = catalog.registers()[register].columns
    typed = {column.code: _cast_column(column.code, column.type) for column in columns}
    names = list(typed)
    cells = rows.filter(pl.col("field").is_in(names))
    table = cells.pivot(
        on="field", index=keys, values="text", on_columns=names, aggregate_function="last"
    )
    return periods.join(table, on=keys, how="left").with_columns(**typed).sort(keys)


def _cast_column(code: str, kind: str) -> pl.Expr:
    text = pl.col(code).cast(pl.String).replace("", None)
    if kind == "date":
        return text.str.to_date("%Y-%m-%d", strict=False)
    if kind == "int":
        return text.cast(pl.Int64, strict=False)
    return text


def load_teams(ledger: Ledger, as_of: datetime | None = None) -> pl.DataFrame:
    """Load one row per team on the register D1."""
    return pivot_register(ledger, "D1", as_of).with_columns(
        reporter_id=pl.col("record"), kind=pl.lit("team")
    )


def load_points(ledger: Ledger, as_of: datetime | None = None) -> pl.DataFrame:
    """Load one row per counselling point (programme M4) or pilot ward (M3) on the register D3."""
    kind = pl.when(pl.col("programme") == "M3").then(pl.lit("pilot")).otherwise(pl.lit("point"))
    return pivot_register(ledger, "D3", as_of).with_columns(reporter_id=pl.col("record"), kind=kind)


def load_clubs(ledger: Ledger, as_of: datetime | None = None) -> pl.DataFrame:
    """Load one row per B93 club on the register D4."""
    return pivot_register(ledger, "D4", as_of).with_columns(
        reporter_id=pl.col("record"), kind=pl.lit("club")
    )


def load_seats(index: UnitIndex) -> pl.DataFrame:
    """Return one row per unit and stretch of days in one place.

    Columns: reporter_id, place_id, since, until (the last day); an empty day: no such end.
    """
    rows: list[tuple[object, ...]] = []
    for unit in index.units.values():
        for span in index.list_spans(unit):
            rows.append((unit.id, span.place.id, span.since, span.until))
    schema = {
        "reporter_id": pl.String,
        "place_id": pl.String,
        "since": pl.Date,
        "until": pl.Date,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def load_referrals(ledger: Ledger, index: UnitIndex, as_of: datetime | None = None) -> pl.DataFrame:
    """Load one row per referral: the line of its newest return, entry errors left out."""
    cells = ledger.frame("records", as_of).filter(pl.col("register") == "C")
    own = identify_reporters(cells, map_numbers(cells, index))
    newest = select_newest_records(own, ledger.frame("decisions", as_of))
    lines = _pivot_cells(newest, "C").rename(
        {"reporter": "reporter_id", "record": "referral", "period": "last_period"}
    )
    return lines.filter(pl.col("status").fill_null("") != "cancelled")
