"""Fonts that ship with the product, and pictures as PNG for Word, which takes no SVG."""

from functools import cache
from pathlib import Path

import typst

from pipelines.present.chart_data import ChartWithTable
from pipelines.present.svg import render_svg

FONTS = Path(__file__).resolve().parent.parent / "fonts"
HERE = Path(__file__).parent
#: Dots an inch of pictures in Word.
DOTS = 220


@cache
def load_fonts() -> typst.Fonts:
    """Load the fonts of a document: ours and the typesetter's, never the machine's."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def render_png(picture: ChartWithTable) -> bytes:
    """Return the picture as a PNG, as wide as the text of a page."""
    svg = render_svg(picture.figure, picture.alt)
    png = typst.compile(
        HERE / "picture.typ",
        font_paths=load_fonts(),
        format="png",
        ppi=DOTS,
        sys_inputs={"svg": svg, "alt": picture.alt},
    )
    assert isinstance(png, bytes)
    return png
