"""A connection to one build that can read its tables and nothing else, and a question that cannot run for ever."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from pipelines.errors import Refused

#: No files, network, extensions or Python variables, no way to change that (docs/domain.md 6.6).
LOCKED: dict[str, Any] = {
    "enable_external_access": False,
    "allow_community_extensions": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "memory_limit": "1GB",
    "threads": 2,
    "max_temp_directory_size": "0B",
    "lock_configuration": True,
}
SECONDS = 5.0
#: An answer of more cells is given up: 160 MB of numbers.
CELLS = 20_000_000
#: Rows fetched at a time.
BATCH = 100_000


def connect_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a finished build read-only and locked down."""
    return duckdb.connect(str(path), read_only=True, config=dict(LOCKED))


def run_query(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """The answer to one question as a frame; one cursor a call, interrupted after five seconds."""
    with _limited_cursor(con) as cursor:
        return _fetch_bounded(cursor.sql(sql, params=dict(parameters or {})))


def run_numeric_query(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any]
) -> pl.DataFrame:
    """The same for answers of numbers and plain texts only.

    NOTE: a relation plans twice and goes through Arrow, 3 ms each time; a page asks two of these for every change.
    """
    with _limited_cursor(con) as cursor:
        found = cursor.execute(sql, dict(parameters)).fetchnumpy()
    return pl.DataFrame([_make_series(name, values) for name, values in found.items()])


def _fetch_bounded(asked: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """The answer, fetched piece by piece and given up when it grows too large to hold; raises Refused.

    NOTE: two columns of one name are an answer to DuckDB and none to Polars, whose error speaks of neither.
    """
    twice = [name for name, times in Counter(asked.columns).items() if times > 1]
    if twice:
        raise Refused(
            f"several columns are called {twice}", code="sql_same_name", text=", ".join(twice)
        )
    rows = CELLS // max(len(asked.columns), 1)
    reader = asked.to_arrow_reader(BATCH)
    pieces, fetched = [], 0
    for piece in reader:
        fetched += piece.num_rows
        if fetched > rows:
            raise Refused("the answer is too large", code="too_much", n=CELLS)
        pieces.append(piece)
    return pl.DataFrame(pl.from_arrow(pa.Table.from_batches(pieces, reader.schema)))


def _make_series(name: str, values: Any) -> pl.Series:
    if values.dtype == object:
        return pl.Series(name, values.tolist(), dtype=pl.String)
    if isinstance(values, np.ma.MaskedArray):
        return pl.Series(name, values.data).set(pl.Series(np.ma.getmaskarray(values)), None)
    return pl.Series(name, values)


@contextmanager
def _limited_cursor(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor of its own, interrupted after five seconds; raises Refused then."""
    cursor = con.cursor()
    try:
        with _watch.interrupt_after(cursor.interrupt):
            yield cursor
    except duckdb.InterruptException as error:
        raise Refused(
            "the question took too long", code="too_slow", seconds=int(SECONDS)
        ) from error
    finally:
        cursor.close()


class _Watchdog:
    """One thread that calls what has not left in time; a timer of its own for each question cost more than it."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[float, Callable[[], None]]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._next = 0

    @contextmanager
    def interrupt_after(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call `stop` when the block takes longer than SECONDS."""
        with self._changed:
            self._next = number = self._next + 1
            self._waiting[number] = (time.monotonic() + SECONDS, stop)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="too-slow", daemon=True)
                self._thread.start()
            elif len(self._waiting) == 1:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._waiting.pop(number, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                now = time.monotonic()
                late = [n for n, (deadline, _) in self._waiting.items() if deadline <= now]
                for number in late:
                    self._waiting.pop(number)[1]()
                self._changed.wait(SECONDS / 20)


_watch = _Watchdog()
