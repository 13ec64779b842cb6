"""The one template of all charts: font, transparent ground, no legend, no tools, margins."""

import re
from collections.abc import Iterable
from math import ceil, floor, log10
from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import palette

Figure = dict[str, Any]
Trace = dict[str, Any]
FONT = '"Source Sans", sans-serif'
SIZE = 13
SMALL = 12
#: Handed to plotly.js with every figure: no tools, nothing that calls home; only a time axis zooms.
CONFIG = {
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": "reset",
    "showTips": False,
    "responsive": True,
    "topojsonURL": "/app/static/topo/",
}
#: A hover box holds the sentence and nothing else.
HOVER = "%{hovertext}<extra></extra>"


#: A written number: its whole part, its one or two decimals, what stands behind it.
TAIL = re.compile(r"(?P<whole>\D?\d+(?:[.,]\d{3})*)(?P<tail>[.,]\d{1,2})?(?P<rest>(?![.,\d]).*)")


#: A figure without anything in it; the card says so in words.
NOTHING: Figure = {"data": [], "layout": {}}


def is_not_applicable(marks: list[DataPoint]) -> bool:
    """Does the figure apply nowhere, so that there is nothing to draw?"""
    return bool(marks) and all(m.state == "not_applicable" for m in marks)


def make_figure(traces: list[Trace], height: int, **layout: Any) -> Figure:
    """Return one figure of `height` pixels; `layout` adds axes, annotations and shapes."""
    return {
        "data": [{"hovertemplate": HOVER, **trace} for trace in traces],
        "layout": {
            "height": height,
            "autosize": True,
            "font": {"family": FONT, "size": SIZE, "color": palette.TEXT},
            "paper_bgcolor": palette.CLEAR,
            "plot_bgcolor": palette.CLEAR,
            "margin": {"l": 0, "r": 0, "t": 8, "b": 0, "pad": 0},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": hover_label(),
            **layout,
        },
    }


def can_zoom(figure: Figure) -> bool:
    """Does dragging zoom into the figure's time axis?"""
    return bool(figure["layout"].get("dragmode") == "zoom")


def hold_still(figure: Figure) -> Figure:
    """Return the figure without zoom, for a screen on which dragging scrolls the page."""
    return {**figure, "layout": {**figure["layout"], "dragmode": False}}


def hover_label() -> dict[str, Any]:
    """Return the look of the box that is shown on pointing."""
    font = {"family": FONT, "size": SIZE, "color": palette.TEXT}
    return {
        "bgcolor": palette.GROUND,
        "bordercolor": palette.LINE,
        "font": font,
        "align": "left",
        "namelength": 0,
    }


def hidden_axis(**more: Any) -> dict[str, Any]:
    """Return an axis that only measures."""
    return {
        "visible": False,
        "automargin": False,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        **more,
    }


def labelled_axis(values: list[float], texts: list[str], **more: Any) -> dict[str, Any]:
    """Return an axis with words and nothing else."""
    # NOTE: left to itself, plotly.js widens the margins for titles that are not there.
    return {
        "automargin": False,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickmode": "array",
        "tickvals": values,
        "ticktext": texts,
        "tickfont": {"size": SMALL, "color": palette.MUTED},
        "title": {"text": ""},
        **more,
    }


def gridline_axis(values: list[float], texts: list[str], **more: Any) -> dict[str, Any]:
    """Return an axis with a thin line at each of its few values."""
    return {
        **labelled_axis(values, texts),
        "showgrid": True,
        "gridcolor": palette.LINE,
        "gridwidth": 1,
        **more,
    }


def pad_decimals(texts: list[str]) -> list[str]:
    """Return the numbers of one axis with as many decimals each as the longest: 7,58 7,60 7,62.

    Three digits behind a sign are thousands. Nothing is changed when one text is no number.
    """
    parts = []
    for text in texts:
        match = TAIL.match(text)
        if match is None:
            return texts
        parts.append((match["whole"], match["tail"] or "", match["rest"]))
    longest = max((tail for _, tail, _ in parts), key=len, default="")
    if not longest:
        return texts
    zeros = longest[0] + "0" * (len(longest) - 1)
    return [whole + tail + zeros[len(tail) :] + rest for whole, tail, rest in parts]


def drop_empty(traces: list[Trace]) -> list[Trace]:
    """Return the traces that have anything to draw."""
    return [trace for trace in traces if trace["x"]]


def highest_value(marks: Iterable[DataPoint]) -> float:
    """Return the highest value of the marks for the end of an axis; 1 when none is above zero."""
    return max(bar_values(marks), default=0) or 1


def hover_texts(marks: Iterable[DataPoint]) -> list[str]:
    """Return the sentence of each mark."""
    return [mark.hover for mark in marks]


def mark_codes(marks: Iterable[DataPoint]) -> list[str]:
    """Return the code of each mark, handed back on a click."""
    return [mark.code for mark in marks]


def bar_values(marks: Iterable[DataPoint]) -> list[float]:
    """Return the value of each mark for a bar that begins at zero."""
    return [mark.value_or_zero for mark in marks]


def make_note(x: float, y: float, text: str, **more: Any) -> dict[str, Any]:
    """Return words in the figure, without an arrow."""
    font = {"family": FONT, "size": SIZE, "color": palette.TEXT, **more.pop("font", {})}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, **more}


def update_each(items: Iterable[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    """Return copies of traces, notes or shapes, each with `more` put in."""
    return [{**item, **more} for item in items]


def tick_positions(marks: int, room: int, wide: int) -> list[int]:
    """Return the positions of a time axis that get words: `room` pixels apart, always the last."""
    step = max(1, ceil(marks * room / max(wide, 1)))
    return [i for i in range(marks) if (marks - 1 - i) % step == 0]


def round_ticks(low: float, high: float, steps: int = 4) -> list[float]:
    """Return round values that cover low … high in at most `steps` steps: 0, 20, 40, 60."""
    span = max(high - low, 1e-9)
    power = 10 ** floor(log10(span / steps))
    # NOTE: a quarter of a decimal is written with one digit more than its neighbours.
    multiples = (1, 2, 2.5, 5, 10, 20) if power >= 1 else (1, 2, 5, 10, 20)
    step = next(m * power for m in multiples if span / (m * power) <= steps)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]
