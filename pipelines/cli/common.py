"""What the commands share: where the home is, which language, how an answer or a refusal is printed."""

import json
import os
from collections.abc import Callable
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import polars as pl
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines import catalog
from pipelines.errors import CauNoiError, Refused
from pipelines.present.text import say

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

#: stdout carries answers only; everything said about the work goes to stderr.
out = Console()
err = Console(stderr=True)


class Code(IntEnum):
    """Exit codes of every command (design, section 6)."""

    DONE = 0
    DATA_HAS_ERRORS = 1
    REFUSED = 2
    OUR_FAULT = 3


HomeOption = Annotated[Path | None, typer.Option("--home", help="Where the run-time data live (CAUNOI_HOME).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
WhyOption = Annotated[str, typer.Option("--why", help="The reason, kept in the ledger.")]


def language() -> catalog.Language:
    """The language of sentences in the terminal: `CAUNOI_LANG`, Vietnamese unless it says `en`."""
    return "en" if os.environ.get("CAUNOI_LANG", "vi").startswith("en") else "vi"


_SAID: list[dict[str, Any]] = []


def begin() -> None:
    """A new command: nothing has been answered yet."""
    _SAID.clear()


def answered() -> bool:
    """Has this command given a machine its answer already?"""
    return bool(_SAID)


def print_json(answer: dict[str, Any]) -> None:
    _SAID.append(answer)
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")


def message(error: CauNoiError) -> str:
    """The reader's sentence for an error, or its plain English where the catalogue has none."""
    known = error.code in catalog.messages()
    return catalog.sentence(error.code, language(), **error.values) if known else str(error)


def message_of(code: str, **values: object) -> str:
    """The catalogue's sentence for a code, in the terminal's language."""
    return catalog.sentence(code, language(), **values)


def word(key: str, **values: object) -> str:
    """A word of the terminal, in its language."""
    return say(key, language(), **values)


def refuse(error: CauNoiError, *, as_json: bool) -> int:
    """Say no with the error's sentence; as JSON where a machine is listening."""
    if as_json:
        print_json({"error": {"code": error.code, "message": message(error)}})
    else:
        err.print(message(error), style="red", markup=False, highlight=False)
    return Code.REFUSED


def progress() -> Progress:
    """A progress bar on stderr that leaves no trace when nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)


def ticking(bar: Progress, about: str) -> Callable[[int, int], None]:
    """What long work calls to move the bar: so many of so many done."""
    task = bar.add_task(about, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


def instant(text: str) -> datetime | None:
    """An ISO time, in Hanoi where it names no zone; nothing for no text. Raises Refused."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is not a time", code="unknown_day", text=text) from error
    return found if found.tzinfo else found.replace(tzinfo=HANOI)


def print_table(frame: pl.DataFrame) -> None:
    """Print a frame as a plain table, numbers to the right, every row of it."""
    table = Table(box=None, header_style="bold")
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left")
    for row in frame.iter_rows():
        table.add_row(*("" if cell is None else _cell(cell) for cell in row))
    out.print(table)


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if value.is_integer() else f"{value:.6g}"
