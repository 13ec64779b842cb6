"""What the commands share: the home, the language, and the printing of answers and refusals."""

import contextlib
import os
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from pipelines import catalog, settings
from pipelines.cli import printer
from pipelines.cli.printer import progress, say_err, say_out
from pipelines.errors import CauNoiError, PlaceError, Refused, StoreFull
from pipelines.present.format import numbers
from pipelines.present.format.escaping import escape_terminal
from pipelines.present.i18n import translate
from pipelines.reference.periods import read_period
from pipelines.settings import Settings
from pipelines.store.atomic_files import is_disk_error, is_path_error, open_private, write_all
from pipelines.store.paths import ensure_dir

if TYPE_CHECKING:  # a command without a table needs neither
    import polars as pl
    from rich.progress import Progress

#: Letters of a path that a sentence shows.
SHOWN_PATH = 300
#: The log of our faults, in the home.
LOG = "caunoi.log"

#: Printed by the commands as `common.say_out(…)`.
__all__ = ["progress", "say_err", "say_out"]


class ExitCode(IntEnum):
    """Exit codes of every command, as in README.md."""

    DONE = 0
    DATA_HAS_ERRORS = 1
    REFUSED = 2
    OUR_FAULT = 3


HomeOption = Annotated[Path | None, typer.Option("--home")]
JsonOption = Annotated[bool, typer.Option("--json")]
WhyOption = Annotated[str, typer.Option("--why")]


def terminal_language() -> catalog.Language:
    """Return the language of the terminal: `CAUNOI_LANG`, Vietnamese unless it says `en`."""
    return catalog.reader_language()


@dataclass
class CommandRun:
    """What one command has done so far."""

    #: A machine has been given its answer already.
    answered: bool = False
    #: The home it works in; the log stands there.
    home: Path | None = None
    #: The office's zone.
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(Settings.timezone))


_RUN = CommandRun()


def begin_run() -> CommandRun:
    """Begin a new command: nothing answered, no home known."""
    _RUN.answered, _RUN.home = False, None
    return _RUN


def missing_files(paths: Iterable[Path]) -> list[str]:
    """List the names of the paths at which nothing stands, not even a broken link.

    A name that no disk can hold is one of them.
    """
    return [path.name for path in paths if not _exists(path)]


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def has_answered() -> bool:
    """Has this command given a machine its answer?"""
    return _RUN.answered


def load_configured(home: Path | None) -> Settings:
    """Return the settings of the home a command works in.

    Raises DefinitionError when its settings.toml or a changed catalogue file is not right.
    """
    from pipelines.reference.table_check import check_if_changed  # help checks nothing

    found = settings.load_settings(home)
    _RUN.home, _RUN.zone = found.home, found.zone
    check_if_changed(found.home)
    return found


def write_log(text: str) -> None:
    """Append a line to the log of the home; a disk that takes none is no error."""
    folder = _RUN.home or settings.resolve_home(None)
    line = f"{datetime.now(_RUN.zone).isoformat(timespec='seconds')} {text}\n"
    with contextlib.suppress(OSError), open_private(ensure_dir(folder) / LOG, os.O_APPEND) as file:
        write_all(file, line.encode("utf-8", "backslashreplace"))


def log_fault(error: Exception) -> str:
    """Write into the log where our fault happened; returns the code of the entry.

    NOTE: where it happened, never the values: an error's text may hold somebody's data.
    """
    code = os.urandom(3).hex().upper()
    places_in_code = "".join(traceback.format_tb(error.__traceback__))
    write_log(f"{code} {type(error).__name__}\n{places_in_code}")
    return code


def say_fault(error: Exception, about: str) -> None:
    """Say that our fault concerns one file, with the code that leads to the log.

    What a disk did not take is no fault of ours: it is named.
    """
    if is_disk_error(error):
        say_err(error_message(disk_refusal(error)), style="red")
        return
    say_err(f"{about}: {catalogue_message('our_fault', incident=log_fault(error))}", style="red")


def print_json(answer: Mapping[str, Any]) -> None:
    """Give a machine its answer: one JSON object."""
    _RUN.answered = True
    printer.print_json(answer)


def error_message(error: CauNoiError) -> str:
    """Return the reader's sentence for an error, or its plain English if the catalogue has none."""
    try:
        is_known = error.code in catalog.messages()
    except (CauNoiError, OSError, ValueError, KeyError, TypeError):
        is_known = False  # the error is about the catalogue's own sentences
    if is_known:
        return catalogue_message(error.code, **error.values)
    return escape_terminal(str(error))


def catalogue_message(code: str, **values: object) -> str:
    """Return the catalogue's sentence for a code, in the terminal's language."""
    return catalog.format_sentence(code, terminal_language(), **printer.escape_values(values))


def terminal_text(key: str, **values: object) -> str:
    """Return a text of the terminal, in its language."""
    return translate(key, terminal_language(), **printer.escape_values(values))


def disk_refusal(error: Exception | None = None) -> StoreFull:
    """Return the refusal that names what a disk did not take: a file, or else the home."""
    given = error.values.get("name") if isinstance(error, StoreFull) else None
    file = given or getattr(error, "filename", None)
    name = str(file) if file else str(_RUN.home or settings.resolve_home(None))
    return StoreFull("the disk takes nothing", code="disk_takes_nothing", name=name)


def find_file_refusal(error: Exception) -> CauNoiError | None:
    """Return the refusal of a disk that takes nothing or of a path where no file can stand.

    None for any other error.
    """
    if is_disk_error(error):
        return disk_refusal(error)
    if not is_path_error(error):
        return None
    name = str(getattr(error, "filename", None) or "")
    return Refused("no usable path", code="path_unusable", name=name[:SHOWN_PATH])


def print_refusal(error: CauNoiError, *, as_json: bool) -> int:
    """Print the error's sentence; as JSON for a machine that has no answer yet."""
    if as_json and not _RUN.answered:
        print_json({"error": {"code": error.code, "message": error_message(error)}})
    else:
        say_err(error_message(error), style="red")
    return ExitCode.REFUSED


def make_ticker(bar: "Progress", about: str) -> Callable[[int, int], None]:
    """Return what long work calls to move the bar: so many of so many done."""
    task = bar.add_task(about, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


def office_zone() -> ZoneInfo:
    """Return the time zone of the office whose home the command works in."""
    return _RUN.zone


def parse_instant(text: str) -> datetime | None:
    """Parse an ISO time, by the office's clock where it names no zone; None for no text.

    Raises Refused.
    """
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is not a time", code="unknown_day", text=text) from error
    if instant.tzinfo is None:
        return instant.replace(tzinfo=_RUN.zone)
    return instant


def read_period_code(text: str) -> str:
    """Return the code of a period that people write: 2023, Q3/2022, quý III/2022, 2021..2023.

    Raises PeriodError.
    """
    span = read_period(text)
    # NOTE: the code of a month is that of its quarter.
    return text if span.finer else span.code


def choose_file(out: Path | None, name: str) -> Path:
    """Return the file to write: `name` in the folder given, or the file given.

    A file's name ends as `name` does; raises Refused (out_ending) for another ending.
    """
    if out is not None and out.suffix and not out.is_dir():
        ending = Path(name).suffix
        if out.suffix.lower() != ending:
            raise Refused(f"{out.name} is no {ending}", code="out_ending", name=out, text=ending)
        return out
    return choose_folder(out) / name


def choose_folder(out: Path | None) -> Path:
    """Return the folder to write several files to; the current one without any.

    It is made with its files: what is refused leaves no folder behind.

    Raises Refused (out_folder) for a name with an ending, unless it is a folder already.
    """
    if out is None:
        return Path()
    if out.suffix and not out.is_dir():
        raise Refused(f"{out.name} is one file", code="out_folder", name=out)
    return out


def check_district(code: str) -> str:
    """Return the code when some district has or had it; raises PlaceError."""
    from pipelines.reference import places  # help and most commands name no district

    if not code or code not in places.load_places().district_codes:
        raise PlaceError(f"no district has the code {code!r}", text=code, near="")
    return code


def check_place(code: str) -> str:
    """Return the code when some ward or district has or had it; raises PlaceError."""
    from pipelines.reference import places  # help and most commands name no place

    register = places.load_places()
    if code in register.district_codes or register.all_versions(code):
        return code
    raise PlaceError(f"no place has the code {code!r}", text=code, near="")


def print_table(frame: "pl.DataFrame", right: Collection[str] = ()) -> None:
    """Print a frame as a plain table; numbers, and the columns named, stand to the right."""
    numeric = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    printer.print_rows(frame.columns, frame.iter_rows(), right=[*right, *numeric])


def print_facts(facts: Mapping[str, object], as_json: bool) -> None:
    """Print a few facts by name: as JSON, or in words without those that are None."""
    if as_json:
        print_json(dict(facts))
        return
    rows = []
    for name, value in facts.items():
        if value is not None:
            rows.append((terminal_text(f"cli.fact_{name}"), _format_fact(value)))
    printer.print_rows((" ", "  "), rows)


def _format_fact(value: object) -> str:
    if isinstance(value, bool):
        return terminal_text(f"system.{'yes' if value else 'no'}")
    if isinstance(value, int):
        return numbers.format_number(value, terminal_language())
    return str(value)
