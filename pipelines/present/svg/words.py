"""Words of a figure in, SVG text out: anchors, small shifts, several lines, bold."""

import re
from typing import Any
from xml.sax.saxutils import escape

from pipelines.present.svg.plane import Plane

LEADING = 1.25
_ANCHOR = {"left": "start", "center": "middle", "right": "end", "auto": "middle"}
_BOLD = re.compile(r"<b>(.*?)</b>")


def note(what: dict[str, Any], plane: Plane) -> str:
    """An annotation: its place, its shift in pixels, its words."""
    x = plane.at(what, "x") + what.get("xshift", 0)
    y = plane.at(what, "y") - what.get("yshift", 0)
    return text(what["text"], x, y, what.get("font", {}), what.get("xanchor", "auto"), what.get("yanchor", "auto"))


def text(words: str, x: float, y: float, font: dict[str, Any], across: str, up: str) -> str:
    """Words at a point; `across` and `up` say which side of them stands there."""
    size = font.get("size", 13)
    lines = words.split("<br>")
    rest = (len(lines) - 1) * LEADING * size
    first = {"top": y + size, "bottom": y - 0.28 * size - rest}.get(up, y + 0.35 * size - rest / 2)
    spans = [
        f'<tspan x="{x:.1f}" y="{first + i * LEADING * size:.1f}">{_bold(line)}</tspan>' for i, line in enumerate(lines)
    ]
    style = f'font-size="{size}" fill="{font.get("color", "#1C2526")}" text-anchor="{_ANCHOR[across]}"'
    return f"<text {style}>{''.join(spans)}</text>"


def _bold(line: str) -> str:
    return _BOLD.sub(
        r'<tspan font-weight="600">\1</tspan>', escape(line).replace("&lt;b&gt;", "<b>").replace("&lt;/b&gt;", "</b>")
    )
