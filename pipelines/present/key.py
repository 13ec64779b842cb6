"""Classes and the words of the four nothings in, the key of a tile map out: shapes and notes measured in pixels."""

from dataclasses import dataclass
from typing import Any

from pipelines.present import palette
from pipelines.present.charts import frame

#: Pixels: one class of the scale, its height, one line of the nothings.
CLASS, BAND, LINE = 32, 11, 19
#: What the whole key needs, in pixels.
WIDTH, HEIGHT = 230, 140


@dataclass(frozen=True)
class Corner:
    """Where the key begins: a point of the plot, or (None) so many pixels above its upper left corner."""

    at: tuple[float, float] | None = None
    above: int = 0

    @property
    def anchor(self) -> dict[str, Any]:
        """How a shape holds on to the corner."""
        x, y = self.at or (0, 1)
        return {**self._axes, "xanchor": x, "yanchor": y}

    @property
    def place(self) -> dict[str, Any]:
        """How a note holds on to the corner."""
        x, y = self.at or (0, 1)
        return {**self._axes, "x": x, "y": y}

    @property
    def _axes(self) -> dict[str, str]:
        return {"xref": "x", "yref": "y"} if self.at else {"xref": "paper", "yref": "paper"}


@dataclass(frozen=True)
class Key:
    """The words of the key: what is coloured, the steps, the four nothings (0, –, n/a, *)."""

    unit: str
    #: The colour class of each step, and the limits between them in words.
    colours: tuple[int, ...]
    limits: tuple[str, ...]
    nothings: tuple[str, ...]
    #: What was not reported is hatched; else it is pale with a stroke inside.
    hatched: bool = True


def drawn(key: Key, corner: Corner) -> tuple[list[Any], list[Any]]:
    """Shapes and annotations of the key, its upper left corner at `corner`."""
    shapes, notes = _drawn(key, corner.above)
    return [{**s, **corner.anchor} for s in shapes], [{**n, **corner.place} for n in notes]


def _drawn(key: Key, above: int) -> tuple[list[Any], list[Any]]:
    shapes: list[Any] = []
    notes = [_note(0, above, key.unit, palette.TEXT)] if key.colours else []
    down = 20 - above
    for place, level in enumerate(key.colours):
        shapes.append(box(place * CLASS, down, CLASS - 1, BAND, fill=palette.CLASSES[level]))
    for place, limit in enumerate(key.limits, start=1):
        notes.append(_note(place * CLASS, -down - BAND - 2, limit, palette.MUTED, xanchor="center", size=10))
    top = down + BAND + 20 if key.colours else -above
    for row, words in enumerate(key.nothings):
        shapes += _sign(row, top + row * LINE, hatched=key.hatched)
        notes.append(_note(18, -(top + row * LINE) + 3, words, palette.MUTED))
    signs = {0: "0", 3: "*"} if key.hatched else {0: "0", 1: "–", 3: "*"}
    return shapes, [*notes, *(_inside(row, top, sign) for row, sign in signs.items())]


def _sign(row: int, y: int, *, hatched: bool) -> list[Any]:
    """The little square of one nothing, in the order 0, –, n/a, *."""
    edge = (palette.GREY, palette.HATCH, palette.OUTLINE, palette.LINE)[row]
    pale = palette.PAPER if hatched else palette.PALE
    square = box(0, y, 11, 11, fill=(palette.PAPER, pale, palette.PAPER, palette.LINE)[row], edge=edge)
    return [square, hatch(0, y)] if row == 1 and hatched else [square]


def box(x: float, y: float, wide: float, tall: float, *, fill: str, edge: str = palette.CLEAR) -> Any:
    """A rectangle measured in pixels, to the right of and below its anchor."""
    return {
        "type": "rect",
        **_pixels(),
        "x0": x,
        "x1": x + wide,
        "y0": -y,
        "y1": -y - tall,
        "fillcolor": fill,
        "line": {"color": edge, "width": 1},
    }


def hatch(x: float, y: float) -> Any:
    """The strokes of a hatched square of 11 pixels, as `box` measures."""
    strokes = "".join(
        f"M{x + a},{-y - b}L{x + c},{-y - d}" for a, b, c, d in ((0, 6, 6, 0), (0, 11, 11, 0), (5, 11, 11, 5))
    )
    return {"type": "path", **_pixels(), "path": strokes, "line": {"color": palette.HATCH, "width": 1.2}}


def _pixels() -> dict[str, Any]:
    return {"xsizemode": "pixel", "ysizemode": "pixel"}


def _note(x: float, up: float, text: str, colour: str, *, xanchor: str = "left", size: int = frame.SMALL) -> Any:
    font = {"size": size, "color": colour}
    place = {"xshift": x, "yshift": up, "xanchor": xanchor, "yanchor": "top"}
    return frame.note(0, 1, text, font=font, borderpad=0, **place)


def _inside(row: int, top: int, sign: str) -> Any:
    return _note(5.5, -(top + row * LINE) + 1, sign, palette.TEXT, xanchor="center", size=10)
