"""Referrals by quarter of referral and by place, as tables of text.

A frame is an answer of `kpi.results`; rows of places out of scope (`suppressed`) have no counts and
are left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipelines.catalog import Language
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate_each

#: A rate over fewer followed referrals is written as counts, as for the figures (docs/domain.md 6).
FEW_FOLLOWED = 10
RATES = ("attended_30", "attended_90", "started_90", "completed_90", "lost_90")
RECEIVED = ("issued", "attended", "completed", "refused", "reason_no_capacity", "failed")
DAYS = ("median", "p90")
Row = dict[str, Any]


def list_counted(frame: pl.DataFrame) -> list[Row]:
    """List the rows that may be shown, most referrals first; `failed` is lost or dropped."""
    shown = frame.filter(pl.col("state") == "reported")
    if "issued" not in shown.columns:
        return []
    failed = (pl.col("lost") + pl.col("dropped")).alias("failed")
    return (
        shown.with_columns(failed).sort("issued", descending=True, maintain_order=True).to_dicts()
    )


def places_table(
    rows: Sequence[Row], key: str, names: Mapping[str, str], language: Language
) -> pl.DataFrame:
    """Return one row a place: steps, failures, days to arrival; `key` is its column."""
    columns = (*RECEIVED, *DAYS)
    heads = translate_each("results.column_", (key, *columns), language)
    table = []
    for row in rows:
        name = names.get(row[key], row[key])
        table.append([name, *_format(row, columns, language)])
    return text_table(heads, table)


def cohorts_table(rows: Sequence[Row], language: Language) -> pl.DataFrame:
    """Return one row a quarter of referral, with what equal follow-up has shown (%, or counts)."""
    heads = translate_each("results.column_", ("quarter", "issued", "followed", *RATES), language)
    table = []
    for row in sorted(rows, key=lambda row: row["quarter"]):
        counts = _format(row, ("issued", "followed"), language)
        rates = [format_rate(row[rate], row["followed"], language) for rate in RATES]
        table.append([periods.format_period(row["quarter"], language), *counts, *rates])
    return text_table(heads, table)


def format_rate(count: int, base: int, language: Language) -> str:
    """Write a share in percent; of few, the counts."""
    if base < FEW_FOLLOWED:
        return numbers.format_counts(count, base, language)
    return numbers.format_number(100 * count / base, language, 1)


def _format(row: Row, columns: Sequence[str], language: Language) -> list[str]:
    texts = []
    for column in columns:
        value = row[column]
        places = 1 if column in DAYS else 0
        known = value is not None
        text = numbers.format_trimmed(value, language, places) if known else numbers.NOT_REPORTED
        texts.append(text)
    return texts
