"""The five kinds of ledger rows as typed frames; a batch is what one ingest commits together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Literal, get_args

import dataframely as dy
import polars as pl

Kind = Literal["values", "records", "submissions", "issues", "decisions"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class _Row(dy.Schema):
    """What every row carries: its submission, and the batch it came in, which the ledger writes."""

    seq = dy.Int64(min=1)
    submission = dy.String()


class ValueRow(_Row):
    """One row per field of one reporter in one return, as sent and as understood."""

    form = dy.String()
    reporter = dy.String()
    period = dy.String(regex=r"^\d{4}-Q[1-4]$")
    field = dy.String()
    #: As sent; null where the cell was blank. Never personal data.
    text = dy.String(nullable=True)
    value = dy.Int64(nullable=True)
    qualifier = dy.String(nullable=True, check=lambda c: c.is_in(["=", ">", "~"]))
    state = dy.String(check=lambda c: c.is_in(["accepted", "blocked", "blank", "unread"]))
    data_status = dy.String(check=lambda c: c.is_in(["final", "estimate"]))
    sheet = dy.String()
    cell = dy.String()
    received = dy.Datetime(time_zone="UTC", time_unit="us")
    revision = dy.Int32(min=1)

    @dy.rule()
    def an_accepted_value_is_a_number(cls) -> pl.Expr:  # noqa: N805  (dataframely passes the class)
        return pl.col("value").is_not_null() | (pl.col("state") != "accepted")


class RecordRow(_Row):
    """One row per column of one register line, in one return."""

    register = dy.String()
    reporter = dy.String()
    period = dy.String(nullable=True)
    record = dy.String()
    field = dy.String()
    text = dy.String(nullable=True)
    state = dy.String(check=lambda c: c.is_in(["accepted", "blocked", "blank", "unread"]))
    sheet = dy.String()
    cell = dy.String()
    received = dy.Datetime(time_zone="UTC", time_unit="us")
    revision = dy.Int32(min=1)


class SubmissionRow(_Row):
    """One row per receipt."""

    file_sha256 = dy.String()
    canonical_sha256 = dy.String()
    name = dy.String()
    form = dy.String()
    version = dy.Int32()
    kind = dy.String(check=lambda c: c.is_in(["single", "district", "register", "tidy"]))
    unit = dy.String()
    period = dy.String(nullable=True)
    received = dy.Datetime(time_zone="UTC", time_unit="us")
    status = dy.String()
    origin = dy.String()


class IssueRow(_Row):
    """One row per issue at a cell.

    `values` are the placeholders of its sentence, never personal data.
    """

    reporter = dy.String(nullable=True)
    period = dy.String(nullable=True)
    code = dy.String()
    severity = dy.String(check=lambda c: c.is_in(["error", "warning", "info"]))
    sheet = dy.String()
    cell = dy.String()
    text = dy.String()
    values = dy.String()
    field = dy.String(nullable=True)


class DecisionRow(_Row):
    """One row per decision of a steward: close, approve, withdraw, settle."""

    at = dy.Datetime(time_zone="UTC", time_unit="us")
    kind = dy.String(check=lambda c: c.is_in(["close", "approve", "withdraw", "settle"]))
    reporter = dy.String(nullable=True)
    period = dy.String(nullable=True)
    field = dy.String(nullable=True)
    target = dy.String(nullable=True)
    by = dy.String()
    reason = dy.String()


SCHEMAS: dict[Kind, type[dy.Schema]] = {
    "values": ValueRow,
    "records": RecordRow,
    "submissions": SubmissionRow,
    "issues": IssueRow,
    "decisions": DecisionRow,
}


@cache
def empty_frame(kind: Kind) -> pl.DataFrame:
    return SCHEMAS[kind].create_empty()


def join_frames(kind: Kind, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return rows in their order among all of their kind."""
    if not frames:
        return empty_frame(kind).with_row_index("order")
    return pl.concat(frames).sort("order") if len(frames) > 1 else frames[0].sort("order")


def to_frame(kind: Kind, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    """Return rows in the schema's column order as a checked frame.

    A row that breaks the schema is our fault and raises.
    """
    columns: Iterable[Sequence[object]] = zip(*rows, strict=True)
    return build_frame(kind, list(columns) if rows else [()] * len(empty_frame(kind).schema))


def build_frame(kind: Kind, columns: Sequence[Sequence[object] | pl.Series]) -> pl.DataFrame:
    """Return columns in the schema's order as a checked frame.

    A row that breaks the schema is our fault and raises.
    """
    schema = empty_frame(kind).schema
    if not len(columns[0]):
        return empty_frame(kind)
    triples = zip(schema, schema.values(), columns, strict=True)
    frame = pl.DataFrame([_make_series(*triple) for triple in triples])
    return SCHEMAS[kind].validate(frame)


def _make_series(name: str, kind: pl.DataType, values: Sequence[object] | pl.Series) -> pl.Series:
    if isinstance(values, pl.Series):
        return values.alias(name).cast(kind)
    if not isinstance(kind, pl.Datetime):
        return pl.Series(name, values, kind)
    # NOTE: datetimes are converted one by one, and thousands of rows share the moment of one
    # receipt.
    moments = pl.Series(name, list(dict.fromkeys(values)), kind).to_physical()
    stamps = dict(zip(dict.fromkeys(values), moments, strict=True))
    return pl.Series(name, [stamps[value] for value in values], pl.Int64).cast(kind)


@dataclass(frozen=True)
class LedgerBatch:
    """What is committed together: all of it or nothing."""

    values: pl.DataFrame = field(default_factory=lambda: empty_frame("values"))
    records: pl.DataFrame = field(default_factory=lambda: empty_frame("records"))
    submissions: pl.DataFrame = field(default_factory=lambda: empty_frame("submissions"))
    issues: pl.DataFrame = field(default_factory=lambda: empty_frame("issues"))
    decisions: pl.DataFrame = field(default_factory=lambda: empty_frame("decisions"))

    def frames(self) -> Iterator[tuple[Kind, pl.DataFrame]]:
        """Yield the kinds that have rows."""
        for kind, column in zip(KINDS, fields(self), strict=True):
            frame: pl.DataFrame = getattr(self, column.name)
            if frame.height:
                yield kind, frame
