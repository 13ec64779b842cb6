"""The department's own boundaries of communes: GeoJSON in, one small checked file in the home out.

Kept are codes and shapes only, in degrees, outer rings clockwise as the browser's map wants them.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from pipelines.errors import Refused
from pipelines.reference import places
from pipelines.settings import MEGABYTE
from pipelines.store.atomic_files import write_atomically
from pipelines.store.paths import DataPaths, ensure_dir

#: What a map may weigh on its way to a browser, and what is read at all.
MOST, READ = 300_000, 100 * MEGABYTE
#: Usual names of the property that holds a commune's code, written small and without strokes.
NAMES = (
    "code",
    "maxa",
    "wardcode",
    "communecode",
    "maphuongxa",
    "maxaphuong",
    "madvhc",
    "xaid",
    "wardid",
)
#: How far a line may move, in degrees (0.0001 is 11 m): the first that makes the file small enough is taken.
TOLERANCES = (0.0, 0.00005, 0.0001, 0.0002, 0.0003, 0.0005, 0.0008, 0.0012, 0.002, 0.003, 0.005)
#: The rectangle around Viet Nam: west, south, east, north.
AROUND = (102.0, 8.0, 110.0, 24.0)
GRID = 0.00001
#: Codes a sentence names before it stops being read.
NAMED = 8


@dataclass(frozen=True)
class StoredBoundaries:
    """What became of a file."""

    path: Path
    communes: int
    left_out: int
    bytes_before: int
    bytes: int
    tolerance: float


def store_boundaries(root: Path, source: Path, day: date, *, named: str = "") -> StoredBoundaries:
    """Check the boundaries of every commune of `day`, make them small and keep them; raises Refused."""
    features = _read_features(source)
    found, left_out = _collect_shapes(features, named, day)
    content, tolerance = _simplify_to_fit(found, source.name)
    path = DataPaths(ensure_dir(root)).boundaries
    write_atomically(path, content)
    return StoredBoundaries(
        path, len(found), left_out, source.stat().st_size, len(content), tolerance
    )


def remove_boundaries(root: Path) -> bool:
    """Take the boundaries away; False when there were none."""
    path = DataPaths(root).boundaries
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def _read_features(source: Path) -> list[dict[str, Any]]:
    if not source.is_file():
        raise Refused(f"no file {source}", code="file_missing", name=str(source))
    if source.stat().st_size > READ:
        raise Refused("too large", code="map_too_large", name=source.name, limit=READ // MEGABYTE)
    try:
        features = json.loads(source.read_bytes())["features"]
        if features and all(isinstance(f["properties"], dict) for f in features):
            return list(features)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise Refused("not a FeatureCollection", code="map_not_geojson", name=source.name)


def _collect_shapes(
    features: list[dict[str, Any]], named: str, day: date
) -> tuple[dict[str, Any], int]:
    """Code → shape of every commune of `day`, and how many features belong to none."""
    name = named or _find_code_property(features)
    codes = [_parse_unit_code(f["properties"].get(name)) for f in features]
    if named and not any(codes):
        raise _refuse_without_codes(features)
    known = places.load_places()
    asked = {p.code for p in known.valid_on(day)}
    _refuse_codes(
        sorted(asked - set(codes)),
        "map_codes_missing",
        day=day.isoformat(),
        other=_list_codes(set(codes) - asked),
    )
    # NOTE: codes are recycled: a map of another day may hold every code asked, around other land.
    _refuse_codes(
        sorted(c for c in set(codes) - asked if known.all_versions(c)),
        "map_other_day",
        day=day.isoformat(),
    )
    _refuse_codes(
        sorted(c for c, n in Counter(codes).items() if n > 1 and c in asked), "map_codes_doubled"
    )
    found = {
        c: _parse_shape(c, f.get("geometry"))
        for c, f in sorted(zip(codes, features, strict=True), key=_first_of)
        if c in asked
    }
    return found, len(features) - len(found)


def _first_of(pair: tuple[str, Any]) -> str:
    return pair[0]


def _find_code_property(features: list[dict[str, Any]]) -> str:
    """The property that holds codes, by its usual names."""
    plain: dict[str, str] = {
        "".join(c for c in name.casefold() if c.isalnum()): name
        for name in features[0]["properties"]
    }
    for name in (plain[n] for n in NAMES if n in plain):
        if any(_parse_unit_code(f["properties"].get(name)) for f in features):
            return name
    raise _refuse_without_codes(features)


def _refuse_without_codes(features: list[dict[str, Any]]) -> Refused:
    return Refused(
        "no codes", code="map_no_code", names=", ".join(map(str, features[0]["properties"])) or "–"
    )


def _parse_unit_code(value: object) -> str:
    """Five digits; a number has lost its leading zeros. Empty when it is no code."""
    text = (
        str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    )
    return text.zfill(5) if text.isascii() and text.isdecimal() and len(text) <= 5 else ""


def _refuse_codes(codes: list[str], why: str, **values: object) -> None:
    if codes:
        raise Refused(
            f"{why}: {codes[:NAMED]}", code=why, n=len(codes), codes=_list_codes(codes), **values
        )


def _list_codes(codes: Iterable[str]) -> str:
    found = sorted(c for c in codes if c)
    return ", ".join(found[:NAMED]) + (", …" if len(found) > NAMED else "") or "–"


def _parse_shape(code: str, geometry: Any) -> Any:
    """A valid Polygon or MultiPolygon in degrees."""
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, ValueError, TypeError) as error:
        raise Refused(
            "unreadable", code="map_bad_shape", place=code, why=str(error).partition("\n")[0]
        ) from error
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        kind = "–" if shape is None or shape.is_empty else shape.geom_type
        raise Refused("not an area", code="map_bad_shape", place=code, why=kind)
    west, south, east, north = shape.bounds
    if not (AROUND[0] <= west <= east <= AROUND[2] and AROUND[1] <= south <= north <= AROUND[3]):
        raise Refused("not in degrees", code="map_not_degrees", place=code)
    if not shapely.is_valid(shape):
        raise Refused(
            "not valid", code="map_bad_shape", place=code, why=shapely.is_valid_reason(shape)
        )
    return shape


def _simplify_to_fit(found: dict[str, Any], name: str) -> tuple[bytes, float]:
    """The file at the finest tolerance that fits; neighbours keep their common line."""
    shapes = np.array(list(found.values()), dtype=object)
    for tolerance in TOLERANCES:
        simple = shapely.coverage_simplify(shapes, tolerance) if tolerance else shapes
        simple = shapely.orient_polygons(shapely.set_precision(simple, GRID), exterior_cw=True)
        if shapely.is_empty(simple).any():
            break
        content = _encode_geojson(dict(zip(found, simple, strict=True)))
        if len(content) < MOST:
            return content, tolerance
    raise Refused("cannot be made small", code="map_not_small", name=name, limit=MOST // 1000)


def _encode_geojson(found: dict[str, Any]) -> bytes:
    features = [
        {"type": "Feature", "id": code, "properties": {}, "geometry": _round_shape(shape)}
        for code, shape in found.items()
    ]
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, separators=(",", ":")
    ).encode()


def _round_shape(shape: Any) -> dict[str, Any]:
    """NOTE: written from the rings: the library's own writer may turn them."""
    parts = [[_round_ring(r) for r in (p.exterior, *p.interiors)] for p in shapely.get_parts(shape)]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _round_ring(ring: Any) -> list[list[float]]:
    return [[round(float(x), 5), round(float(y), 5)] for x, y in shapely.get_coordinates(ring)]
