"""The limited child: names and bytes of files in through a pipe, what they say out; imports no Polars, no DuckDB.

Started by child.py as a program of its own, so that nothing of the parent (its modules, secrets, open files) is in it.
"""

import gc
import math
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from multiprocessing.connection import Connection

from pipelines.intake.book import read_book
from pipelines.intake.gate import judge
from pipelines.intake.issues import Issue, issue
from pipelines.intake.returns import Return
from pipelines.reference import places
from pipelines.settings import MEGABYTE, Settings

FORBIDDEN = ("polars", "duckdb")
_OPEN_FILES, _WRITTEN_BYTES = 64, 64 * MEGABYTE

Understand = Callable[..., Return]


@dataclass(frozen=True)
class Task:
    """What the parent says first."""

    settings: Settings
    #: `module:function` that turns a book into a Return.
    understand: str
    today: date
    #: Spellings of places that were confirmed before.
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the child says of one file."""

    ret: Return | None
    issues: list[Issue]
    refused: bool


def main(descriptor: int) -> None:
    """Answer for one file after the other until the parent hangs up."""
    pipe = Connection(descriptor)
    task: Task = pipe.recv()
    limit(task.settings)
    module, _, name = task.understand.partition(":")
    understand: Understand = getattr(import_module(module), name)
    known = places.load()
    pipe.send([module for module in FORBIDDEN if module in sys.modules])
    # NOTE: without this every collection walks the catalogue again, a third of the time of a file.
    gc.collect()
    gc.freeze()
    while True:
        try:
            file, data = pipe.recv()
        except EOFError:
            return
        allow(task.settings.limits.child_seconds)
        pipe.send(answer(file, data, task, understand, known))


def limit(settings: Settings) -> None:
    """Bounds on memory, core files, open files and what may be written."""
    limits = settings.limits
    _lower(resource.RLIMIT_AS, limits.child_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, _WRITTEN_BYTES)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)


def allow(seconds: int) -> None:
    """So much more computing time; the kernel ends the process when it is used up."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(usage.ru_utime + usage.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))


def answer(name: str, data: bytes, task: Task, understand: Understand, known: places.Places) -> Answer:
    """Gate, book, form. An exception is our fault; the officer is told that the file is not taken all the same."""
    try:
        verdict = judge(data, name, task.settings.limits)
        if verdict.kind is None:
            return Answer(None, verdict.issues, True)
        book, more = read_book(data, verdict, task.settings.limits)
        found = [*verdict.issues, *more]
        if not book.sheets:
            return Answer(None, found, True)
        ret = understand(replace(book, name=name), known, task.today, task.aliases)
    except MemoryError:
        return Answer(None, [issue("F015")], True)
    except Exception as error:
        return Answer(None, [replace(issue("F006"), values={"fault": type(error).__name__})], True)
    if personal := [replace(one, text="") for one in ret.issues if one.discards]:
        return Answer(None, personal, True)
    return Answer(ret, found, False)


def _lower(kind: int, value: int) -> None:
    """NOTE: a process may lower its hard limit but never raise it."""
    _, hard = resource.getrlimit(kind)
    value = value if hard < 0 else min(value, hard)
    resource.setrlimit(kind, (value, value))
