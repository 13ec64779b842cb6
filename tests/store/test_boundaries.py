"""Boundaries come in whole and small, or not at all, and the reason names the commune."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipelines.catalog import format_sentence
from pipelines.errors import Refused
from pipelines.store import boundaries
from tests.store.square_boundaries import DAY, squares, written

#: Each test starts programs or makes builds.
pytestmark = pytest.mark.slow


def refused(tmp_path: Path, whole: Any, **more: str) -> tuple[str, str]:
    with pytest.raises(Refused) as said:
        boundaries.store_boundaries(tmp_path, written(tmp_path / "map.geojson", whole), DAY, **more)
    assert not (tmp_path / "boundaries.json").exists()
    return said.value.code, format_sentence(said.value.code, "vi", **said.value.values)


@pytest.mark.parametrize("name", ["code", "MaXa", "ma_xa", "WARD_CODE"])
def test_kept_are_codes_and_shapes_with_outer_rings_clockwise(tmp_path: Path, name: str) -> None:
    done = boundaries.store_boundaries(
        tmp_path, written(tmp_path / "map.geojson", squares(name)), DAY
    )
    kept = json.loads(done.path.read_bytes())["features"]
    assert done.communes == len(kept) == 579 and "Hàng Buồm" not in done.path.read_text()
    assert all(turns_right(f["geometry"]["coordinates"][0]) for f in kept)


def turns_right(ring: list[list[float]]) -> bool:
    return sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) > 0


def test_a_heavy_map_is_made_small_and_keeps_every_commune(tmp_path: Path) -> None:
    done = boundaries.store_boundaries(
        tmp_path, written(tmp_path / "map.geojson", squares(corners=200)), DAY
    )
    assert done.bytes_before > 4_000_000 and done.bytes < 300_000
    assert done.tolerance > 0 and len(json.loads(done.path.read_bytes())["features"]) == 579


def test_codes_that_lost_their_zeros_are_understood_and_strangers_left_out(tmp_path: Path) -> None:
    whole = squares()
    for feature in whole["features"]:
        feature["properties"]["code"] = int(feature["properties"]["code"])
    whole["features"].append({**whole["features"][0], "properties": {"code": 99999}})
    done = boundaries.store_boundaries(tmp_path, written(tmp_path / "map.geojson", whole), DAY)
    assert (done.communes, done.left_out) == (579, 1)


def test_a_missing_commune_is_named_with_the_codes_nobody_knows(tmp_path: Path) -> None:
    whole = squares()
    gone = whole["features"][7]["properties"]["code"]
    whole["features"][7]["properties"]["code"] = "99998"
    code, said = refused(tmp_path, whole)
    assert code == "map_codes_missing" and gone in said and "99998" in said


def test_a_commune_that_stands_twice_is_named(tmp_path: Path) -> None:
    whole = squares()
    whole["features"].append(whole["features"][3])
    code, said = refused(tmp_path, whole)
    assert code == "map_codes_doubled" and whole["features"][3]["properties"]["code"] in said


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        (
            {
                "type": "Polygon",
                "coordinates": [[[105, 21], [106, 22], [106, 21], [105, 22], [105, 21]]],
            },
            "map_bad_shape",
        ),
        ({"type": "Polygon", "coordinates": [[[105, 21], [106, 22], [106, 21]]]}, "map_bad_shape"),
        ({"type": "Polygon", "coordinates": "here"}, "map_bad_shape"),
        ({"type": "Point", "coordinates": [105, 21]}, "map_bad_shape"),
        (None, "map_bad_shape"),
        (
            {"type": "Polygon", "coordinates": [[[5e5, 2e6], [6e5, 2e6], [6e5, 3e6], [5e5, 2e6]]]},
            "map_not_degrees",
        ),
    ],
)
def test_a_shape_that_cannot_be_drawn_is_named(tmp_path: Path, geometry: Any, why: str) -> None:
    whole = squares()
    whole["features"][11]["geometry"] = geometry
    code, said = refused(tmp_path, whole)
    assert code == why and whole["features"][11]["properties"]["code"] in said


@pytest.mark.parametrize(
    "whole", [[], {}, {"features": []}, {"features": [1]}, {"features": [{"properties": None}]}]
)
def test_what_is_no_map_is_refused(tmp_path: Path, whole: Any) -> None:
    assert refused(tmp_path, whole)[0] == "map_not_geojson"


def test_without_codes_the_properties_are_named(tmp_path: Path) -> None:
    code, said = refused(tmp_path, squares("tên_khác"))
    assert code == "map_no_code" and "tên_khác" in said
    assert refused(tmp_path, squares(), named="ten")[0] == "map_no_code"


def test_what_is_too_large_to_read_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    with path.open("wb") as file:
        file.truncate(boundaries.READ + 1)
    with pytest.raises(Refused) as said:
        boundaries.store_boundaries(tmp_path, path, DAY)
    assert said.value.code == "map_too_large"
