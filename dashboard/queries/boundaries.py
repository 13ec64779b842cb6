"""Load the department's own boundaries from the home, and serve them to browsers.

An address names the content: a browser may keep it, and new boundaries have another address.
"""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.queries import figures
from pipelines.present.charts.boundary_map import Box, MapOutline
from pipelines.store.paths import DataPaths

ADDRESS = "/boundaries/"


def load_outline() -> MapOutline | None:
    """Return the boundaries kept in the home now; None when there are none."""
    found = _load_boundaries()
    return found[0] if found else None


def _load_boundaries() -> tuple[MapOutline, bytes] | None:
    """Return the boundaries and the file's content, which the address names, in one reading."""
    path = DataPaths(figures.load_settings().home).boundaries
    try:
        known = path.stat()
        return _read_boundaries(path, known.st_mtime_ns, known.st_size)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        # NOTE: a file that went or was hurt takes the boundaries away, never the page.
        return None


@lru_cache(maxsize=2)
def _read_boundaries(path: Path, changed: int, size: int) -> tuple[MapOutline, bytes]:
    content = path.read_bytes()
    boxes = {f["id"]: _bounding_box(f["geometry"]) for f in json.loads(content)["features"]}
    return MapOutline(f"{ADDRESS}{sha256(content).hexdigest()[:16]}.json", boxes), content


def _bounding_box(geometry: dict[str, Any]) -> Box:
    """Return the smallest and largest x and y of a GeoJSON polygon or multipolygon."""
    polygons = geometry["coordinates"]
    if geometry["type"] != "MultiPolygon":
        polygons = [polygons]
    points = [point for polygon in polygons for point in polygon[0]]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _serve_boundaries(request: Request) -> Response:
    """Serve the file when the address names what is kept now."""
    found = _load_boundaries()
    if found is None or found[0].address != request.url.path:
        return Response(status_code=404)
    _, content = found
    return Response(
        content,
        media_type="application/json",
        headers={"cache-control": "private, max-age=31536000"},
    )


ROUTES = (Route(ADDRESS + "{name}", _serve_boundaries),)
