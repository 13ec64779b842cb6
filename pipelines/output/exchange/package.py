"""An open build in, a folder out: documented tables as Parquet and CSV, and datapackage.json about them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Table
from pipelines.errors import Refused
from pipelines.kpi import LINES, Store, looked
from pipelines.output.safe import neutralised
from pipelines.privacy.scope import CITY, Scope

_TYPES = {pl.Boolean: "boolean", pl.Date: "date", pl.Datetime: "datetime", pl.String: "string"}


def write(store: Store, folder: Path, *, scope: Scope = CITY) -> list[Path]:
    """Write the package and return its files, the description first; raises Refused outside city and steward."""
    tables = offered(scope)
    if any(table.name in LINES for table in tables):
        looked.lines(store, "export", "mart")
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    resources: list[dict[str, Any]] = []
    for table in tables:
        # NOTE: a view has no order of its own; the same build must give the same file.
        frame = store.table(table.name).sort(list(table.columns)[:4], nulls_last=True, maintain_order=True)
        pair = [data / f"{_file(table)}.{kind}" for kind in ("csv", "parquet")]
        pair[0].write_bytes(csv(frame))
        frame.write_parquet(pair[1])
        resources += [_described(table, frame, pair[0]), _plain(table, pair[1])]
        files += pair
    about = folder / "datapackage.json"
    about.write_text(json.dumps(_package(store, resources), ensure_ascii=False, indent=2), encoding="utf-8")
    return [about, *files]


def offered(scope: Scope) -> list[Table]:
    """The tables a reader may take away: all but single referrals for the city; raises Refused for others."""
    if not scope.sees_all:
        raise Refused("the mart holds exact figures of every commune", code="package_scope")
    return [t for t in catalog.tables().values() if scope.sees_lines or t.name not in LINES]


def csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 CSV; texts a spreadsheet would run as formulas are neutralised (the Parquet file has them as they are)."""
    return neutralised(frame).write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ").encode("utf-8")


def _file(table: Table) -> str:
    return table.name.replace(".", "_")


def _package(store: Store, resources: list[dict[str, Any]]) -> dict[str, Any]:
    meta = store.meta
    return {
        "name": "cau-noi",
        "title": "Cầu Nối: các Đội công tác xã hội tình nguyện và Điểm tư vấn, Hà Nội",
        "version": store.name,
        "created": str(meta["built_at"]),
        "keywords": ["demonstration"] if meta["demo"] else [],
        "contentHash": meta["content_hash"],
        "measures": "data/ref_measures.csv",
        "resources": resources,
    }


def _described(table: Table, frame: pl.DataFrame, file: Path) -> dict[str, Any]:
    """The CSV with its data dictionary."""
    fields = [
        {"name": c, "type": _type(frame.schema[c]), "title": about.vi, "description": about.en}
        for c, about in table.columns.items()
    ]
    return {**_head(table, file), "type": "table", "encoding": "utf-8", "schema": {"fields": fields}}


def _plain(table: Table, file: Path) -> dict[str, Any]:
    return {**_head(table, file), "type": "file"}


def _head(table: Table, file: Path) -> dict[str, Any]:
    kind = file.suffix.lstrip(".")
    return {
        "name": f"{_file(table).replace('_', '-')}-{kind}",
        "path": f"data/{file.name}",
        "format": kind,
        "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
        "title": table.grain.vi,
        "description": table.grain.en,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}",
    }


def _type(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "integer"
    return "number" if kind.is_numeric() else _TYPES.get(kind.base_type(), "string")
