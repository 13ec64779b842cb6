"""Free SQL over the documented tables: one read-only SELECT, answered as a frame.

Nothing can be written, loaded or reached from it.
"""

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
    """Answer one SELECT over `mart` and `ref`; values go in as `$name`, never into the text.

    `kpi.sql("select count(*) as n from mart.facts where measure = $m", {"m": "a04"})`. Columns and
    types are the query's own. The tables hold exact figures of every commune: for the city's
    readers. Single referrals (`mart.referrals`) are read with `scope=kpi.STEWARD` only, and the
    audit trail records it. Raises NoBuild, and Refused: package_scope, sql_one_select, sql_tables,
    sql_wrong, sql_same_name, too_much, too_slow (five seconds).
    """
    if not scope.sees_all:
        raise Refused("the mart holds exact figures of every commune", code="package_scope")
    if store is None:
        with open_store() as opened:
            return sql(text, parameters, scope=scope, store=opened)
    tree = json.loads(store.query("parsed", {"text": text}).item())
    _check_statement(tree, scope)
    tables_read = set(map(_table_name, _walk_nodes(tree)))
    if not tables_read.isdisjoint(LINES):
        referrals.audit_line_access(store, "sql")
    try:
        return store.run_sql(text, parameters)
    except duckdb.Error as error:
        raise Refused(str(error), code="sql_wrong", text=str(error)) from error


def _check_statement(tree: dict[str, Any], scope: Scope) -> None:
    """Refuse all but one SELECT over the open schemas that calls no reading function.

    Raises Refused: sql_wrong, sql_one_select, sql_tables.
    """
    if tree["error"]:
        if tree["error_type"] != "not implemented":
            raise Refused(tree["error_message"], code="sql_wrong", text=tree["error_message"])
        raise Refused("one SELECT at a time", code="sql_one_select")
    if len(tree["statements"]) != 1:
        raise Refused("one SELECT at a time", code="sql_one_select")
    forbidden = set()
    for node in _walk_nodes(tree):
        if not _may_read(node, scope):
            forbidden.add(_table_name(node) or _function_name(node))
    if forbidden:
        names = sorted(forbidden)
        raise Refused(f"no table of {OPEN}: {names}", code="sql_tables", text=", ".join(names))


def _walk_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of the parsed statement, outermost first."""
    if isinstance(tree, dict):
        yield tree
        children = list(tree.values())
    elif isinstance(tree, list):
        children = tree
    else:
        return
    for child in children:
        yield from _walk_nodes(child)


def _may_read(node: dict[str, Any], scope: Scope) -> bool:
    """Is the node no table or function, or one that the scope may read?

    A table without a schema can only be a step of the statement itself.
    """
    function = _function_name(node)
    if function:
        return function in LISTS
    table = _table_name(node)
    if not table:
        return True
    if table in LINES and not scope.sees_lines:
        return False
    return node["schema_name"].lower() in ("", *OPEN)


def _table_name(node: dict[str, Any]) -> str:
    """Return the name of a table that is read; empty for anything else."""
    if node.get("type") != "BASE_TABLE":
        return ""
    return f"{node['schema_name']}.{node['table_name']}".lower()


def _function_name(node: dict[str, Any]) -> str:
    """Return the name of a table function that is called; empty for anything else."""
    if node.get("type") != "TABLE_FUNCTION":
        return ""
    return str(node["function"]["function_name"])


def connection(*, build_name: str | None = None, scope: Scope = CITY) -> duckdb.DuckDBPyConnection:
    """Open a read-only, locked-down DuckDB connection to the current or a named build.

    It is for tools that want a connection of their own. It reads every table, single referrals too:
    with `scope=kpi.STEWARD` only, and the audit trail records it. In marimo:
    `mo.sql("from mart.facts limit 10", engine=kpi.connection(scope=kpi.STEWARD))`. Raises NoBuild
    and Refused.
    """
    if not scope.sees_lines:
        raise Refused("a connection reads single referrals", code="no_lines", label=LINES[0])
    with open_store(build_name=build_name) as store:
        referrals.audit_line_access(store, "connection")
        path = store.path
    return connect_read_only(path)


def tables() -> pl.DataFrame:
    """List the documented tables: one row per table and column.

    Columns: table, column, and the column's definition and the table's grain in both languages.
    """
    rows = []
    for table in catalog.tables().values():
        for column, definition in table.columns.items():
            row = {
                "table": table.name,
                "column": column,
                "definition_vi": definition.vi,
                "definition_en": definition.en,
                "grain_vi": table.grain.vi,
                "grain_en": table.grain.en,
            }
            rows.append(row)
    return pl.DataFrame(rows)
