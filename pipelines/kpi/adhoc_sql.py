"""Free SQL over the documented tables: one read-only SELECT, answered as a frame.

Nothing can be written, loaded or reached from it. It is judged and answered in a process of its
own, whose limits of computing, memory and size end it and nobody else.
"""

from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from pipelines import catalog
from pipelines.errors import Refused
from pipelines.kpi import referrals
from pipelines.kpi.answers import answers
from pipelines.kpi.warehouse_reader import WarehouseReader, open_store
from pipelines.privacy.scope import CITY, Scope
from pipelines.sandbox import MalformedMessage, OversizedFrame, SandboxProcess, decode, encode
from pipelines.settings import MEGABYTE
from pipelines.warehouse import sql_worker
from pipelines.warehouse.connect import connect_read_only
from pipelines.warehouse.sql_worker import SqlReply, SqlTask

WORKER = "pipelines.warehouse.sql_worker"
#: Seconds a statement may compute, on all cores together, and memory of its process: DuckDB's own
#: limit is half of it.
CPU_SECONDS, MEMORY_BYTES = 10, 2048 * MEGABYTE
#: The process' own limit is computing time; this ends one that only waits, on a busy machine too.
WAIT_SECONDS = 300
#: One row a referral: for those who may see lines (docs/domain.md 6.3).
LINES = ("mart.referrals",)


@answers
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
    sql_wrong, sql_same_name, sql_nested, sql_cpu, sql_memory, sql_bytes.
    """
    if not scope.sees_all:
        raise Refused("the mart holds exact figures of every commune", code="package_scope")
    if store is None:
        with open_store() as opened:
            return sql(text, parameters, scope=scope, store=opened)
    values = parameters or {}
    return _answer_in_process(store, text, values, scope)


def _answer_in_process(
    store: WarehouseReader, text: str, parameters: Mapping[str, Any], scope: Scope
) -> pl.DataFrame:
    """Have a limited process judge and answer a statement; raises Refused for whatever ends it."""
    closed = [] if scope.sees_lines else list(LINES)
    zone = store.settings.timezone
    task = SqlTask(str(store.path), text, closed, zone, CPU_SECONDS, MEMORY_BYTES)
    with SandboxProcess(WORKER, MEMORY_BYTES) as worker:
        worker.allow_cpu(CPU_SECONDS)
        try:
            worker.channel.send(encode(task, SqlTask), WAIT_SECONDS)
            worker.channel.send(_pack_parameters(parameters), WAIT_SECONDS)
            tables_read = _receive_reply(worker).tables
            if not set(LINES).isdisjoint(tables_read):
                referrals.audit_line_access(store, "sql")
            worker.allow_cpu(CPU_SECONDS)
            worker.channel.send(b"", WAIT_SECONDS)
            _receive_reply(worker)
            answer = worker.channel.receive(sql_worker.ANSWER_BYTES + MEGABYTE, WAIT_SECONDS)
        except (EOFError, TimeoutError, ConnectionError, OversizedFrame, MalformedMessage):
            worker.stop()
            raise _refusal(SqlReply("sql_cpu" if worker.used_up_cpu else "sql_memory")) from None
    return _read_answer(answer)


def _receive_reply(worker: SandboxProcess) -> SqlReply:
    """Return what the process says; raises Refused when it is a refusal."""
    reply = decode(worker.channel.receive(MEGABYTE, WAIT_SECONDS), SqlReply)
    if reply.code:
        raise _refusal(reply)
    return reply


def _refusal(reply: SqlReply) -> Refused:
    code = reply.code if reply.code in catalog.messages() else "sql_wrong"
    megabytes = {"sql_memory": MEMORY_BYTES, "sql_bytes": sql_worker.ANSWER_BYTES}
    limits = {"seconds": CPU_SECONDS, "n": megabytes.get(code, 0) // MEGABYTE}
    return Refused(f"{code}: {reply.text}", code=code, text=reply.text, **limits)


def _pack_parameters(parameters: Mapping[str, Any]) -> bytes:
    try:
        return sql_worker.pack(dict(parameters))
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise Refused(
            "a value of a kind no table holds", code="sql_wrong", text=str(error)
        ) from error


def _read_answer(answer: bytes) -> pl.DataFrame:
    """Return the frame in an Arrow stream, every buffer of which is looked over first."""
    try:
        with pa.ipc.open_stream(answer) as stream:
            table = stream.read_all()
        table.validate(full=True)
    except pa.ArrowException:
        raise _refusal(SqlReply("sql_memory")) from None
    return pl.DataFrame(pl.from_arrow(table))


@answers
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
