"""An open build as a Data Package: its documented tables as Parquet and CSV, described."""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import TableDefinition
from pipelines.errors import Refused
from pipelines.kpi import LINES, WarehouseReader, referrals
from pipelines.output.formula_injection import escape_formulas
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.office_names import bare_province_name
from pipelines.store.atomic_files import publish_together

_TYPES = {pl.Boolean: "boolean", pl.Date: "date", pl.Datetime: "datetime", pl.String: "string"}


def write_package(store: WarehouseReader, folder: Path, *, scope: Scope = CITY) -> list[Path]:
    """Write the package and return its files, the description first.

    Raises Refused outside city and steward.
    """
    tables = list_exported_tables(scope)
    if any(table.name in LINES for table in tables):
        referrals.audit_line_access(store, "export", "mart")
    with publish_together() as aside:
        return _write_files(store, tables, folder, aside)


def _write_files(
    store: WarehouseReader,
    tables: list[TableDefinition],
    folder: Path,
    aside: Callable[[Path], Path],
) -> list[Path]:
    """Write every table and the description to where `aside` says; return their final paths."""
    data = folder / "data"
    files: list[Path] = []
    resources: list[dict[str, Any]] = []
    for table in tables:
        # NOTE: a view has no order of its own; the same build must give the same file.
        keys = list(table.columns)[:4]
        frame = store.read_table(table.name).sort(keys, nulls_last=True, maintain_order=True)
        csv_file = data / f"{_file_stem(table)}.csv"
        parquet_file = data / f"{_file_stem(table)}.parquet"
        content = write_csv_bytes(frame)
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        aside(csv_file).write_bytes(content)
        aside(parquet_file).write_bytes(buffer.getvalue())
        resources.append(_describe_csv(table, frame, csv_file, content))
        resources.append(_describe_file(table, parquet_file, buffer.getvalue()))
        files += [csv_file, parquet_file]
    description = folder / "datapackage.json"
    text = json.dumps(_describe_package(store, resources), ensure_ascii=False, indent=2)
    aside(description).write_text(text, encoding="utf-8")
    return [description, *files]


def list_exported_tables(scope: Scope) -> list[TableDefinition]:
    """List the tables a reader may export: all, without single referrals for the city.

    Raises Refused (package_scope) for other readers.
    """
    if not scope.sees_all:
        raise Refused("the mart holds exact figures of every commune", code="package_scope")
    tables = list(catalog.tables().values())
    if scope.sees_lines:
        return tables
    return [table for table in tables if table.name not in LINES]


def write_csv_bytes(frame: pl.DataFrame) -> bytes:
    """Write UTF-8 CSV with texts escaped that a spreadsheet would run as formulas.

    The Parquet file has them as they are.
    """
    escaped = escape_formulas(frame)
    return escaped.write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ").encode("utf-8")


def _file_stem(table: TableDefinition) -> str:
    return table.name.replace(".", "_")


def _describe_package(store: WarehouseReader, resources: list[dict[str, Any]]) -> dict[str, Any]:
    meta = store.meta
    return {
        "name": "cau-noi",
        "title": "Cầu Nối: các Đội công tác xã hội tình nguyện và Điểm tư vấn, "
        f"{bare_province_name(store.settings.today()).vi}",
        "version": store.name,
        "created": str(meta["built_at"]),
        "keywords": ["demonstration"] if meta["demo"] else [],
        "contentHash": meta["content_hash"],
        "measures": "data/ref_measures.csv",
        "resources": resources,
    }


def _describe_csv(
    table: TableDefinition, frame: pl.DataFrame, file: Path, content: bytes
) -> dict[str, Any]:
    """Describe the CSV with its data dictionary."""
    fields = []
    for name, definition in table.columns.items():
        field = {
            "name": name,
            "type": _field_type(frame.schema[name]),
            "title": definition.vi,
            "description": definition.en,
        }
        fields.append(field)
    return {
        **_describe_file(table, file, content),
        "type": "table",
        "encoding": "utf-8",
        "schema": {"fields": fields},
    }


def _describe_file(table: TableDefinition, file: Path, content: bytes) -> dict[str, Any]:
    kind = file.suffix.lstrip(".")
    return {
        "name": f"{_file_stem(table).replace('_', '-')}-{kind}",
        "path": f"data/{file.name}",
        "format": kind,
        "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
        "title": table.grain.vi,
        "description": table.grain.en,
        "type": "file",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def _field_type(kind: pl.DataType) -> str:
    if kind.is_integer():
        return "integer"
    return "number" if kind.is_numeric() else _TYPES.get(kind.base_type(), "string")
