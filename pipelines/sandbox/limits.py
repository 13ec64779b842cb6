"""Limits that a worker process sets on itself before it touches untrusted bytes."""

import math
import resource

from pipelines.settings import MEGABYTE

OPEN_FILES, WRITTEN_BYTES = 64, 64 * MEGABYTE


def set_resource_limits(memory_bytes: int) -> None:
    """Limit memory, core files, open files and the size of written files."""
    _lower_limit(resource.RLIMIT_AS, memory_bytes)
    _lower_limit(resource.RLIMIT_CORE, 0)
    _lower_limit(resource.RLIMIT_FSIZE, WRITTEN_BYTES)
    _lower_limit(resource.RLIMIT_NOFILE, OPEN_FILES)


def set_cpu_limit(seconds: int) -> None:
    """Allow so many more seconds of computing.

    The kernel ends the process when they are used up.
    """
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
    resource.setrlimit(kind, (value, value))
