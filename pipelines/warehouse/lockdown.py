"""The settings under which a finished build is opened: it answers, and reaches nothing else.

NOTE: apart from connect.py, so that the process for free SQL need not load Polars.
"""

from pathlib import Path
from typing import Any

import duckdb

#: No files, network, extensions or Python variables, no way to change that (docs/domain.md 6.6).
LOCKED: dict[str, Any] = {
    "enable_external_access": False,
    "allow_community_extensions": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "memory_limit": "1GB",
    # NOTE: a question is answered by the thread that asks, whose computing is limited.
    "threads": 1,
    "max_temp_directory_size": "0B",
    "lock_configuration": True,
}


def connect_read_only(path: Path, threads: int = 1, zone: str = "") -> duckdb.DuckDBPyConnection:
    """Open a finished build read-only and locked down.

    More `threads` are for a process that is limited as a whole, and so is a `zone`, in which days
    are counted; without one it is the machine's. NOTE: all connections of a process to one file
    have the same settings.
    """
    config = {**LOCKED, "threads": threads, "lock_configuration": not zone}
    con = duckdb.connect(str(path), read_only=True, config=config)
    if zone:
        con.execute("set global TimeZone = ?", [zone])
        con.execute("set lock_configuration = true")
    return con
