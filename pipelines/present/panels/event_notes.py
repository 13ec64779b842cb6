"""Events of the city at charts over time: a band, a sentence on pointing, a column of the table."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import polars as pl

from pipelines.catalog import Language
from pipelines.errors import PeriodError
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable
from pipelines.present.charts import ChartEvent
from pipelines.present.format import periods
from pipelines.present.i18n import translate
from pipelines.reference import events as reference
from pipelines.reference.events import Event
from pipelines.reference.periods import Span, parse_period

#: Letters of a line in the box that is shown on pointing.
LETTERS = 60


def describe_event(event: Event, language: Language) -> str:
    """Write the days, the place and the office's sentence of one event."""
    days = periods.format_day(event.first, language)
    if event.last:
        last = periods.format_day(event.last, language)
        days = translate("events.days", language, first=days, last=last)
    place = reference.place_name(event) or translate("events.city", language)
    text = (event.vi if language == "vi" else event.en).rstrip(".")
    key = "events.invented" if event.invented else "events.sentence"
    return translate(key, language, days=days, place=place, text=text)


def describe_events(events: Iterable[Event], *codes: str, language: Language) -> str:
    """Write the events that lie in the periods of these codes; empty when none does."""
    spans = list(map(parse_period, codes))
    inside = [event for event in events if any(event.concerns(span) for span in spans)]
    return " ".join(describe_event(event, language) for event in inside)


def mark_events(
    drawn: ChartWithTable, codes: Sequence[str], events: Sequence[Event], language: Language
) -> ChartWithTable:
    """Return a chart over time with the events of its periods, in figure and table.

    `codes` are the periods along its axis, from left to right, which stands at 0, 1, 2 …
    """
    spans = _read_spans(codes)
    spots = [(event, _find_spots(event, spans)) for event in events]
    inside = [(event, spot) for event, spot in spots if spot]
    if not inside or not drawn.figure["data"]:
        return drawn
    marks = [_make_mark(event, spot, language) for event, spot in inside]
    figure = charts.annotate_events(drawn.figure, marks)
    traces = [_explain_trace(trace, marks) for trace in figure["data"]]
    table = _add_column(drawn.table, inside, len(codes), language)
    return replace(drawn, figure={**figure, "data": traces}, table=table)


def find_bands(codes: Sequence[str], events: Iterable[Event]) -> list[tuple[int, int]]:
    """Return the first and the last place of each event along an axis of periods."""
    spans = _read_spans(codes)
    found = [_find_spots(event, spans) for event in events]
    return [(spot[0], spot[-1]) for spot in found if spot]


def _read_spans(codes: Sequence[str]) -> list[Span]:
    """Return the periods of an axis; none where it is no axis of periods."""
    try:
        return list(map(parse_period, codes))
    except PeriodError:
        return []


def _find_spots(event: Event, spans: list[Span]) -> list[int]:
    return [i for i, span in enumerate(spans) if event.concerns(span)]


def _make_mark(event: Event, spot: list[int], language: Language) -> ChartEvent:
    word = translate(f"events.{event.kind}", language)
    lines = textwrap.wrap(describe_event(event, language), LETTERS)
    return ChartEvent(spot[0], word, "<br>".join(map(escape, lines)), spot[-1])


def _explain_trace(trace: dict[str, Any], marks: list[ChartEvent]) -> dict[str, Any]:
    """Return a trace whose boxes say the events of their quarter."""
    texts = trace.get("hovertext")
    if not isinstance(texts, list):
        return trace
    told = []
    for at, text in zip(trace["x"], texts, strict=False):
        about = [mark.hover for mark in marks if mark.at <= at <= (mark.until or mark.at)]
        told.append("<br>".join([text, *about]))
    return {**trace, "hovertext": told}


def _add_column(
    table: pl.DataFrame, inside: list[tuple[Event, list[int]]], rows: int, language: Language
) -> pl.DataFrame:
    """Return the table with a column of events, where it has one row a period."""
    if table.height != rows:
        return table
    cells = [""] * rows
    for event, spot in inside:
        for i in spot:
            cells[i] = f"{cells[i]} {describe_event(event, language)}".strip()
    return table.with_columns(pl.Series(translate("events.column", language), cells))
