"""Limits that a worker process sets on itself before it touches untrusted bytes.

Linux enforces all of them. Elsewhere `watchdog.py` ends a worker that computes or holds too much.
"""

import math
import sys
from importlib import import_module
from typing import Any

from pipelines.settings import MEGABYTE

OPEN_FILES, WRITTEN_BYTES = 64, 64 * MEGABYTE


def _import_resource() -> Any:
    """Return the module that sets limits; None on Windows."""
    try:
        return import_module("resource")
    except ImportError:
        return None


resource = _import_resource()
#: Does the system itself end a worker that uses too much? macOS knows no limit of memory.
IS_ENFORCED = resource is not None and sys.platform == "linux"


def set_resource_limits(memory_bytes: int) -> None:
    """Limit memory, core files, open files and the size of written files, where a system can."""
    if resource is None:
        return
    _lower_limit(resource.RLIMIT_AS, memory_bytes)
    _lower_limit(resource.RLIMIT_CORE, 0)
    _lower_limit(resource.RLIMIT_FSIZE, WRITTEN_BYTES)
    _lower_limit(resource.RLIMIT_NOFILE, OPEN_FILES)


def set_cpu_limit(seconds: int) -> None:
    """Allow so many more seconds of computing.

    The kernel ends the process when they are used up.
    """
    if resource is None:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(usage.ru_utime + usage.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def _lower_limit(kind: int, value: int) -> None:
    """Lower one limit of this process.

    NOTE: a process may lower its hard limit but never raise it.
    """
    _, hard = resource.getrlimit(kind)
    value = value if hard < 0 else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        # macOS refuses some; its workers are watched.
        if IS_ENFORCED:
            raise
