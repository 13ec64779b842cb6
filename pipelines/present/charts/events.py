"""Named events in a figure over quarters: a thin line and a word at each event."""

from dataclasses import dataclass
from typing import Any

from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure

#: Pixels of one line of words above the picture; so many lines are used in turn.
LINE, LINES = 16, 3


@dataclass(frozen=True)
class ChartEvent:
    """An event: its place on the time axis, a word or two, and the sentence on pointing."""

    at: float
    text: str
    hover: str


def annotate_events(figure: Figure, events: list[ChartEvent]) -> Figure:
    """Return the figure with its events, left to right.

    Their words take turns on up to three lines, so that neighbours do not meet.
    """
    if not events or not figure["data"]:
        return figure
    layout = dict(figure["layout"])
    rows = min(LINES, len(events))
    above = LINE * rows + 4
    layout["margin"] = {**layout["margin"], "t": layout["margin"]["t"] + above}
    layout["annotations"] = list(layout.get("annotations", []))
    layout["shapes"] = list(layout.get("shapes", []))
    layout["height"] += above
    for i, event in enumerate(sorted(events, key=lambda event: event.at)):
        layout["annotations"].append(_event_note(event, i % rows, rows))
        layout["shapes"].append(_event_line(event))
    return {**figure, "layout": layout}


def _event_line(event: ChartEvent) -> Any:
    line = {"color": palette.GREY, "width": 1, "dash": "dash"}
    place = {"x0": event.at, "x1": event.at, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **place, "line": line, "layer": "below"}


def _event_note(event: ChartEvent, row: int, rows: int) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    place = {
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 4 + LINE * (rows - 1 - row),
    }
    return figure.make_note(
        event.at, 1, event.text, font=font, hovertext=event.hover, borderpad=0, **place
    )
