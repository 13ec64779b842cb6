"""The limited process that answers free SQL over one build, or says why it does not.

What is asked may want all memory, never end or break the library: then this process ends, by the
limits it has set on itself, and the server goes on.
"""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.sandbox import Channel, decode, encode
from pipelines.sandbox.limits import set_cpu_limit, set_resource_limits
from pipelines.settings import MEGABYTE
from pipelines.warehouse.lockdown import connect_read_only
from pipelines.warehouse.sql_statement import StatementFault, judge_statement

#: The largest answer, as it is sent.
ANSWER_BYTES = 160 * MEGABYTE
#: Letters of a statement, and of an error that is told.
LONGEST, LONGEST_ERROR = 100_000, 1_000
#: Rows of an answer in one piece.
BATCH = 100_000
THREADS = 2
SQL = Path(__file__).with_name("sql")


@dataclass(frozen=True)
class SqlTask:
    """What is asked: a statement over a build, and the tables that are closed to this reader."""

    build: str
    text: str
    closed: list[str]
    #: The office's zone: "today" is its day.
    zone: str
    #: Seconds of computing of both threads together, and bytes of memory of the whole process.
    cpu_seconds: int
    memory_bytes: int


@dataclass(frozen=True)
class SqlReply:
    """Why nothing is answered, or an empty code; and the tables that the statement reads."""

    code: str = ""
    text: str = ""
    tables: list[str] = field(default_factory=list)


def main(descriptor: int) -> None:
    """Judge one statement, wait to be told to go on, answer it and end."""
    channel = Channel.from_descriptor(descriptor)
    task, parameters = decode(channel.receive(), SqlTask), channel.receive()
    set_resource_limits(task.memory_bytes)
    set_cpu_limit(task.cpu_seconds)
    with connect_read_only(Path(task.build), THREADS, task.zone) as con:
        reply = _judge(con, task)
        channel.send(encode(reply, SqlReply))
        if reply.code:
            return
        channel.receive()
        reply, answer = _answer(con, task.text, _unpack(parameters))
    channel.send(encode(reply, SqlReply))
    if not reply.code:
        channel.send(answer)


def pack(parameters: dict[str, Any]) -> bytes:
    """Return values as one row of an Arrow stream; raises pyarrow.ArrowInvalid for other kinds."""
    table = pa.Table.from_pylist([parameters]) if parameters else pa.table({})
    return _write_stream(table.schema, iter(table.to_batches()))


def _unpack(parameters: bytes) -> dict[str, Any]:
    with pa.ipc.open_stream(parameters) as stream:
        rows: list[dict[str, Any]] = stream.read_all().to_pylist()
    return rows[0] if rows else {}


def _judge(con: duckdb.DuckDBPyConnection, task: SqlTask) -> SqlReply:
    if len(task.text) > LONGEST:
        return SqlReply("sql_nested")
    try:
        parsed = con.execute(_read_sql("parsed"), {"text": task.text}).fetchall()[0][0]
        names = {row[0] for row in con.execute(_read_sql("system_names")).fetchall()}
        tables, fault = judge_statement(parsed, task.closed, names, task.text)
    except RecursionError:
        return SqlReply("sql_nested")
    except (duckdb.Error, MemoryError) as error:
        return _failure(error)
    fault = fault or StatementFault("")
    return SqlReply(fault.code, fault.text[:LONGEST_ERROR], tables)


def _answer(
    con: duckdb.DuckDBPyConnection, text: str, parameters: dict[str, Any]
) -> tuple[SqlReply, bytes]:
    try:
        relation = con.sql(text, params=parameters)
        names = Counter(relation.columns)
        repeated = [name for name, count in names.items() if count > 1]
        if repeated:
            return SqlReply("sql_same_name", ", ".join(repeated)), b""
        reader = relation.to_arrow_reader(BATCH)
        return SqlReply(), _write_stream(reader.schema, _take_batches(reader))
    except OverflowError:
        return SqlReply("sql_bytes"), b""
    except (duckdb.Error, MemoryError, pa.ArrowException) as error:
        return _failure(error), b""


def _failure(error: Exception) -> SqlReply:
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return SqlReply("sql_memory")
    return SqlReply("sql_wrong", str(error)[:LONGEST_ERROR])


def _take_batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Yield the batches of an answer; raises OverflowError when they are too large together."""
    size = 0
    for batch in reader:
        size += batch.nbytes
        if size > ANSWER_BYTES:
            raise OverflowError("the answer is too large")
        yield batch


def _write_stream(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, schema) as stream:
        for batch in batches:
            stream.write_batch(batch)
    return sink.getvalue()


def _read_sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
