"""Named events in a figure over quarters: a thin line or a pale band, and a word at each."""

from dataclasses import dataclass
from typing import Any

from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure

#: Pixels of one line of words above the picture; so many lines are used in turn.
LINE, LINES = 16, 3
#: Half the way from one quarter to the next.
HALF = 0.5


#: From this share of the axis on, words end at their event instead of beginning there.
LATE_BAND, LATE_LINE = 0.5, 0.75


@dataclass(frozen=True)
class ChartEvent:
    """An event: its place on the time axis, a word or two, and the sentence on pointing."""

    at: float
    text: str
    hover: str
    #: The last place on the axis of an event that is drawn as a band; None for a line.
    until: float | None = None


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
    ends = layout["xaxis"]["range"]
    lift = _words_above(layout["annotations"])
    for i, event in enumerate(sorted(events, key=lambda event: event.at)):
        note = _event_note(event, i % rows, rows, ends)
        layout["annotations"].append({**note, "yshift": note["yshift"] + lift})
        layout["shapes"].append(_event_shape(event, ends))
    return {**figure, "layout": layout}


def _words_above(notes: list[Any]) -> int:
    """Return the pixels above the picture that events drawn before take up with their words."""
    lines = [note["yshift"] for note in notes if note.get("yref") == "paper" and note["y"] == 1]
    return max(lines) + LINE if lines else 0


def _event_shape(event: ChartEvent, ends: list[float]) -> Any:
    """Return a line, or a band from half a step before its first place to half a step behind."""
    if event.until is not None:
        sides = {"x0": max(event.at - HALF, ends[0]), "x1": min(event.until + HALF, ends[1])}
        line = {"color": palette.LINE, "width": 1}
        look = {"fillcolor": palette.PALE, "line": line, "layer": "below"}
        return {"type": "rect", **sides, "y0": 0, "y1": 1, "yref": "paper", **look}
    line = {"color": palette.GREY, "width": 1, "dash": "dash"}
    place = {"x0": event.at, "x1": event.at, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **place, "line": line, "layer": "below"}


def _event_note(event: ChartEvent, row: int, rows: int, ends: list[float]) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    # NOTE: words that began near the right end would leave the card; those of a band are longer.
    share = LATE_BAND if event.until is not None else LATE_LINE
    is_late = event.at > ends[0] + share * (ends[1] - ends[0])
    place = {
        "yref": "paper",
        "xanchor": "right" if is_late else "left",
        "yanchor": "bottom",
        "yshift": 4 + LINE * (rows - 1 - row),
    }
    at = event.until + HALF if is_late and event.until is not None else event.at
    if event.until is not None and not is_late:
        at -= HALF
    at = min(max(at, ends[0]), ends[1])
    return figure.make_note(
        at, 1, event.text, font=font, hovertext=event.hover, borderpad=0, **place
    )
