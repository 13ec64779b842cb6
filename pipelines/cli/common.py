"""What the commands share: where the home is, which language, how an answer or a refusal is printed."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
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

from pipelines import catalog, settings
from pipelines.errors import CauNoiError, PlaceError, Refused
from pipelines.present import display
from pipelines.present.text import say
from pipelines.reference import places
from pipelines.settings import Settings
from pipelines.store.home import made

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

WIDE = 200

#: Where our faults are told at length, in the home.
LOG = "caunoi.log"

#: stdout carries answers only; everything said about the work goes to stderr.
#: NOTE: where nobody looks on, a table is as wide as it needs: a pipe has no columns.
out = Console(width=None if sys.stdout.isatty() else WIDE)
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


@dataclass
class Run:
    """What one command has done so far."""

    #: A machine has been given its answer already.
    answered: bool = False
    #: The home it works in; the log stands there.
    home: Path | None = None


_RUN = Run()


def begin() -> Run:
    """A new command: nothing said, no home known."""
    _RUN.answered, _RUN.home = False, None
    return _RUN


def configured(home: Path | None) -> Settings:
    """The settings of the home a command works in; raises Refused when its settings.toml is not right."""
    try:
        chosen = settings.load(home)
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused(str(error), code="bad_settings", text=str(error)) from error
    _RUN.home = chosen.home
    return chosen


def log(text: str) -> None:
    """A line for whoever looks after the machine; lost only with the disk."""
    folder = _RUN.home or settings.home_of(None)
    with contextlib.suppress(OSError), (made(folder) / LOG).open("a", encoding="utf-8") as file:
        file.write(f"{datetime.now(HANOI).isoformat(timespec='seconds')} {text}\n")


def print_json(answer: dict[str, Any]) -> None:
    _RUN.answered = True
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
        say_err(message(error), style="red")
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


def check_district(code: str) -> str:
    """The code, when some district has or had it; raises PlaceError."""
    if code not in {place.district_code for place in places.load().versions if place.district_code}:
        raise PlaceError(f"no district has the code {code!r}", text=code, near="")
    return code


def say_out(text: str, style: str = "") -> None:
    """A line of an answer, as it is: no markup, no colours of its own."""
    out.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def say_err(text: str, style: str = "") -> None:
    """A line about the work, as it is."""
    err.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def print_table(frame: pl.DataFrame, right: Collection[str] = ()) -> None:
    """Print a frame as a plain table, every row of it; numbers, and the columns named, stand to the right."""
    table = Table(box=None, header_style="bold")
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() or name in right else "left")
    for row in frame.iter_rows():
        table.add_row(*("" if cell is None else _cell(cell) for cell in row))
    out.print(table)


def print_facts(facts: Mapping[str, object], as_json: bool) -> None:
    """A few facts by name: as JSON, or in words, those that are nothing left out."""
    if as_json:
        print_json(dict(facts))
        return
    known = [(word(f"cli.fact_{name}"), _fact(value)) for name, value in facts.items() if value is not None]
    print_table(pl.DataFrame(known, schema=[" ", "  "], orient="row"))


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return word(f"system.{'yes' if value else 'no'}")
    return display.number(value, language()) if isinstance(value, int) else str(value)


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if value.is_integer() else f"{value:.6g}"
