"""An open build in, a folder out: documented tables as Parquet and CSV, and datapackage.json about them."""

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import TableDefinition
from pipelines.errors import Refused
from pipelines.kpi import LINES, WarehouseReader, referrals
from pipelines.output.formula_injection import escape_formulas
from pipelines.privacy.scope import CITY, Scope

_TYPES = {pl.Boolean: "boolean", pl.Date: "date", pl.Datetime: "datetime", pl.String: "string"}


def write_package(store: WarehouseReader, folder: Path, *, scope: Scope = CITY) -> list[Path]:
    """Write the package and return its files, the description first; raises Refused outside city and steward."""
    tables = list_exported_tables(scope)
    if any(table.name in LINES for table in tables):
        referrals.audit_line_access(store, "export", "mart")
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    resources: list[dict[str, Any]] = []
    for table in tables:
        # NOTE: a view has no order of its own; the same build must give the same file.
        frame = store.read_table(table.name).sort(
            list(table.columns)[:4], nulls_last=True, maintain_order=True
        )
        pair = [data / f"{_file_stem(table)}.{kind}" for kind in ("csv", "parquet")]
        pair[0].write_bytes(write_csv_bytes(frame))
        frame.write_parquet(pair[1])
        resources += [_describe_csv(table, frame, pair[0]), _describe_parquet(table, pair[1])]
        files += pair
    about = folder / "datapackage.json"
    about.write_text(
        json.dumps(_describe_package(store, resources), ensure_ascii=False, indent=2),
        encoding="utf-8",
    )
    return [about, *files]


def list_exported_tables(scope: Scope) -> list[TableDefinition]:
    """The tables a reader may take away: all but single referrals for the city; raises Refused for others."""
    if not scope.sees_all:
        raise Refused("the mart holds exact figures of every commune", code="package_scope")
    return [t for t in catalog.tables().values() if scope.sees_lines or t.name not in LINES]


def write_csv_bytes(frame: pl.DataFrame) -> bytes:
    """UTF-8 CSV; texts a spreadsheet would run as formulas are neutralised (the Parquet file has them as they are)."""
    return escape_formulas(frame).write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ").encode("utf-8")


def _file_stem(table: TableDefinition) -> str:
    return table.name.replace(".", "_")


def _describe_package(store: WarehouseReader, resources: list[dict[str, Any]]) -> dict[str, Any]:
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


def _describe_csv(table: TableDefinition, frame: pl.DataFrame, file: Path) -> dict[str, Any]:
    """The CSV with its data dictionary."""
    fields = [
        {
            "name": c,
            "type": _field_type(frame.schema[c]),
            "title": about.vi,
            "description": about.en,
        }
        for c, about in table.columns.items()
    ]
    return {
        **_describe_file(table, file),
        "type": "table",
        "encoding": "utf-8",
        "schema": {"fields": fields},
    }


def _describe_parquet(table: TableDefinition, file: Path) -> dict[str, Any]:
    return {**_describe_file(table, file), "type": "file"}


def _describe_file(table: TableDefinition, file: Path) -> dict[str, Any]:
    kind = file.suffix.lstrip(".")
    return {
        "name": f"{_file_stem(table).replace('_', '-')}-{kind}",
        "path": f"data/{file.name}",
        "format": kind,
        "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
        "title": table.grain.vi,
        "description": table.grain.en,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}",
    }


def _field_type(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "integer"
    return "number" if kind.is_numeric() else _TYPES.get(kind.base_type(), "string")
