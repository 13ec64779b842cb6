"""The values that charts draw, with their words already written.

A chart therefore knows neither language nor figure.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

import polars as pl

from pipelines.catalog.types import Language

Item = TypeVar("Item")
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
    #: Too few returns have come for it: drawn lighter, and in no title or rank.
    unfinished: bool = False
    #: Returns whose cells of the figure's formula were accepted, of those owed: "16/18".
    coverage: str = ""
    #: A share of so few that it is written as a count: 4 of 6.
    small_base: bool = False
    #: How exact it is in the units of one geography, in words; empty as reported.
    exactness: str = ""
    #: Known between two values only, since a unit was split: there is nothing to draw.
    is_range: bool = False

    @property
    def makes_headline(self) -> bool:
        """May the value stand in a title?"""
        return self.value is not None and not self.unfinished and not self.small_base

    @property
    def value_or_zero(self) -> float:
        """The value; 0 where there is none."""
        return self.value or 0


class WithName(Protocol):
    """Anything that has a name: a value to draw, a row of a chart."""

    @property
    def name(self) -> str: ...


class WithValue(Protocol):
    """Anything that has a value or none: a value to draw, the result of a KPI."""

    @property
    def value(self) -> float | None: ...


def list_names(items: Iterable[WithName]) -> list[str]:
    """Return the name of each."""
    return [item.name for item in items]


def list_values(items: Iterable[WithValue]) -> list[float | None]:
    """Return the value of each, None where there is none."""
    return [item.value for item in items]


def list_known_values(items: Iterable[WithValue]) -> list[float]:
    """Return the values there are."""
    return [item.value for item in items if item.value is not None]


def list_known_points(points: Iterable[DataPoint]) -> list[DataPoint]:
    """Return the points that have a value."""
    return [point for point in points if point.value is not None]


@dataclass(frozen=True)
class ChartWithTable:
    """A figure as a dictionary for plotly.js, the words that replace it, and its table."""

    figure: dict[str, Any]
    alt: str
    table: pl.DataFrame


def select_both_ends(ranked: list[DataPoint], most: int) -> list[DataPoint]:
    """Return at most `most` ranked points: the first ones, and the last ones that have a value."""
    known = list_known_points(ranked)
    if len(known) <= most:
        return known
    low = most // 2
    return known[: most - low] + known[len(known) - low :]


def points_table(
    marks: list[DataPoint],
    name: str,
    value: str,
    *beside: tuple[str, list[DataPoint]],
    coverage: str = "",
    exactness: str = "",
) -> pl.DataFrame:
    """Return the table behind a list of marks: one row per mark, with columns `name` and `value`.

    `beside` are heads and marks of further columns, matched by code; `coverage` the head of a
    column with the returns of each mark; `exactness` that of how exact each is.
    """
    columns = {name: list_names(marks), value: [mark.text for mark in marks]}
    for head, others in beside:
        texts = {mark.code: mark.text for mark in others}
        columns[head] = [texts.get(mark.code, "") for mark in marks]
    beside_values = {
        coverage: [mark.coverage for mark in marks],
        exactness: [mark.exactness for mark in marks],
    }
    for head, told in beside_values.items():
        if head and any(told):
            columns[head] = told
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def text_table(heads: Iterable[str], rows: Sequence[Sequence[str]]) -> pl.DataFrame:
    """Return a table of texts with these column heads, one row after another."""
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def tabulate_items(
    heads: Iterable[str],
    items: Iterable[Item],
    write_row: Callable[[Item, Language], Sequence[str]],
    language: Language,
) -> pl.DataFrame:
    """Return a table of texts with one row an item, as `write_row` says it in the language."""
    return text_table(heads, [write_row(item, language) for item in items])
