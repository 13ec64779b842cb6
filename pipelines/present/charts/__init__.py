"""Marks in, figures out: plain dictionaries for plotly.js under one shared frame; no colour but the palette's slots."""

from pipelines.present.charts.bar import bars, columns, flows
from pipelines.present.charts.events import Event, annotated
from pipelines.present.charts.frame import NOTHING, Figure
from pipelines.present.charts.funnel import Dot, Edges, funnel
from pipelines.present.charts.line import Target, lines, steps
from pipelines.present.charts.matrix import Line, heatmap
from pipelines.present.charts.moves import moves
from pipelines.present.charts.multiples import Series, multiples
from pipelines.present.charts.ranks import Whisker, whiskers
from pipelines.present.charts.spread import Range, histogram, ranges
from pipelines.present.charts.stages import Part, Row, Tone, stacked

__all__ = [
    "NOTHING",
    "Dot",
    "Edges",
    "Event",
    "Figure",
    "Line",
    "Part",
    "Range",
    "Row",
    "Series",
    "Target",
    "Tone",
    "Whisker",
    "annotated",
    "bars",
    "columns",
    "flows",
    "funnel",
    "heatmap",
    "histogram",
    "lines",
    "moves",
    "multiples",
    "ranges",
    "stacked",
    "steps",
    "whiskers",
]
