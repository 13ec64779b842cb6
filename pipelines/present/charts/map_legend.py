"""Classes and the words of the four nothings in, the key of a tile map out: shapes and notes measured in pixels."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import round_ticks

#: Pixels: one class of the scale, its height, one line of the nothings.
CLASS, BAND, LINE = 32, 11, 19
#: What the whole key needs, in pixels.
WIDTH, HEIGHT = 230, 140


@dataclass(frozen=True)
class LegendCorner:
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
class MapLegend:
    """The words of the key: what is coloured, the steps, the four nothings (0, –, n/a, *)."""

    unit: str
    #: The colour class of each step, and the limits between them in words.
    colours: tuple[int, ...]
    limits: tuple[str, ...]
    nothings: tuple[str, ...]
    #: What was not reported is hatched; else it is pale with a stroke inside.
    hatched: bool = True


def draw_legend(key: MapLegend, corner: LegendCorner) -> tuple[list[Any], list[Any]]:
    """Shapes and annotations of the key, its upper left corner at `corner`."""
    shapes, notes = _draw_rows(key, corner.above)
    return [{**s, **corner.anchor} for s in shapes], [{**n, **corner.place} for n in notes]


def _draw_rows(key: MapLegend, above: int) -> tuple[list[Any], list[Any]]:
    shapes: list[Any] = []
    notes = [_legend_note(0, above, key.unit, palette.TEXT)] if key.colours else []
    down = 20 - above
    for place, level in enumerate(key.colours):
        shapes.append(pixel_box(place * CLASS, down, CLASS - 1, BAND, fill=palette.CLASSES[level]))
    for place, limit in enumerate(key.limits, start=1):
        notes.append(
            _legend_note(
                place * CLASS, -down - BAND - 2, limit, palette.MUTED, xanchor="center", size=10
            )
        )
    top = down + BAND + 20 if key.colours else -above
    for row, words in enumerate(key.nothings):
        shapes += _state_sign(row, top + row * LINE, hatched=key.hatched)
        notes.append(_legend_note(18, -(top + row * LINE) + 3, words, palette.MUTED))
    signs = {0: "0", 3: "*"} if key.hatched else {0: "0", 1: "–", 3: "*"}
    return shapes, [*notes, *(_sign_note(row, top, sign) for row, sign in signs.items())]


def _state_sign(row: int, y: int, *, hatched: bool) -> list[Any]:
    """The little square of one nothing, in the order 0, –, n/a, *."""
    edge = (palette.GREY, palette.HATCH, palette.OUTLINE, palette.LINE)[row]
    pale = palette.PAPER if hatched else palette.PALE
    square = pixel_box(
        0, y, 11, 11, fill=(palette.PAPER, pale, palette.PAPER, palette.LINE)[row], edge=edge
    )
    return [square, hatch_strokes(0, y)] if row == 1 and hatched else [square]


def pixel_box(
    x: float, y: float, wide: float, tall: float, *, fill: str, edge: str = palette.CLEAR
) -> Any:
    """A rectangle measured in pixels, to the right of and below its anchor."""
    return {
        "type": "rect",
        **_pixel_mode(),
        "x0": x,
        "x1": x + wide,
        "y0": -y,
        "y1": -y - tall,
        "fillcolor": fill,
        "line": {"color": edge, "width": 1},
    }


def hatch_strokes(x: float, y: float) -> Any:
    """The strokes of a hatched square of 11 pixels, as `box` measures."""
    strokes = "".join(
        f"M{x + a},{-y - b}L{x + c},{-y - d}"
        for a, b, c, d in ((0, 6, 6, 0), (0, 11, 11, 0), (5, 11, 11, 5))
    )
    return {
        "type": "path",
        **_pixel_mode(),
        "path": strokes,
        "line": {"color": palette.HATCH, "width": 1.2},
    }


def _pixel_mode() -> dict[str, Any]:
    return {"xsizemode": "pixel", "ysizemode": "pixel"}


def _legend_note(
    x: float, up: float, text: str, colour: str, *, xanchor: str = "left", size: int = figure.SMALL
) -> Any:
    font = {"size": size, "color": colour}
    place = {"xshift": x, "yshift": up, "xanchor": xanchor, "yanchor": "top"}
    return figure.make_note(0, 1, text, font=font, borderpad=0, **place)


def _sign_note(row: int, top: int, sign: str) -> Any:
    return _legend_note(5.5, -(top + row * LINE) + 1, sign, palette.TEXT, xanchor="center", size=10)


@dataclass(frozen=True)
class ColourScale:
    """Up to seven classes between round limits: below the first limit, between two, from the last on."""

    limits: tuple[float, ...]

    def class_of(self, value: float) -> int:
        """The class 0 … 6 of a value; few classes spread over the whole range of colours."""
        found = bisect_right(self.limits, value)
        return round(found * 6 / max(len(self.limits), 1)) if self.limits else 3

    @property
    def steps(self) -> tuple[int, ...]:
        """The class of each step, from below the first limit to above the last."""
        return (
            tuple(self.class_of(v) for v in (self.limits[0] - 1e-9, *self.limits))
            if self.limits
            else ()
        )


def make_scale(values: list[float]) -> ColourScale:
    """Classes for positive values: the limits lie between the 5th and the 95th of a hundred."""
    found = sorted(v for v in values if v)
    if len(found) < 2 or found[0] == found[-1]:
        return ColourScale(())
    low, high = found[len(found) // 20], found[-1 - len(found) // 20]
    limits = round_ticks(low, high, 6)
    inner = [v for v in limits if found[0] < v <= found[-1]]
    return ColourScale(tuple(inner[:6]))
