"""What charts are fed: marks with their words already written, so that a chart knows neither language nor figure."""

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


@dataclass(frozen=True)
class ChartWithTable:
    """A figure as a plain dictionary for plotly.js, the words that replace it, and the table behind it."""

    figure: dict[str, Any]
    alt: str
    table: pl.DataFrame


def points_table(
    marks: list[DataPoint], name: str, value: str, *beside: tuple[str, list[DataPoint]]
) -> pl.DataFrame:
    """The table of a list of marks: one row per mark, columns headed `name` and `value`; `beside` are further lines."""
    columns = {name: [m.name for m in marks], value: [m.text for m in marks]}
    for head, others in beside:
        texts = {m.code: m.text for m in others}
        columns[head] = [texts.get(m.code, "") for m in marks]
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
