"""Which received value counts: the newest accepted one of each field (docs/domain.md 4.4)."""

from datetime import UTC, datetime

import polars as pl

from pipelines.store.schema import Kind

_KEY = ["reporter", "period", "field"]


def select_newest_values(values: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Return one row per (reporter, period, field): its newest accepted one.

    `flagged` says whether a newer row was unusable. Order is the order of receipt, never a clock. A
    blocked or blank cell keeps the value before it, flagged. Withdrawn submissions are as if never
    sent; what came after a period was closed waits for its approval.
    """
    standing = select_standing_values(values, decisions)
    accepted = pl.col("order").filter(pl.col("state") == "accepted")
    chosen = standing.group_by(_KEY).agg(
        pl.col("order").max().alias("latest"), accepted.max().alias("order")
    )
    return (
        standing.join(
            chosen.select("order", "latest"), on="order", how="inner", maintain_order="left"
        )
        .with_columns(flagged=pl.col("latest") > pl.col("order"))
        .drop("latest")
        .sort("order")
    )


def select_standing_values(values: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Return every value that was neither withdrawn nor waits for approval, usable or not."""
    return _drop_unapproved(_drop_withdrawn(values, decisions), decisions)


def select_newest_records(records: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Return one row per (reporter, record, field): its newest usable text.

    A blank one counts, a blocked one does not.

    NOTE: newest is by period first: a late correction of an old return must not undo what a later
    return said.
    """
    key = ["reporter", "record", "field"]
    usable = drop_unusable_records(records, decisions)
    return usable.sort("period", "order").unique(key, keep="last").sort(key)


def drop_unusable_records(records: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Return the register cells that count: neither withdrawn, nor waiting, nor blocked."""
    standing = _drop_unapproved(_drop_withdrawn(records, decisions), decisions)
    return standing.filter(pl.col("state").is_in(["accepted", "blank"]))


def select_waiting(values: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Return one row per value that came after its period was closed and is not yet approved."""
    standing = _drop_withdrawn(values, decisions)
    return standing.join(
        _drop_unapproved(standing, decisions).select("order"), on="order", how="anti"
    ).sort("order")


def _drop_withdrawn(rows: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    withdrawn = decisions.filter(pl.col("kind") == "withdraw")["target"].drop_nulls()
    return rows.filter(~pl.col("submission").is_in(withdrawn.implode()))


def _drop_unapproved(rows: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    closed = (
        decisions.filter(pl.col("kind") == "close")
        .group_by("period")
        .agg(pl.col("seq").min().alias("closed"))
    )
    approved = decisions.filter(pl.col("kind") == "approve")["target"].drop_nulls()
    return (
        rows.join(closed, on="period", how="left", maintain_order="left")
        .filter(
            pl.col("closed").is_null()
            | (pl.col("seq") < pl.col("closed"))
            | pl.col("submission").is_in(approved.implode())
        )
        .drop("closed")
    )


def select_received(rows: pl.DataFrame, kind: Kind, as_of: datetime | None) -> pl.DataFrame:
    """Return the rows received by a moment; issues carry none and are all returned."""
    if as_of is None or kind == "issues":
        return rows
    column = "at" if kind == "decisions" else "received"
    # NOTE: Polars compares times of one zone only.
    return rows.filter(pl.col(column) <= as_of.astimezone(UTC))
