"""The parts of a figure in drawing order: grid, shapes below, traces, shapes above, axis words, notes."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pipelines.present.charts import palette
from pipelines.present.charts.figure import Figure
from pipelines.present.svg.primitives import PlotArea, render_note, render_shape, render_text
from pipelines.present.svg.traces import render_traces

#: The family written into every picture; the file ships beside the reports.
FONT = "Cau Noi Sans"


def render_svg(figure: Figure, alt: str, wide: int = 620) -> str:
    """The figure `wide` pixels wide, in the colours of paper; `alt` is its title for those who cannot see it.

    Draws what our charts are made of: bars, lines, dots, straight shapes, notes. Raises KeyError for other traces.
    """
    painted = palette.apply_theme(figure)
    layout = painted["layout"]
    plane = PlotArea.from_layout(layout, wide)
    shapes = layout.get("shapes", [])
    parts = [
        *_gridlines(plane, layout),
        *(render_shape(s, plane) for s in shapes if s.get("layer") == "below"),
        *render_traces(painted["data"], plane, layout.get("barmode", "group")),
        *(render_shape(s, plane) for s in shapes if s.get("layer") != "below"),
        *_tick_labels(plane, layout),
        *(render_note(n, plane) for n in layout.get("annotations", [])),
    ]
    size = f'width="{wide}" height="{plane.height}" viewBox="0 0 {wide} {plane.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(alt)}'
    return f'{head} font-family="{FONT}, sans-serif"><title>{escape(alt)}</title>{"".join(parts)}</svg>'


def _gridlines(plane: PlotArea, layout: dict[str, Any]) -> list[str]:
    axis = layout.get("yaxis", {})
    if not axis.get("showgrid"):
        return []
    line = f'stroke="{axis["gridcolor"]}" stroke-width="1"'
    left, right = plane.left, plane.wide - plane.right
    return [
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" {line}/>'
        for y in map(plane.y, axis["tickvals"])
    ]


def _tick_labels(plane: PlotArea, layout: dict[str, Any]) -> list[str]:
    """The words of both axes, where these have any."""
    found = []
    for name in ("xaxis", "yaxis"):
        axis = layout.get(name, {})
        if axis.get("visible") is False or not axis.get("tickvals"):
            continue
        font = axis.get("tickfont", {})
        for at, words in zip(axis["tickvals"], axis["ticktext"], strict=True):
            if name == "xaxis":
                top = axis.get("side") == "top"
                y = plane.top - 5 if top else plane.height - plane.bottom + 5
                found.append(
                    render_text(words, plane.x(at), y, font, "center", "bottom" if top else "top")
                )
            else:
                x = plane.left - axis.get("ticklabelstandoff", 4)
                found.append(render_text(words, x, plane.y(at), font, "right", "middle"))
    return found
