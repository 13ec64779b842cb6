"""What the commands share: where the home is, which language, how an answer or a refusal is printed."""

import json
import os
import sys
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines import catalog
from pipelines.errors import CauNoiError

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


def print_json(answer: dict[str, Any]) -> None:
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


def refuse(error: CauNoiError) -> int:
    """Say no with the error's sentence; as JSON where a machine is listening."""
    if "--json" in sys.argv:
        print_json({"error": {"code": error.code, "message": message(error)}})
    else:
        err.print(message(error), style="red", markup=False, highlight=False)
    return Code.REFUSED


def progress() -> Progress:
    """A progress bar on stderr that leaves no trace when nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)


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
