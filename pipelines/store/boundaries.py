"""The department's own boundaries of communes: checked, made small and kept in the home.

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
from pipelines.store.given_files import read_given_file
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
#: How far a line may move, in degrees (0.0001 is 11 m).
#: The first that makes the file small enough is taken.
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
    """Check the boundaries of every commune of `day`, make them small and keep them.

    `named` is the property that holds the codes. Raises Refused.
    """
    features = _read_features(source)
    shapes, left_out = _collect_shapes(features, named, day)
    content, tolerance = _simplify_to_fit(shapes, source.name)
    path = DataPaths(ensure_dir(root)).boundaries
    write_atomically(path, content)
    return StoredBoundaries(
        path, len(shapes), left_out, source.stat().st_size, len(content), tolerance
    )


def remove_boundaries(root: Path) -> bool:
    """Take the boundaries away; False when there were none."""
    path = DataPaths(root).boundaries
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def _read_features(source: Path) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file; raises Refused for anything else."""
    features = _parse_features(read_given_file(source, READ, "map_too_large"))
    if not features:
        raise Refused("not a FeatureCollection", code="map_not_geojson", name=source.name)
    return features


def _parse_features(data: bytes) -> list[dict[str, Any]]:
    """Return the features, none when the data are not a FeatureCollection."""
    try:
        features = list(json.loads(data)["features"])
        if all(isinstance(feature["properties"], dict) for feature in features):
            return features
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return []


def _collect_shapes(
    features: list[dict[str, Any]], named: str, day: date
) -> tuple[dict[str, Any], int]:
    """Return the shape of every commune of `day` by its code, and how many features have none."""
    name = named or _find_code_property(features)
    codes = _parse_unit_codes(features, name)
    if named and not any(codes):
        raise _refuse_without_codes(features)
    wanted = {place.code for place in places.load_places().valid_on(day)}
    _check_codes(codes, wanted, day)

    pairs = sorted(zip(codes, features, strict=True), key=_first_of)
    shapes: dict[str, Any] = {}
    for code, feature in pairs:
        if code in wanted:
            shapes[code] = _parse_shape(code, feature.get("geometry"))
    return shapes, len(features) - len(shapes)


def _check_codes(codes: list[str], wanted: set[str], day: date) -> None:
    """Raise Refused unless every commune of `day` is there once, and none of another day."""
    known = places.load_places()
    others = set(codes) - wanted
    day_text = day.isoformat()
    missing = sorted(wanted - set(codes))
    _refuse_codes(missing, "map_codes_missing", day=day_text, other=_list_codes(others))
    # NOTE: codes are recycled: a map of another day may hold every code asked, around other land.
    of_other_days = sorted(filter(known.all_versions, others))
    _refuse_codes(of_other_days, "map_other_day", day=day_text)
    counts = Counter(code for code in codes if code in wanted)
    _refuse_codes(sorted(code for code in counts if counts[code] > 1), "map_codes_doubled")


def _first_of(pair: tuple[str, Any]) -> str:
    return pair[0]


def _find_code_property(features: list[dict[str, Any]]) -> str:
    """Return the property that holds codes, found by its usual names; raises Refused."""
    folded: dict[str, str] = {}
    for name in features[0]["properties"]:
        letters = "".join(filter(str.isalnum, name.casefold()))
        folded[letters] = name

    for usual_name in NAMES:
        property_name = folded.get(usual_name)
        if property_name is not None and _has_codes(features, property_name):
            return property_name
    raise _refuse_without_codes(features)


def _has_codes(features: list[dict[str, Any]], name: str) -> bool:
    return any(_parse_unit_codes(features, name))


def _parse_unit_codes(features: list[dict[str, Any]], name: str) -> list[str]:
    return [_parse_unit_code(feature["properties"].get(name)) for feature in features]


def _refuse_without_codes(features: list[dict[str, Any]]) -> Refused:
    names = ", ".join(map(str, features[0]["properties"])) or "–"
    return Refused("no codes", code="map_no_code", names=names)


def _parse_unit_code(value: object) -> str:
    """Return five digits, empty for what is no code; a number has lost its leading zeros."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    is_code = text.isascii() and text.isdecimal() and len(text) <= 5
    return text.zfill(5) if is_code else ""


def _refuse_codes(codes: list[str], why: str, **values: object) -> None:
    if codes:
        raise Refused(
            f"{why}: {codes[:NAMED]}", code=why, n=len(codes), codes=_list_codes(codes), **values
        )


def _list_codes(codes: Iterable[str]) -> str:
    """Return the first codes in order as a text, with a sign that there are more."""
    ordered = sorted(filter(None, codes))
    if not ordered:
        return "–"
    more = ", …" if len(ordered) > NAMED else ""
    return ", ".join(ordered[:NAMED]) + more


def _parse_shape(code: str, geometry: Any) -> Any:
    """Return a valid Polygon or MultiPolygon in degrees; raises Refused for anything else."""
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.GEOSException, ValueError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        raise Refused("unreadable", code="map_bad_shape", place=code, why=reason) from error

    kind = "–" if shape is None or shape.is_empty else shape.geom_type
    if kind not in ("Polygon", "MultiPolygon"):
        raise Refused("not an area", code="map_bad_shape", place=code, why=kind)
    if not _is_in_degrees(shape):
        raise Refused("not in degrees", code="map_not_degrees", place=code)
    if not shapely.is_valid(shape):
        reason = shapely.is_valid_reason(shape)
        raise Refused("not valid", code="map_bad_shape", place=code, why=reason)
    return shape


def _is_in_degrees(shape: Any) -> bool:
    """True for a shape inside the rectangle around Viet Nam."""
    west, south, east, north = shape.bounds
    if not AROUND[0] <= west <= east <= AROUND[2]:
        return False
    return bool(AROUND[1] <= south <= north <= AROUND[3])


def _simplify_to_fit(found: dict[str, Any], name: str) -> tuple[bytes, float]:
    """Return the file at the finest tolerance that fits; neighbours keep their common line."""
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


def _encode_geojson(shapes: dict[str, Any]) -> bytes:
    features = [
        {"type": "Feature", "id": code, "properties": {}, "geometry": _round_shape(shape)}
        for code, shape in shapes.items()
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, separators=(",", ":")).encode()


def _round_shape(shape: Any) -> dict[str, Any]:
    """Return a GeoJSON geometry with rounded numbers.

    NOTE: written from the rings: the library's own writer may turn them.
    """
    parts: list[list[list[list[float]]]] = []
    for part in shapely.get_parts(shape):
        rings = (part.exterior, *part.interiors)
        parts.append(list(map(_round_ring, rings)))
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _round_ring(ring: Any) -> list[list[float]]:
    return [[round(float(x), 5), round(float(y), 5)] for x, y in shapely.get_coordinates(ring)]
