"""A locked-down connection to one build, and queries with a limit of computing and size."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.warehouse.lockdown import connect_read_only as connect_read_only

#: Seconds a question may compute.
CPU_SECONDS = 5.0
#: An answer of more cells is given up: 160 MB of numbers.
CELLS = 20_000_000
#: Rows fetched at a time.
BATCH = 100_000
#: Types of columns that `run_small_query` knows.
KINDS: dict[str, type[pl.DataType]] = {
    "VARCHAR": pl.String,
    "BOOLEAN": pl.Boolean,
    "SMALLINT": pl.Int16,
    "INTEGER": pl.Int32,
    "BIGINT": pl.Int64,
    "DATE": pl.Date,
}


def run_query(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """Answer one query as a frame; raises Refused after five CPU seconds or too many cells."""
    with _limited_cursor(con) as cursor:
        return _fetch_bounded(cursor.sql(sql, params=dict(parameters or {})))


def run_numeric_query(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any]
) -> pl.DataFrame:
    """Answer one query whose columns are numbers and plain texts only.

    NOTE: a relation plans twice, 3 ms each time; a page makes two of these queries for every
    change. A command makes three and ends: importing numpy would cost it more (0.1 s).
    """
    with _limited_cursor(con) as cursor:
        if "numpy" not in sys.modules:
            return _fetch_relation(cursor.sql(sql, params=dict(parameters)))
        columns = cursor.execute(sql, dict(parameters)).fetchnumpy()
    return pl.DataFrame([_make_series(name, values) for name, values in columns.items()])


def run_small_query(con: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """Answer a query of some thousand plain values, row by row.

    NOTE: a command opens a build with three of these; Arrow and numpy cost it 0.15 s of import.
    """
    with _limited_cursor(con) as cursor:
        columns = cursor.execute(sql).description or []
        rows = cursor.fetchall()
    schema = {name: KINDS[str(kind)] for name, kind, *_ in columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _fetch_relation(relation: Any) -> pl.DataFrame:
    """Fetch an answer by the Arrow stream that Polars reads itself; decimals as numpy has them."""
    return pl.DataFrame(relation).with_columns(pl.selectors.decimal().cast(pl.Float64))


def _fetch_bounded(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Fetch the answer batch by batch; raises Refused (sql_same_name, too_much).

    NOTE: two columns of one name are an answer to DuckDB and none to Polars, whose error names
    neither.
    """
    import pyarrow as pa  # 0.1 s: only where an answer comes through Arrow

    counts = Counter(relation.columns)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise Refused(
            f"several columns are called {repeated}", code="sql_same_name", text=", ".join(repeated)
        )
    columns = max(len(relation.columns), 1)
    most_rows = CELLS // columns
    reader = relation.to_arrow_reader(BATCH)
    batches = []
    fetched_rows = 0
    for batch in reader:
        fetched_rows += batch.num_rows
        if fetched_rows > most_rows:
            raise Refused("the answer is too large", code="too_much", n=CELLS)
        batches.append(batch)
    table = pa.Table.from_batches(batches, reader.schema)
    return convert_to_utc(pl.DataFrame(pl.from_arrow(table)))


def convert_to_utc(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with its moments in UTC.

    NOTE: DuckDB hands them out in the zone of the machine.
    """
    return frame.with_columns(pl.selectors.datetime(time_zone="*").dt.convert_time_zone("UTC"))


def _make_series(name: str, values: Any) -> pl.Series:
    import numpy as np  # DuckDB has loaded it by now, which a command that asks nothing does not

    if values.dtype == object:
        return pl.Series(name, values.tolist(), dtype=pl.String)
    if np.ma.isMaskedArray(values):
        is_null = pl.Series(np.ma.getmaskarray(values))
        return pl.Series(name, values.data).set(is_null, None)
    return pl.Series(name, values)


@contextmanager
def _limited_cursor(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a cursor that is interrupted after five CPU seconds; raises Refused (too_slow) then."""
    cursor = con.cursor()
    try:
        with _watch.interrupt_after(cursor.interrupt):
            yield cursor
    except duckdb.InterruptException as error:
        raise Refused(
            "the question took too long", code="too_slow", seconds=int(CPU_SECONDS)
        ) from error
    finally:
        cursor.close()


class _Watchdog:
    """One thread that interrupts queries; a timer per query would cost more than the query.

    NOTE: they are limited by the computing of the thread that asks, which does all of it: on a busy
    machine a healthy question waits, and by the clock it would be refused.
    """

    def __init__(self) -> None:
        self._running: dict[int, tuple[Callable[[], float], float, Callable[[], None]]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._next = 0

    @contextmanager
    def interrupt_after(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call `stop` when this thread computes longer than CPU_SECONDS in the block."""
        read_clock = _own_cpu_clock()
        with self._changed:
            self._next = number = self._next + 1
            self._running[number] = (read_clock, read_clock() + CPU_SECONDS, stop)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="too-slow", daemon=True)
                self._thread.start()
            elif len(self._running) == 1:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._running.pop(number, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._running:
                    self._changed.wait()
                self._interrupt_late()
                self._changed.wait(CPU_SECONDS / 20)

    def _interrupt_late(self) -> None:
        for number, (read_clock, deadline, stop) in list(self._running.items()):
            if deadline <= read_clock():
                del self._running[number]
                stop()


def _own_cpu_clock() -> Callable[[], float]:
    """Return what tells any thread the seconds that the calling one has computed.

    Where threads have no clock that others may read, it is that of the process.
    """
    read_clock: Callable[[int], float] | None = getattr(time, "clock_gettime", None)
    if read_clock is None or not hasattr(time, "pthread_getcpuclockid"):
        return time.process_time
    return partial(read_clock, time.pthread_getcpuclockid(threading.get_ident()))


_watch = _Watchdog()
