"""The slots of colour that figures name, and the colours that a theme puts in.

NOTE: the browser swaps #000001 … #000030 for the three chart colour lists of the theme, anywhere in
a figure. Streamlit does not document this; tests/present/charts/test_palette.py checks that its
bundle still does it and that both lists agree. `apply_theme` does the same for paper.
"""

import json
from typing import Any, Literal

Theme = Literal["light", "dark"]


def _slot(number: int) -> str:
    return f"#{number:06d}"


ACCENT = _slot(1)
CATEGORIES = tuple(map(_slot, range(1, 7)))
MUTED = _slot(7)
GREY = _slot(8)
LINE = _slot(9)
TEXT = _slot(10)
#: Pale to deep; words on the first four stand in TEXT, on the last three in PAPER.
CLASSES = tuple(map(_slot, range(11, 18)))
TINT = CLASSES[2]
PAPER = _slot(18)
OUTLINE = _slot(19)
HATCH = _slot(20)
DIVERGING = tuple(map(_slot, range(21, 28)))
GROUND = _slot(28)
PALE = _slot(30)
CLEAR = "rgba(0,0,0,0)"

#: The colour of every slot, in slot order: ten categorical, ten sequential, ten diverging.
COLOURS: dict[Theme, tuple[str, ...]] = {
    "light": (
        *(
            "#0F5E6E",
            "#985109",
            "#4599DB",
            "#572519",
            "#D1717E",
            "#38217B",
            "#5B6769",
            "#9AA5A6",
            "#DCE2E1",
            "#1C2526",
        ),
        *(
            "#D6E7E9",
            "#B0D0D5",
            "#87B8C0",
            "#5A9CA7",
            "#2F8090",
            "#1D616F",
            "#0B4450",
            "#FFFFFF",
            "#CFD6D5",
            "#AEB8B8",
        ),
        *(
            "#8A3B12",
            "#BF7A4F",
            "#E2B696",
            "#F1EFEA",
            "#AACBCE",
            "#619AA4",
            "#0F5E6E",
            "#F5F7F6",
            "#FFFFFF",
            "#EEF1F0",
        ),
    ),
    "dark": (
        *(
            "#63BFCB",
            "#E2BD5B",
            "#7181DC",
            "#C77322",
            "#FADEFD",
            "#316E75",
            "#A3AFAF",
            "#6E7B7C",
            "#2E393B",
            "#E6E9E7",
        ),
        *(
            "#1E363C",
            "#23464F",
            "#295763",
            "#306B78",
            "#5DA9B6",
            "#92CAD2",
            "#CDEEF1",
            "#12181A",
            "#384446",
            "#566365",
        ),
        *(
            "#F2A66B",
            "#AD7248",
            "#6B4C38",
            "#2B3032",
            "#335A62",
            "#4C8F9A",
            "#7FD0DB",
            "#1A2224",
            "#12181A",
            "#222B2D",
        ),
    ),
}


def text_colour_on(class_number: int) -> str:
    """Return the colour of words on class 0 … 6 of the sequential scale."""
    return TEXT if class_number < 4 else PAPER


def apply_theme(figure: dict[str, Any], theme: Theme = "light") -> dict[str, Any]:
    """Return the figure with real colours, for paper and for files that leave the page."""
    text = json.dumps(figure)
    for number, colour in enumerate(COLOURS[theme], start=1):
        text = text.replace(_slot(number), colour)
    painted: dict[str, Any] = json.loads(text)
    return painted
