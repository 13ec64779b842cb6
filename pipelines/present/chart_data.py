"""The values that charts draw, with their words already written.

A chart therefore knows neither language nor figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

State = Literal["reported", "not_reported", "not_applicable", "suppressed"]


@dataclass(frozen=True)
class DataPoint:
    """One value to draw."""

    #: What stands at the axis or above the bar.
    name: str
    value: float | None
    #: The value as written beside the mark; the sign of its nothing when there is no value.
    text: str
    #: A whole sentence, shown on pointing.
    hover: str
    state: State = "reported"
    #: The code behind the name, handed back on a click.
    code: str = ""
    #: The period is not finished: drawn lighter.
    unfinished: bool = False

    @property
    def value_or_zero(self) -> float:
        """The value; 0 where there is none."""
        return self.value or 0


@dataclass(frozen=True)
class ChartWithTable:
    """A figure as a dictionary for plotly.js, the words that replace it, and its table."""

    figure: dict[str, Any]
    alt: str
    table: pl.DataFrame


def points_table(
    marks: list[DataPoint], name: str, value: str, *beside: tuple[str, list[DataPoint]]
) -> pl.DataFrame:
    """Return the table behind a list of marks: one row per mark, with columns `name` and `value`.

    `beside` are heads and marks of further columns, matched by code.
    """
    columns = {name: [mark.name for mark in marks], value: [mark.text for mark in marks]}
    for head, others in beside:
        texts = {mark.code: mark.text for mark in others}
        columns[head] = [texts.get(mark.code, "") for mark in marks]
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def text_table(heads: Iterable[str], rows: Sequence[Sequence[str]]) -> pl.DataFrame:
    """Return a table of texts with these column heads, one row after another."""
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
