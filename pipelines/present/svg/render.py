"""A figure as SVG in drawing order: grid, shapes below, traces, shapes above, words, notes."""

from typing import Any

from pipelines.present.charts import palette
from pipelines.present.charts.figure import Figure
from pipelines.present.format.escaping import escape_html
from pipelines.present.svg.primitives import PlotArea, render_note, render_shape, render_text
from pipelines.present.svg.traces import render_traces

#: The family written into every picture; the file ships beside the reports.
FONT = "Cau Noi Sans"


def render_svg(figure: Figure, alt: str, wide: int = 620) -> str:
    """Render the figure `wide` pixels wide, in the colours of paper.

    `alt` is its title for those who cannot see it. Draws what our charts are made of: bars, lines,
    dots, straight shapes, notes. Raises KeyError for other traces.
    """
    painted = palette.apply_theme(figure)
    layout = painted["layout"]
    plane = PlotArea.from_layout(layout, wide)
    shapes = layout.get("shapes", [])
    below = [shape for shape in shapes if shape.get("layer") == "below"]
    above = [shape for shape in shapes if shape.get("layer") != "below"]
    parts = _gridlines(plane, layout)
    parts += [render_shape(shape, plane) for shape in below]
    parts += render_traces(painted["data"], plane, layout.get("barmode", "group"))
    parts += [render_shape(shape, plane) for shape in above]
    parts += _tick_labels("xaxis", plane, layout) + _tick_labels("yaxis", plane, layout)
    parts += [render_note(note, plane) for note in layout.get("annotations", [])]
    size = f'width="{wide}" height="{plane.height}" viewBox="0 0 {wide} {plane.height}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape_html(alt)}"'
    )
    head += f' font-family="{FONT}, sans-serif"'
    return f"{head}><title>{escape_html(alt)}</title>{''.join(parts)}</svg>"


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


def _tick_labels(name: str, plane: PlotArea, layout: dict[str, Any]) -> list[str]:
    """Render the words of one axis, where it has any."""
    axis = layout.get(name, {})
    if axis.get("visible") is False or not axis.get("tickvals"):
        return []
    render_label = _render_x_label if name == "xaxis" else _render_y_label
    ticks = zip(axis["tickvals"], axis["ticktext"], strict=True)
    return [render_label(value, words, axis, plane) for value, words in ticks]


def _render_x_label(value: float, words: str, axis: dict[str, Any], plane: PlotArea) -> str:
    x, font = plane.x(value), axis.get("tickfont", {})
    if axis.get("side") == "top":
        return render_text(words, x, plane.top - 5, font, "center", "bottom")
    return render_text(words, x, plane.height - plane.bottom + 5, font, "center", "top")


def _render_y_label(value: float, words: str, axis: dict[str, Any], plane: PlotArea) -> str:
    x = plane.left - axis.get("ticklabelstandoff", 4)
    return render_text(words, x, plane.y(value), axis.get("tickfont", {}), "right", "middle")
