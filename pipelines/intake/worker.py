"""The limited child: names and bytes of files in through a pipe, what they say out; imports no Polars, no DuckDB.

Started by child.py as a program of its own, so that nothing of the parent (its modules, secrets, open files) is in it.
"""

import gc
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module

from pipelines.intake.book import read_book
from pipelines.intake.gate import judge
from pipelines.intake.issues import Issue, issue
from pipelines.intake.returns import Return
from pipelines.reference import places
from pipelines.sandbox import Channel, decode, encode
from pipelines.sandbox.limits import set_cpu_limit, set_resource_limits
from pipelines.settings import Settings

FORBIDDEN = ("polars", "duckdb")

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
    channel = Channel.from_descriptor(descriptor)
    task = decode(channel.receive(), Task)
    set_resource_limits(task.settings.limits.child_bytes)
    module, _, name = task.understand.partition(":")
    understand: Understand = getattr(import_module(module), name)
    known = places.load()
    channel.send(encode([module for module in FORBIDDEN if module in sys.modules], list[str]))
    # NOTE: without this every collection walks the catalogue again, a third of the time of a file.
    gc.collect()
    gc.freeze()
    while True:
        try:
            file, data = decode_name(channel.receive()), channel.receive()
        except EOFError:
            return
        set_cpu_limit(task.settings.limits.child_seconds)
        channel.send(encode(answer(file, data, task, understand, known), Answer))


def encode_name(name: str) -> bytes:
    """A file's name as bytes; names that are not UTF-8 on the disk come through as they are."""
    return name.encode("utf-8", "surrogatepass")


def decode_name(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


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
