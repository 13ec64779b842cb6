"""Runs our code as on Windows: without the modules and calls that only POSIX systems have.

Python's own library and the packages we use keep what they have, since they have a way of their own
for every system. As a program it runs commands, one JSON list each, in one process; `run FILE` runs
a notebook. It prints the exit code of each.
"""

import json
import os
import runpy
import signal
import sys
import types
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OURS = ("pipelines", "dashboard", "tests", "__marimo__", "caunoi")
MODULES = frozenset({"fcntl", "resource", "pwd", "grp", "termios"})
_CALLS = """fork forkpty geteuid getuid getgid setsid getpgid killpg chown lchown fchown fchmod
    set_blocking mkfifo uname statvfs sysconf nice getloadavg pread pwrite posix_fallocate
    O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_DIRECTORY O_SYNC
    SIGKILL SIGXCPU SIGHUP SIGALRM SIGPIPE SIGCHLD SIGUSR1 alarm pthread_sigmask"""
CALLS = frozenset(_CALLS.split())


def is_called_by_us(depth: int) -> bool:
    """Does the code `depth` frames above the caller belong to us?"""
    name = str(sys._getframe(depth + 1).f_globals.get("__name__", ""))
    return name.partition(".")[0] in OURS


class RefusingFinder(MetaPathFinder):
    """Finds none of the modules that Windows lacks."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> None:
        if name in MODULES:
            raise ModuleNotFoundError(f"no {name} here", name=name)


class PoorModule(types.ModuleType):
    """A module of which our code sees only what Windows has."""

    def __init__(self, whole: types.ModuleType) -> None:
        super().__init__(whole.__name__)
        self.__dict__["_whole"] = whole

    def __getattr__(self, name: str) -> Any:
        if name in CALLS and is_called_by_us(1):
            raise AttributeError(f"{self.__name__} has no {name} here", name=name)
        return getattr(self.__dict__["_whole"], name)


def refuse_posix_options() -> None:
    """Make Popen refuse what it refuses on Windows."""
    import subprocess

    start = subprocess.Popen.__init__

    def start_plainly(self: Any, *arguments: Any, **options: Any) -> None:
        for name in ("pass_fds", "preexec_fn"):
            if options.get(name) and is_called_by_us(1):
                raise ValueError(f"{name} is not known here")
        start(self, *arguments, **options)

    subprocess.Popen.__init__ = start_plainly  # type: ignore[method-assign]


def hide() -> None:
    """Hide what Windows lacks from here on, in this process and in our workers."""
    # These have a way of their own for Windows: they are loaded before this system's is hidden.
    import filelock  # noqa: F401
    import psutil  # noqa: F401

    refuse_posix_options()
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, RefusingFinder())
    for module in (os, signal):
        sys.modules[module.__name__] = PoorModule(module)
    from pipelines.sandbox import process

    process._PROGRAM = f"import tests.other_systems as o; o.hide(); {process._PROGRAM}"


def run(words: list[str]) -> int:
    """Run a command, or a notebook, and return its exit code."""
    from pipelines.cli import run_command

    if words[0] != "run":
        return run_command(words)
    _, defined = runpy.run_path(words[1])["app"].run()
    defined["store"].close()
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    hide()
    from pipelines.cli import printer

    printer.guard_streams()
    for command in map(json.loads, sys.argv[1:]):
        sys.stderr.write(f"{command[0]} {run(command)}\n")
