"""Traces in, a figure out: the one template of all charts (font, transparent ground, no legend, no tools, margins)."""

import re
from math import ceil, floor, log10
from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import palette

Figure = dict[str, Any]
Trace = dict[str, Any]
FONT = '"Source Sans", sans-serif'
SIZE = 13
SMALL = 12
#: Handed to plotly.js with every figure: nothing to zoom, nothing that calls home.
CONFIG = {
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": False,
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
    """One figure of `height` pixels; `layout` adds axes, annotations and shapes."""
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


def hover_label() -> dict[str, Any]:
    font = {"family": FONT, "size": SIZE, "color": palette.TEXT}
    return {
        "bgcolor": palette.GROUND,
        "bordercolor": palette.LINE,
        "font": font,
        "align": "left",
        "namelength": 0,
    }


def hidden_axis(**more: Any) -> dict[str, Any]:
    """An axis that only measures."""
    return {
        "visible": False,
        "automargin": False,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        **more,
    }


def labelled_axis(values: list[float], texts: list[str], **more: Any) -> dict[str, Any]:
    """An axis with words and nothing else."""
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
    """An axis with a thin line at each of its few values."""
    return {
        **labelled_axis(values, texts),
        "showgrid": True,
        "gridcolor": palette.LINE,
        "gridwidth": 1,
        **more,
    }


def pad_decimals(texts: list[str]) -> list[str]:
    """Numbers of one axis with as many decimals each as the longest: 7,58 7,60 7,62. Three digits are thousands."""
    parts = [TAIL.match(t) for t in texts]
    tails = [p["tail"] or "" for p in parts if p]
    longest = max(tails, key=len, default="")
    if not longest or len(tails) < len(texts):
        return texts
    zeros = longest[0] + "0" * (len(longest) - 1)
    return [
        p["whole"] + (p["tail"] or "") + zeros[len(p["tail"] or "") :] + p["rest"]
        for p in parts
        if p
    ]


def make_note(x: float, y: float, text: str, **more: Any) -> dict[str, Any]:
    """Words in the figure, without arrow."""
    font = {"family": FONT, "size": SIZE, "color": palette.TEXT, **more.pop("font", {})}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, **more}


def tick_positions(marks: int, room: int, wide: int) -> list[int]:
    """The places of a time axis that get words: `room` pixels apart at least, the last one always."""
    step = max(1, ceil(marks * room / max(wide, 1)))
    return [i for i in range(marks) if (marks - 1 - i) % step == 0]


def round_ticks(low: float, high: float, steps: int = 4) -> list[float]:
    """Round values that cover low … high in at most `steps` steps: 0, 20, 40, 60."""
    span = max(high - low, 1e-9)
    power = 10 ** floor(log10(span / steps))
    # NOTE: a quarter of a decimal is written with one digit more than its neighbours.
    multiples = (1, 2, 2.5, 5, 10, 20) if power >= 1 else (1, 2, 5, 10, 20)
    step = next(m * power for m in multiples if span / (m * power) <= steps)
    return [
        round(n * step, 10) for n in range(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1)
    ]
