"""Frames become files a person opens: CSV that Excel reads in Vietnamese, and workbooks of several sheets."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
import xlsxwriter

from pipelines.catalog import Language
from pipelines.output.formula_injection import escape_formula, escape_formulas

#: Sign, groups of three or plain digits, decimals, percent; thousands and decimals as each language writes them.
_SHAPE = r"([+−-]?)(\d{{1,3}}(?:{t}\d{{3}})+|\d+)(?:{d}(\d+))?(\s?%)?"
_NUMBER: dict[Language, re.Pattern[str]] = {
    "vi": re.compile(_SHAPE.format(t=r"\.", d=",")),
    "en": re.compile(_SHAPE.format(t=",", d=r"\.")),
}


@dataclass(frozen=True)
class NumberCell:
    """A number and how a spreadsheet shows it as the page does."""

    value: float
    look: str
    #: The number for a file without looks: no thousands, a point before decimals, a percent sign where there was one.
    plain: str


def parse_displayed_number(text: str, language: Language) -> NumberCell | None:
    """The number behind `text`, to the decimals the page shows; None when it is words, a sign or a code."""
    found = _NUMBER[language].fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals, percent = found.groups()
    digits = re.sub(r"\D", "", whole)
    if len(digits) > 1 and digits.startswith("0"):
        return None
    plain = f"{'-' if sign in '−-' and sign else ''}{digits}{'.' + decimals if decimals else ''}"
    grouped = "#,##0" if len(digits) != len(whole) else "0"
    look = grouped + ("." + "0" * len(decimals) if decimals else "") + ("%" if percent else "")
    return NumberCell(
        round(float(plain) / 100, len(decimals or "") + 2) if percent else float(plain),
        f"+{look};-{look};{look}" if sign == "+" else look,
        plain + ("%" if percent else ""),
    )


#: Excel takes a sheet name of 31 characters without these.
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


#: The widest column, in characters: longer words go on in the next line.
_WIDEST = 70


@dataclass(frozen=True)
class TableSheet:
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


def write_csv(frame: pl.DataFrame, figures: Language | None = None, words: int = 1) -> bytes:
    """The frame as UTF-8 CSV with a byte-order mark (Excel needs it for Vietnamese), formulas neutralised.

    `figures` is the language whose written figures become plain numbers, after the first `words` columns.
    """

    def format_cell(text: str) -> str:
        found = parse_displayed_number(text, figures) if figures else None
        return found.plain if found else escape_formula(text)

    texts = [n for n, kind in frame.schema.items() if kind == pl.String] if figures else []
    safe = escape_formulas(frame).with_columns(
        frame[name].map_elements(format_cell, return_dtype=pl.String)
        for name in texts
        if name in frame.columns[words:]
    )
    safe = safe.rename({name: escape_formula(name) for name in safe.columns})
    return b"\xef\xbb\xbf" + safe.write_csv(line_terminator="\r\n").encode("utf-8")


def write_workbook(sheets: Sequence[TableSheet]) -> bytes:
    """One worksheet per table: title, header row, rows, small print; every text cell is typed as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        looks = _SheetFormats(book)
        names: set[str] = set()
        for sheet in sheets:
            _write_sheet(
                book.add_worksheet(_unique_sheet_name(sheet.tab or sheet.title, names)),
                sheet,
                looks,
            )
    return buffer.getvalue()


class _SheetFormats:
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


def _unique_sheet_name(title: str, taken: set[str]) -> str:
    base = " ".join(title.translate(_FORBIDDEN).split())[:28].strip("' ") or "Sheet"
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base} {number}", number + 1
    taken.add(name.casefold())
    return name


def _write_sheet(
    page: "xlsxwriter.worksheet.Worksheet", sheet: TableSheet, looks: _SheetFormats
) -> None:
    for column, name in enumerate(sheet.frame.columns):
        page.write_string(2, column, name, looks.head)
    for row, values in enumerate(sheet.frame.iter_rows(), 3):
        for column, value in enumerate(values):
            _write_sheet_cell(page, (row, column), value, sheet, looks)
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


def _write_sheet_cell(
    page: "xlsxwriter.worksheet.Worksheet",
    at: tuple[int, int],
    value: object,
    sheet: TableSheet,
    looks: _SheetFormats,
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
        found = parse_displayed_number(str(value), sheet.figures)
        if found:
            page.write_number(*at, found.value, looks.number(found.look))
        else:
            page.write_string(*at, str(value), looks.sign if len(str(value)) < 4 else looks.text)
    else:
        page.write_string(*at, str(value), looks.text)
