"""Frames become files a person opens: CSV that Excel reads in Vietnamese, and workbooks of several sheets."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
import xlsxwriter

from pipelines.catalog import Language
from pipelines.output.cells import number
from pipelines.output.safe import neutral, neutralised

#: Excel takes a sheet name of 31 characters without these.
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


#: The widest column, in characters: longer words go on in the next line.
_WIDEST = 70


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook: its title, its rows, and the lines of small print under it."""

    title: str
    frame: pl.DataFrame
    notes: Sequence[str] = field(default_factory=tuple)
    #: The words on the sheet's tab; empty: the title.
    tab: str = ""
    #: What and where, between title and table.
    under: str = ""
    #: The language whose written figures become numbers again; None leaves text as it is.
    figures: Language | None = None
    #: The first columns, which are words whatever they look like.
    words: int = 1


def csv_bytes(frame: pl.DataFrame, figures: Language | None = None, words: int = 1) -> bytes:
    """The frame as UTF-8 CSV with a byte-order mark (Excel needs it for Vietnamese), formulas neutralised.

    `figures` is the language whose written figures become plain numbers, after the first `words` columns.
    """

    def written(text: str) -> str:
        found = number(text, figures) if figures else None
        return found.plain if found else neutral(text)

    texts = [n for n, kind in frame.schema.items() if kind == pl.String] if figures else []
    safe = neutralised(frame).with_columns(
        frame[name].map_elements(written, return_dtype=pl.String) for name in texts if name in frame.columns[words:]
    )
    safe = safe.rename({name: neutral(name) for name in safe.columns})
    return b"\xef\xbb\xbf" + safe.write_csv(line_terminator="\r\n").encode("utf-8")


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """One worksheet per table: title, header row, rows, small print; every text cell is typed as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        looks = _Looks(book)
        names: set[str] = set()
        for sheet in sheets:
            _write(book.add_worksheet(_name(sheet.tab or sheet.title, names)), sheet, looks)
    return buffer.getvalue()


class _Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: "xlsxwriter.Workbook") -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.note = book.add_format({"font_color": "#5B6769", "font_size": 9})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        #: A sign among numbers stands where numbers stand.
        self.sign = book.add_format({"align": "right", "valign": "top"})
        self._numbers: dict[str, object] = {}

    def number(self, look: str) -> object:
        if look not in self._numbers:
            self._numbers[look] = self.book.add_format({"num_format": look, "valign": "top"})
        return self._numbers[look]


def _name(title: str, taken: set[str]) -> str:
    base = " ".join(title.translate(_FORBIDDEN).split())[:28].strip("' ") or "Sheet"
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base} {number}", number + 1
    taken.add(name.casefold())
    return name


def _write(page: "xlsxwriter.worksheet.Worksheet", sheet: Sheet, looks: _Looks) -> None:
    for column, name in enumerate(sheet.frame.columns):
        page.write_string(2, column, name, looks.head)
    for row, values in enumerate(sheet.frame.iter_rows(), 3):
        for column, value in enumerate(values):
            _cell(page, (row, column), value, sheet, looks)
    # NOTE: title and small print come after the widths are set: they may run over several columns.
    page.autofit(max_width=_WIDEST * 7)
    page.write_string(0, 0, sheet.title, looks.title)
    if sheet.under:
        page.write_string(1, 0, sheet.under, looks.note)
    for offset, note in enumerate(sheet.notes):
        page.write_string(sheet.frame.height + 4 + offset, 0, note, looks.note)
    page.freeze_panes(3, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)


def _cell(
    page: "xlsxwriter.worksheet.Worksheet", at: tuple[int, int], value: object, sheet: Sheet, looks: _Looks
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(*at, value)
    elif isinstance(value, int | float):
        page.write_number(*at, value)
    elif isinstance(value, datetime | date):
        page.write_datetime(*at, value, looks.day)
    elif sheet.figures and at[1] >= sheet.words:
        found = number(str(value), sheet.figures)
        if found:
            page.write_number(*at, found.value, looks.number(found.look))
        else:
            page.write_string(*at, str(value), looks.sign if len(str(value)) < 4 else looks.text)
    else:
        page.write_string(*at, str(value), looks.text)
