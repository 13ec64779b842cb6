"""Judge the tree of a free SQL statement: one SELECT over the documented tables, and nothing else.

It knows the statement as DuckDB's own parser sees it (`json_serialize_sql`), never as text.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

#: Schemas with documented tables; receipts and cells as sent (raw) are the steward's.
OPEN = ("mart", "ref")
#: Table functions that only make lists.
LISTS = ("range", "generate_series", "unnest")
#: Functions that tell of the system, run a text as a question, wait, or write.
CLOSED = re.compile(
    r"(?:duckdb|pg|pragma|inet|json_execute|json_serialize|json_deserialize)_.*"
    r"|current_(?:setting|query|database|catalog|schemas?|role|user|\w+_id)"
    r"|has_.*_privilege|\w+_description|map_\w*pg_oid|format_(?:pg_)?type"
    r"|getenv|getvariable|setval|nextval|currval|txid_current|in_search_path|session_user|user"
    r"|get_block_size|write_log|sleep_ms|parse_duckdb_log_message|stats|vector_type|version"
    r"|query|query_table|read_\w+|glob|sniff_csv|which_secret"
)


@dataclass(frozen=True)
class StatementFault:
    """Why a statement is not answered: a code of the catalogue, and the text of its sentence."""

    code: str
    text: str = ""


def judge_statement(
    parsed: str, lines: Collection[str], system_names: Collection[str], text: str = ""
) -> tuple[list[str], StatementFault | None]:
    """Return the tables that a parsed statement reads, and why it may not be run, if so.

    `lines`: tables that are closed to this reader. `system_names`: what a name without a schema
    would find. `text`: the statement itself. Raises RecursionError for a tree that is nested too
    deeply.
    """
    tree = json.loads(parsed)
    if tree["error"]:
        return [], _explain_refusal(tree, text)
    if len(tree["statements"]) != 1:
        return [], StatementFault("sql_one_select")
    nodes = list(_walk_nodes(tree))
    steps = {name.lower() for node in nodes for name in _step_names(node)}
    # NOTE: a step that bears a name of the system's could hide a look at the system's own.
    forbidden = steps & set(system_names)
    for node in nodes:
        name = _forbidden_name(node, steps, lines)
        if name:
            forbidden.add(name)
    tables = sorted(set(filter(None, map(_table_name, nodes))))
    if forbidden and forbidden <= set(lines):
        return tables, StatementFault("sql_lines", ", ".join(sorted(forbidden)))
    if forbidden:
        return tables, StatementFault("sql_tables", ", ".join(sorted(forbidden)))
    return tables, None


def _explain_refusal(tree: dict[str, Any], text: str) -> StatementFault:
    """Return why the parser hands out no tree of a statement."""
    if tree["error_type"] != "not implemented":
        return StatementFault("sql_wrong", str(tree["error_message"]))
    # NOTE: of a PIVOT neither, which many try first.
    is_pivot = re.search(r"\bpivot(?:_wider)?\b", text, re.IGNORECASE)
    return StatementFault("sql_pivot" if is_pivot else "sql_one_select")


def _walk_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of the parsed statement; however deep it is, no function calls itself."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _step_names(node: dict[str, Any]) -> list[str]:
    """Return the names that the `with` of a node gives to its steps."""
    steps = node.get("cte_map")
    return [str(step["key"]) for step in steps["map"]] if isinstance(steps, dict) else []


def _forbidden_name(node: dict[str, Any], steps: Collection[str], lines: Collection[str]) -> str:
    """Return the name of what a node reads or calls and may not; empty when it may."""
    kind = node.get("type")
    if kind == "SHOW_REF":
        return "" if node["query"] else "show"
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "?")).lower()
        return "" if name in LISTS else name
    if kind == "BASE_TABLE":
        table = _table_name(node)
        return "" if _may_read(node, table, steps, lines) else table
    return _closed_name(_called_name(node))


def _called_name(node: dict[str, Any]) -> str:
    """Return the name of a function that a node calls, or may call although it looks a column."""
    if node.get("class") == "FUNCTION":
        return str(node["function_name"])
    names = node.get("column_names") if node.get("type") == "COLUMN_REF" else None
    return str(names[0]) if names and len(names) == 1 else ""


def _may_read(
    node: dict[str, Any], table: str, steps: Collection[str], lines: Collection[str]
) -> bool:
    """Is a table documented and open to the reader, or a step of the statement itself?"""
    if node.get("catalog_name") or table in lines:
        return False
    schema = node["schema_name"].lower()
    return schema in OPEN or (not schema and table in steps)


def _table_name(node: dict[str, Any]) -> str:
    """Return the name of a table that is read, with its schema; empty for anything else."""
    if node.get("type") != "BASE_TABLE":
        return ""
    schema, name = node["schema_name"].lower(), node["table_name"].lower()
    return f"{schema}.{name}" if schema else str(name)


def _closed_name(name: str) -> str:
    return name.lower() if CLOSED.fullmatch(name.lower()) else ""
