"""A connection to one build that can read its tables and nothing else, and a question that cannot run for ever."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.errors import Refused

#: Settings of security 6.2: no files, no network, no extensions, no Python variables, no way to change any of it.
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


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a finished build read-only and locked down."""
    return duckdb.connect(str(path), read_only=True, config=dict(LOCKED))


def ask(con: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """The answer to one question as a frame; one cursor a call, interrupted after five seconds."""
    cursor = con.cursor()
    timer = threading.Timer(SECONDS, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        frame: pl.DataFrame = cursor.sql(sql, params=dict(parameters or {})).pl()
    except duckdb.InterruptException as error:
        raise Refused("the question took too long", code="too_slow", seconds=int(SECONDS)) from error
    finally:
        timer.cancel()
        cursor.close()
    return frame
