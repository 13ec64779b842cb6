"""The department's own boundaries for a browser: what is in the home, and the route that hands it out.

An address names the content: a browser may keep it, and new boundaries have another address.
"""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.queries import figures
from pipelines.present.charts.boundary_map import Box, MapOutline
from pipelines.store.paths import DataPaths

ADDRESS = "/boundaries/"


def load_outline() -> MapOutline | None:
    """The boundaries kept in the home now; None when there are none."""
    found = _load_boundaries()
    return found[0] if found else None


def _load_boundaries() -> tuple[MapOutline, bytes] | None:
    """The boundaries and the file's content, which the address names: both of one reading."""
    path = DataPaths(figures.load_settings().home).boundaries
    try:
        known = path.stat()
        return _read_boundaries(path, known.st_mtime_ns, known.st_size)
    except (OSError, ValueError, KeyError, TypeError):
        # NOTE: a file that went or was hurt takes the boundaries away, never the page.
        return None


@lru_cache(maxsize=2)
def _read_boundaries(path: Path, changed: int, size: int) -> tuple[MapOutline, bytes]:
    content = path.read_bytes()
    boxes = {f["id"]: _bounding_box(f["geometry"]) for f in json.loads(content)["features"]}
    return MapOutline(f"{ADDRESS}{sha256(content).hexdigest()[:16]}.json", boxes), content


def _bounding_box(geometry: dict[str, list[list[list[list[float]]]]]) -> Box:
    parts = (
        geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    )
    points = [point for part in parts for point in part[0]]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _serve_boundaries(request: Request) -> Response:
    """The file when the address names what is kept now."""
    found = _load_boundaries()
    if found is None or found[0].address != request.url.path:
        return Response(status_code=404)
    return Response(
        found[1],
        media_type="application/json",
        headers={"cache-control": "private, max-age=31536000"},
    )


ROUTES = (Route(ADDRESS + "{name}", _serve_boundaries),)
