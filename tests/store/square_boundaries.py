"""A made-up map: every commune is a small square in the block of its district on the tile grid."""

import csv
import json
from datetime import date
from math import cos, pi, sin
from pathlib import Path
from typing import Any

from pipelines.reference import places
from pipelines.settings import REFERENCE

DAY = date(2022, 12, 14)
SIDE = 0.01


def squares(name: str = "code", corners: int = 4) -> dict[str, Any]:
    """Return a FeatureCollection of the 579.

    With more `corners` every commune is a circle of so many points.
    """
    with (REFERENCE / "tilegrid.csv").open(encoding="utf-8") as file:
        grid = {r["district_code"]: (int(r["row"]), int(r["col"])) for r in csv.DictReader(file)}
    features = []
    for district in places.load_places().districts_on(DAY):
        row, column = grid[district.code]
        for number, place in enumerate(places.load_places().communes_of(district.code, DAY)):
            x, y = 105.2 + column * 0.08 + number % 7 * SIDE, 21.4 - row * 0.08 - number // 7 * SIDE
            shape = {"type": "Polygon", "coordinates": [_ring(x, y, corners)]}
            features.append(
                {
                    "type": "Feature",
                    "properties": {name: place.code, "ten": place.name},
                    "geometry": shape,
                }
            )
    return {"type": "FeatureCollection", "features": features}


def _ring(x: float, y: float, corners: int) -> list[list[float]]:
    if corners == 4:
        return [[x, y], [x + SIDE, y], [x + SIDE, y - SIDE], [x, y - SIDE], [x, y]]
    turns = [2 * pi * n / corners for n in range(corners)]
    found = [
        [x + SIDE / 2 + SIDE * 0.45 * cos(t), y - SIDE / 2 + SIDE * 0.45 * sin(t)] for t in turns
    ]
    return [*found, found[0]]


def written(path: Path, whole: dict[str, Any]) -> Path:
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path
