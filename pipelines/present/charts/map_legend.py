"""The legend of a map: classes of colour and the four kinds of missing values, in pixels."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import round_ticks, update_each

#: Pixels: one class of the scale, its height, one line of the nothings.
CLASS, BAND, LINE = 32, 11, 19
#: What the whole key needs, in pixels.
WIDTH, HEIGHT = 230, 140


@dataclass(frozen=True)
class LegendCorner:
    """Where the legend begins: a point of the plot, or (None) pixels above its upper left."""

    at: tuple[float, float] | None = None
    above: int = 0

    @property
    def anchor(self) -> dict[str, Any]:
        """The position of a shape at the corner."""
        x, y = self.at or (0, 1)
        return {**self._axes, "xanchor": x, "yanchor": y}

    @property
    def place(self) -> dict[str, Any]:
        """The position of a note at the corner."""
        x, y = self.at or (0, 1)
        return {**self._axes, "x": x, "y": y}

    @property
    def _axes(self) -> dict[str, str]:
        return {"xref": "x", "yref": "y"} if self.at else {"xref": "paper", "yref": "paper"}


@dataclass(frozen=True)
class MapLegend:
    """The words of the legend: what is coloured, the steps, the four signs (0, –, n/a, *)."""

    unit: str
    #: The colour class of each step, and the limits between them in words.
    colours: tuple[int, ...]
    limits: tuple[str, ...]
    nothings: tuple[str, ...]
    #: What was not reported is hatched; else it is pale with a stroke inside.
    hatched: bool = True


def draw_legend(key: MapLegend, corner: LegendCorner) -> tuple[list[Any], list[Any]]:
    """Return shapes and annotations of the legend, its upper left corner at `corner`."""
    shapes, notes = _draw_rows(key, corner.above)
    return update_each(shapes, **corner.anchor), update_each(notes, **corner.place)


def _draw_rows(key: MapLegend, above: int) -> tuple[list[Any], list[Any]]:
    """Return shapes and notes of the legend: the scale, then a line for each missing value."""
    shapes, notes = _draw_scale(key, above)
    top = 40 + BAND - above if key.colours else -above
    for row, words in enumerate(key.nothings):
        shapes += _state_sign(row, top + row * LINE, hatched=key.hatched)
        notes.append(_legend_note(18, -(top + row * LINE) + 3, words, palette.MUTED))
    signs = {0: "0", 3: "*"} if key.hatched else {0: "0", 1: "–", 3: "*"}
    notes += [_sign_note(row, top, sign) for row, sign in signs.items()]
    return shapes, notes


def _draw_scale(key: MapLegend, above: int) -> tuple[list[Any], list[Any]]:
    """Return the boxes of the classes, with the unit above and the limits below them."""
    shapes, notes = [], []
    down = 20 - above
    if key.colours:
        unit = _legend_note(0, above, key.unit, palette.TEXT)
        notes.append(unit)
    for place, level in enumerate(key.colours):
        fill = palette.CLASSES[level]
        shapes.append(pixel_box(place * CLASS, down, CLASS - 1, BAND, fill=fill))
    up = -down - BAND - 2
    for place, limit in enumerate(key.limits, start=1):
        x = place * CLASS
        notes.append(_legend_note(x, up, limit, palette.MUTED, xanchor="center", size=10))
    return shapes, notes


def _state_sign(row: int, y: int, *, hatched: bool) -> list[Any]:
    """Return the little square of one missing value, in the order 0, –, n/a, *."""
    edge = (palette.GREY, palette.HATCH, palette.OUTLINE, palette.LINE)[row]
    not_reported = palette.PAPER if hatched else palette.PALE
    fill = (palette.PAPER, not_reported, palette.PAPER, palette.LINE)[row]
    shapes = [pixel_box(0, y, 11, 11, fill=fill, edge=edge)]
    if row == 1 and hatched:
        shapes.append(hatch_strokes(0, y))
    return shapes


def pixel_box(
    x: float, y: float, wide: float, tall: float, *, fill: str, edge: str = palette.CLEAR
) -> Any:
    """Return a rectangle measured in pixels, to the right of and below its anchor."""
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
    """Return the strokes of a hatched square of 11 pixels, measured as in `pixel_box`."""
    strokes = ""
    for left, bottom, right, top in ((0, 6, 6, 0), (0, 11, 11, 0), (5, 11, 11, 5)):
        strokes += f"M{x + left},{-y - bottom}L{x + right},{-y - top}"
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
    """Up to seven classes between round limits, the first below and the last above all limits."""

    limits: tuple[float, ...]

    def class_of(self, value: float) -> int:
        """Return the class 0 … 6 of a value; few classes spread over the whole range of colours."""
        if not self.limits:
            return 3
        return round(bisect_right(self.limits, value) * 6 / len(self.limits))

    @property
    def steps(self) -> tuple[int, ...]:
        """The class of each step, from below the first limit to above the last."""
        if not self.limits:
            return ()
        return tuple(map(self.class_of, (self.limits[0] - 1e-9, *self.limits)))


def make_scale(values: list[float]) -> ColourScale:
    """Return classes for positive values, with limits between the 5th and the 95th percentile."""
    ordered = sorted(filter(None, values))
    if not ordered or ordered[0] == ordered[-1]:
        return ColourScale(())
    cut = len(ordered) // 20
    limits = round_ticks(ordered[cut], ordered[-1 - cut], 6)
    inner = [limit for limit in limits if ordered[0] < limit <= ordered[-1]]
    return ColourScale(tuple(inner[:6]))
