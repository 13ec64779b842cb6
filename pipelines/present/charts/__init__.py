"""Marks in, figures out: plain dictionaries for plotly.js under one shared frame; no colour but the palette's slots."""

from pipelines.present.charts.bar import bars, columns, flows
from pipelines.present.charts.line import Target, lines, steps
from pipelines.present.charts.matrix import Line, heatmap
from pipelines.present.charts.spread import Range, histogram, ranges
from pipelines.present.charts.stages import Part, Row, Tone, stacked

__all__ = [
    "Line",
    "Part",
    "Range",
    "Row",
    "Target",
    "Tone",
    "bars",
    "columns",
    "flows",
    "heatmap",
    "histogram",
    "lines",
    "ranges",
    "stacked",
    "steps",
]
