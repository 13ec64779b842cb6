"""Communes with their own boundaries: the neighbours of the chosen ones are pale and silent."""

import pytest

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import boundary_map, palette
from pipelines.present.charts.boundary_map import MapOutline
from pipelines.present.charts.map_legend import MapLegend, make_scale

#: Three communes from west to east, and one far away.
OUTLINE = MapOutline(
    "/x.json", {c: (x, 21.0, x + 0.1, 21.1) for c, x in (("1", 105.0), ("2", 105.1), ("3", 105.3))}
)
KEY = MapLegend("", (), (), ())


def drawn(*codes: str) -> dict[str, list[str]]:
    """Codes by the colour they are filled with."""
    marks = [DataPoint(c, 5, "5", f"{c}: 5", code=c) for c in codes]
    figure = boundary_map.draw_boundaries(marks, OUTLINE, make_scale([5]), KEY)
    return {t["colorscale"][0][1]: t["locations"] for t in figure["data"]}


def test_a_lone_commune_lies_among_its_neighbours() -> None:
    assert drawn("1") == {palette.GROUND: ["2"], palette.CLASSES[3]: ["1"]}


def test_a_whole_map_has_no_neighbours() -> None:
    assert drawn("1", "2", "3") == {palette.CLASSES[3]: ["1", "2", "3"]}


@pytest.mark.parametrize("name", ["hovertext", "customdata"])
def test_a_neighbour_says_nothing_and_leads_nowhere(name: str) -> None:
    around = boundary_map.draw_boundaries(
        [DataPoint("1", 5, "5", "1: 5", code="1")], OUTLINE, make_scale([5]), KEY
    )["data"][0]
    assert name not in around and around["hoverinfo"] == "skip"
