"""Parse files in the limited process: names and bytes come through a pipe, replies go back.

It imports no Polars and no DuckDB. sandbox.py starts it as a program of its own, so that nothing of
the parent (its modules, secrets, open files) is in it.
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
    """Hold what the parent sends first."""

    settings: Settings
    #: `module:function` that turns a book into a Return.
    parser: str
    today: date
    #: Spellings of places that were confirmed before.
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkerReply:
    """Hold what the process says of one file."""

    ret: Return | None
    issues: list[Issue]
    refused: bool


def main(descriptor: int) -> None:
    """Answer for one file after the other until the parent hangs up."""
    channel = Channel.from_descriptor(descriptor)
    task = decode(channel.receive(), SandboxTask)
    set_resource_limits(task.settings.limits.child_bytes)
    module, _, name = task.parser.partition(":")
    parser: ReturnParserFunction = getattr(import_module(module), name)
    all_places = places.load_places()
    unwanted = [module for module in FORBIDDEN_MODULES if module in sys.modules]
    channel.send(encode(unwanted, list[str]))
    # NOTE: without this every collection walks the catalogue again, a third of the time of a file.
    gc.collect()
    gc.freeze()
    while True:
        try:
            file, data = decode_name(channel.receive()), channel.receive()
        except EOFError:
            return
        set_cpu_limit(task.settings.limits.child_seconds)
        reply = parse_file(file, data, task, parser, all_places)
        channel.send(encode(reply, WorkerReply))


def encode_name(name: str) -> bytes:
    """Encode a file's name; names that are not UTF-8 on the disk come through as they are."""
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
    """Inspect, read and parse one file.

    An exception is our fault; the officer is told that the file is not taken all the same.
    """
    limits = task.settings.limits
    try:
        inspection = inspect_file(data, name, limits, IDENTITY_SHEET)
        issues = list(map(adopt_issue, inspection.issues))
        if inspection.kind is None:
            return WorkerReply(None, issues, True)
        book, read_issues = read_workbook(data, inspection, limits)
        issues += map(adopt_issue, read_issues)
        if not book.sheets:
            return WorkerReply(None, issues, True)
        ret = parser(replace(book, name=name), all_places, task.today, task.aliases)
    except MemoryError:
        return WorkerReply(None, [make_issue("F015")], True)
    except Exception as error:
        fault = replace(make_issue("F006"), values={"fault": type(error).__name__})
        return WorkerReply(None, [fault], True)
    personal = [replace(issue, text="") for issue in ret.issues if issue.discards]
    if personal:
        return WorkerReply(None, personal, True)
    return WorkerReply(ret, issues, False)
