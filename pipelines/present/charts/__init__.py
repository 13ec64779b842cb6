"""Charts as plain dictionaries for plotly.js, under one shared template.

They name no colour but the slots of the palette.
"""

from pipelines.present.charts.bar import draw_bars, draw_changes, draw_columns, draw_flows
from pipelines.present.charts.distribution import ValueRange, draw_histogram, draw_ranges
from pipelines.present.charts.events import ChartEvent, annotate_events
from pipelines.present.charts.figure import NOTHING, Figure
from pipelines.present.charts.funnel import FunnelLimits, FunnelPoint, draw_funnel
from pipelines.present.charts.heatmap import HeatmapRow, draw_heatmap
from pipelines.present.charts.line import ChartTarget, draw_line, draw_steps
from pipelines.present.charts.rank_intervals import PlaceInterval, draw_intervals
from pipelines.present.charts.slope import draw_moves
from pipelines.present.charts.small_multiples import PlaceSeries, draw_small_multiples
from pipelines.present.charts.stacked_bar import StackedRow, StagePart, Tone, draw_stacked

__all__ = [
    "NOTHING",
    "ChartEvent",
    "ChartTarget",
    "Figure",
    "FunnelLimits",
    "FunnelPoint",
    "HeatmapRow",
    "PlaceInterval",
    "PlaceSeries",
    "StackedRow",
    "StagePart",
    "Tone",
    "ValueRange",
    "annotate_events",
    "draw_bars",
    "draw_changes",
    "draw_columns",
    "draw_flows",
    "draw_funnel",
    "draw_heatmap",
    "draw_histogram",
    "draw_intervals",
    "draw_line",
    "draw_moves",
    "draw_ranges",
    "draw_small_multiples",
    "draw_stacked",
    "draw_steps",
]
