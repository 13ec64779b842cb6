"""Free SQL over the documented tables: one SELECT in, a frame out; nothing can be written, loaded or reached."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import polars as pl

from pipelines import catalog
from pipelines.errors import Refused
from pipelines.kpi import referrals
from pipelines.kpi.warehouse_reader import WarehouseReader, open_store
from pipelines.privacy.scope import CITY, Scope
from pipelines.warehouse.connect import connect_read_only

#: Schemas with documented tables; receipts and cells as sent (raw) are the steward's.
OPEN = ("mart", "ref")
#: One row a referral: for those who may see lines (docs/domain.md 6.3).
LINES = ("mart.referrals",)
#: Table functions that only make lists.
LISTS = ("range", "generate_series", "unnest")


def sql(
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader | None = None,
) -> pl.DataFrame:
    """The answer to one SELECT over `mart` and `ref`; values go in as `$name`, never into the text.

    `kpi.sql("select count(*) as n from mart.facts where measure = $m", {"m": "a04"})`. Columns and types are the
    query's own. The tables hold exact figures of every commune: for the city's readers. Single referrals
    (`mart.referrals`) are read with `scope=kpi.STEWARD` only, and that is written down. Raises NoBuild, and Refused:
    package_scope, sql_one_select, sql_tables, sql_wrong, sql_same_name, too_much, too_slow (five seconds).
    """
    if not scope.sees_all:
        raise Refused("the mart holds exact figures of every commune", code="package_scope")
    if store is None:
        with open_store() as opened:
            return sql(text, parameters, scope=scope, store=opened)
    tree = json.loads(store.query("parsed", {"text": text}).item())
    _check_statement(tree, scope)
    if any(_table_name(node) in LINES for node in _walk_nodes(tree)):
        referrals.audit_line_access(store, "sql")
    try:
        return store.run_sql(text, parameters)
    except duckdb.Error as error:
        raise Refused(str(error), code="sql_wrong", text=str(error)) from error


def _check_statement(tree: dict[str, Any], scope: Scope) -> None:
    """One SELECT, no table outside the open schemas and the scope, no function that reads tables or files."""
    if tree["error"] and tree["error_type"] != "not implemented":
        raise Refused(tree["error_message"], code="sql_wrong", text=tree["error_message"])
    if tree["error"] or len(tree["statements"]) != 1:
        raise Refused("one SELECT at a time", code="sql_one_select")
    closed = sorted({name for node in _walk_nodes(tree) for name in _list_forbidden(node, scope)})
    if closed:
        raise Refused(f"no table of {OPEN}: {closed}", code="sql_tables", text=", ".join(closed))


def _walk_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
    for child in (
        tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    ):
        yield from _walk_nodes(child)


def _list_forbidden(node: dict[str, Any], scope: Scope) -> Iterator[str]:
    """A table with another schema, or a table function that is not a plain list; a bare name can only be a step."""
    if node.get("type") == "BASE_TABLE":
        name = _table_name(node)
        if node["schema_name"].lower() not in ("", *OPEN) or (
            name in LINES and not scope.sees_lines
        ):
            yield name
    if node.get("type") == "TABLE_FUNCTION" and node["function"]["function_name"] not in LISTS:
        yield str(node["function"]["function_name"])


def _table_name(node: dict[str, Any]) -> str:
    """The name of a table that is read; empty for anything else."""
    return (
        f"{node['schema_name']}.{node['table_name']}".lower()
        if node.get("type") == "BASE_TABLE"
        else ""
    )


def connection(*, build_name: str | None = None, scope: Scope = CITY) -> duckdb.DuckDBPyConnection:
    """A read-only, locked-down DuckDB connection to the current or a named build, for tools that want their own.

    It reads every table, single referrals too: with `scope=kpi.STEWARD` only, and that is written down. In marimo:
    `mo.sql("from mart.facts limit 10", engine=kpi.connection(scope=kpi.STEWARD))`. Raises NoBuild, Refused.
    """
    if not scope.sees_lines:
        raise Refused("a connection reads single referrals", code="no_lines", label=LINES[0])
    with open_store(build_name=build_name) as store:
        referrals.audit_line_access(store, "connection")
        path = store.path
    return connect_read_only(path)


def tables() -> pl.DataFrame:
    """One row per column of every documented table: table, column, and grain and definition in both languages."""
    rows = [
        {
            "table": t.name,
            "column": column,
            "definition_vi": about.vi,
            "definition_en": about.en,
            "grain_vi": t.grain.vi,
            "grain_en": t.grain.en,
        }
        for t in catalog.tables().values()
        for column, about in t.columns.items()
    ]
    return pl.DataFrame(rows)
