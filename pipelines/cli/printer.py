"""What commands print: text as it is, and never a reason for the work to end.

Everything printed passes here. A text is never read as markup, and what a terminal would obey is
shown instead. A reader who has gone (`caunoi kpi … | head`), a closed or full output and an ASCII
terminal cost the print, not the work.
"""

import codecs
import errno
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.operating_system import HAS_FILE_MODES
from pipelines.present.format.escaping import escape_terminal

if TYPE_CHECKING:
    from rich.progress import Progress

#: Columns of a table where nobody looks on: a pipe has none.
WIDE = 200
#: Characters of one printed line and of one cell of a table.
LONGEST_LINE, LONGEST_CELL = 4_000, 2_000
#: Errors of a stream whose reader has gone or never was there.
GONE = frozenset({errno.EPIPE, errno.EBADF, errno.EIO, errno.ECONNRESET})
#: Letters that do not come apart into a Latin letter and its marks.
LETTERS = {
    "đ": "d",
    "Đ": "D",
    "–": "-",
    "—": "-",
    "·": "-",
    "…": "...",
    "→": "->",
    "“": '"',
    "”": '"',
    "’": "'",
}
SIMPLIFIED = "caunoi.simplified"
#: What a JSON text may hold and a terminal would obey or turn around.
_UNSEEN = re.compile(
    r"[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]"
)


class SafeStream:
    """A standard stream whose writes never raise.

    After a failure it is silent and `lost` holds the error.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost: Exception | None = None

    def write(self, text: str) -> int:
        self._try(lambda: self._stream.write(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        self.write("".join(lines))

    def flush(self) -> None:
        self._try(self._stream.flush)

    @property
    def is_full(self) -> bool:
        """Was an answer lost although somebody waits for it?"""
        return isinstance(self.lost, OSError) and self.lost.errno not in GONE

    def _try(self, act: Callable[[], object]) -> None:
        if self.lost is not None:
            return
        try:
            act()
        except (OSError, ValueError) as error:
            self.lost = error
            _send_nowhere(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _open_closed_streams() -> None:
    """Open the null device for each standard stream that the caller closed.

    NOTE: otherwise the next file opened would get its number: a ledger would be printed into.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def guard_streams() -> None:
    """Make stdout and stderr streams that never raise, whatever the caller did with them."""
    _open_closed_streams()
    codecs.register_error(SIMPLIFIED, _simplify)
    sys.stdout = _make_safe_stream(sys.stdout)
    sys.stderr = _make_safe_stream(sys.stderr)


def is_answer_lost() -> bool:
    """Write out what is left; return True when stdout could not take all of the answer."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return isinstance(sys.stdout, SafeStream) and sys.stdout.is_full


def _make_safe_stream(stream: Any) -> Any:
    if stream is None:
        stream = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    stream.reconfigure(errors=SIMPLIFIED)
    if not HAS_FILE_MODES and not stream.isatty():
        # NOTE: Windows' own choice for a file or a pipe has no room for Vietnamese.
        stream.reconfigure(encoding="utf-8")
    return SafeStream(stream)


def _send_nowhere(stream: TextIO) -> None:
    """Discard what is still in the stream's buffer, or Python would fail on it when it ends."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def _simplify(error: UnicodeError) -> tuple[str, int]:
    """Handle letters that an encoding lacks: without their marks, Đã nhận as Da nhan.

    A letter of which nothing is left becomes ?.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_ascii, lacking)), error.end


def _ascii(character: str) -> str:
    if character in LETTERS:
        return LETTERS[character]
    parts = unicodedata.normalize("NFKD", character)
    letters = "".join(c for c in parts if c.isascii())
    if not letters and not unicodedata.combining(character):
        return "?"
    return letters


def _width(stream: TextIO | None) -> int | None:
    """Return the width of a table; None leaves it to the terminal."""
    if stream is None or stream.closed or not stream.isatty():
        return WIDE
    return None


#: stdout carries answers only; everything about the work goes to stderr.
_OUT = Console(width=_width(sys.stdout), markup=False, highlight=False, emoji=False)
_ERR = Console(stderr=True, markup=False, highlight=False, emoji=False)


def say_out(text: str, style: str = "") -> None:
    """Print one line of an answer."""
    _OUT.print(_line(text, style), soft_wrap=True)


def say_err(text: str, style: str = "") -> None:
    """Print one line about the work."""
    _ERR.print(_line(text, style), soft_wrap=True)


def print_rows(
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Collection[str] = (),
    styles: Sequence[str] = (),
    gap: int = 1,
) -> None:
    """Print a plain table, every row of it; the columns named in `right` stand to the right."""
    padding = (0, gap, 0, 0) if gap > 1 else (0, 1)
    table = Table(box=None, header_style="bold", padding=padding)
    for head in heads:
        justify: Literal["left", "right"] = "right" if head in right else "left"
        table.add_column(_cell(head), justify=justify, overflow="fold")
    for number, row in enumerate(rows):
        style = styles[number] if styles else None
        table.add_row(*map(_cell, row), style=style)
    _OUT.print(table)


def print_json(answer: Mapping[str, Any]) -> None:
    """Print one JSON object; what a terminal would obey is written as \\u….

    So is all but ASCII where the encoding has nothing else.
    """
    encoding = str(getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    ascii_only = not encoding.startswith("utf")
    text = json.dumps(answer, ensure_ascii=ascii_only, indent=2, default=_as_json)
    print_raw(_UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n")


def print_raw(text: str) -> None:
    """Print text of a machine's format, which has escaping rules of its own."""
    sys.stdout.write(text)
    sys.stdout.flush()


def progress() -> "Progress":
    """A progress bar on stderr that leaves no trace when nobody watches."""
    # Only long work shows a bar: 30 ms that no other command pays.
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    about = TextColumn("{task.description}", markup=False)
    return Progress(
        about, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=_ERR, transient=True
    )


def escape_values(values: Mapping[str, object]) -> dict[str, object]:
    """Escape and shorten texts and paths from outside for a sentence of the catalogue."""
    escaped = dict(values)
    for name, value in values.items():
        if isinstance(value, str | Path):
            escaped[name] = escape_terminal(str(value))
    return escaped


def _line(text: str, style: str) -> Text:
    return Text(escape_terminal(text, LONGEST_LINE), style)


def _cell(value: object) -> Text:
    """Return one cell: a float without needless digits, nothing for None."""
    if value is None:
        return Text()
    if isinstance(value, float):
        return Text(f"{value:.0f}" if value.is_integer() else f"{value:.6g}")
    return Text(escape_terminal(str(value), LONGEST_CELL))


def _as_json(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")
