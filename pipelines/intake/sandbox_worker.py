"""The limited child: names and bytes of files in through a pipe, what they say out; imports no Polars, no DuckDB.

Started by child.py as a program of its own, so that nothing of the parent (its modules, secrets, open files) is in it.
"""

import gc
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module

from pipelines.intake.issues import Issue, adopt_issue, make_issue
from pipelines.intake.model import Return
from pipelines.intake.templates.layout import IDENTITY_SHEET
from pipelines.reference import places
from pipelines.sandbox import Channel, decode, encode
from pipelines.sandbox.limits import set_cpu_limit, set_resource_limits
from pipelines.settings import Settings
from pipelines.spreadsheet.gate import inspect_file, read_workbook

FORBIDDEN_MODULES = ("polars", "duckdb")

ReturnParserFunction = Callable[..., Return]


@dataclass(frozen=True)
class SandboxTask:
    """What the parent says first."""

    settings: Settings
    #: `module:function` that turns a book into a Return.
    parser: str
    today: date
    #: Spellings of places that were confirmed before.
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkerReply:
    """What the child says of one file."""

    ret: Return | None
    issues: list[Issue]
    refused: bool


def main(descriptor: int) -> None:
    """Answer for one file after the other until the parent hangs up."""
    channel = Channel.from_descriptor(descriptor)
    task = decode(channel.receive(), SandboxTask)
    set_resource_limits(task.settings.limits.child_bytes)
    module, _, name = task.parser.partition(":")
    understand: ReturnParserFunction = getattr(import_module(module), name)
    known = places.load_places()
    channel.send(
        encode([module for module in FORBIDDEN_MODULES if module in sys.modules], list[str])
    )
    # NOTE: without this every collection walks the catalogue again, a third of the time of a file.
    gc.collect()
    gc.freeze()
    while True:
        try:
            file, data = decode_name(channel.receive()), channel.receive()
        except EOFError:
            return
        set_cpu_limit(task.settings.limits.child_seconds)
        channel.send(encode(parse_file(file, data, task, understand, known), WorkerReply))


def encode_name(name: str) -> bytes:
    """A file's name as bytes; names that are not UTF-8 on the disk come through as they are."""
    return name.encode("utf-8", "surrogatepass")


def decode_name(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")


def parse_file(
    name: str,
    data: bytes,
    task: SandboxTask,
    parser: ReturnParserFunction,
    all_places: places.Places,
) -> WorkerReply:
    """Gate, book, form. An exception is our fault; the officer is told that the file is not taken all the same."""
    try:
        verdict = inspect_file(data, name, task.settings.limits, IDENTITY_SHEET)
        if verdict.kind is None:
            return WorkerReply(None, [adopt_issue(one) for one in verdict.issues], True)
        book, more = read_workbook(data, verdict, task.settings.limits)
        found = [adopt_issue(one) for one in (*verdict.issues, *more)]
        if not book.sheets:
            return WorkerReply(None, found, True)
        ret = parser(replace(book, name=name), all_places, task.today, task.aliases)
    except MemoryError:
        return WorkerReply(None, [make_issue("F015")], True)
    except Exception as error:
        return WorkerReply(
            None, [replace(make_issue("F006"), values={"fault": type(error).__name__})], True
        )
    if personal := [replace(one, text="") for one in ret.issues if one.discards]:
        return WorkerReply(None, personal, True)
    return WorkerReply(ret, found, False)
