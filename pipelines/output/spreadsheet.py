"""Frames as files a person opens: CSV that Excel reads in Vietnamese, and workbooks."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
import xlsxwriter

from pipelines.catalog import Language
from pipelines.output.formula_injection import escape_formulas
from pipelines.present.format.escaping import escape_spreadsheet
from pipelines.present.i18n import translate

#: Sign, groups of three or plain digits, decimals, percent; separators as each language has them.
_SHAPE = r"([+−-]?)(\d{{1,3}}(?:{t}\d{{3}})+|\d+)(?:{d}(\d+))?(\s?%)?"
_NUMBER: dict[Language, re.Pattern[str]] = {
    "vi": re.compile(_SHAPE.format(t=r"\.", d=",")),
    "en": re.compile(_SHAPE.format(t=",", d=r"\.")),
}


@dataclass(frozen=True)
class NumberCell:
    """A number, and the format with which a spreadsheet shows it as the page does."""

    value: float
    look: str
    #: The number for a file without formats: no thousands separators, a point before decimals; of
    #: 93.7 % it is 93.7, and `is_percent` says the unit.
    plain: str
    is_percent: bool = False


def parse_displayed_number(text: str, language: Language) -> NumberCell | None:
    """Parse the number in `text`, to the decimals shown; None for words, a sign or a code."""
    match = _NUMBER[language].fullmatch(text)
    if match is None:
        return None
    sign, whole, decimals, percent = match.groups(default="")
    digits = re.sub(r"\D", "", whole)
    if len(digits) > 1 and digits.startswith("0"):
        return None
    plain = f"{digits}.{decimals}" if decimals else digits
    if sign in ("−", "-"):
        plain = f"-{plain}"
    suffix = "%" if percent else ""
    is_grouped = len(digits) != len(whole)
    look = _number_format(decimals, suffix, grouped=is_grouped, signed=sign == "+")
    value = float(plain)
    if percent:
        value = round(value / 100, len(decimals) + 2)
    return NumberCell(value, look, plain, bool(percent))


def _number_format(decimals: str, suffix: str, *, grouped: bool, signed: bool) -> str:
    """Return Excel's format for a number with as many decimals as given."""
    look = "#,##0" if grouped else "0"
    if decimals:
        look += "." + "0" * len(decimals)
    look += suffix
    return f"+{look};-{look};{look}" if signed else look


#: Excel takes a sheet name of 31 characters without these.
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


#: The widest column, in characters: longer words go on in the next line.
_WIDEST = 70


@dataclass(frozen=True)
class TableSheet:
    """One table of a workbook: its title, its rows, and the notes under it."""

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
    """Write the frame as UTF-8 CSV with a byte-order mark, formulas escaped.

    Excel needs the mark for Vietnamese. `figures` is the language whose written figures become
    plain numbers, after the first `words` columns. A column of percentages says so in its head;
    where they stand among other numbers a column of units is added, unless there is one.
    """
    safe = _with_plain_numbers(frame, figures, words) if figures else escape_formulas(frame)
    safe = safe.rename({name: escape_spreadsheet(name) for name in safe.columns})
    return b"\xef\xbb\xbf" + safe.write_csv(line_terminator="\r\n").encode("utf-8")


def _with_plain_numbers(frame: pl.DataFrame, language: Language, words: int) -> pl.DataFrame:
    """Return the frame with plain numbers after its first columns, and the unit of percentages."""
    safe = escape_formulas(frame)
    heads: dict[str, str] = {}
    mixed = pl.repeat(False, frame.height, eager=True)
    for name in frame.columns[words:]:
        if frame.schema[name] != pl.String:
            continue
        safe = safe.with_columns(_to_plain_numbers(frame[name], language))
        shares = _find_percentages(frame[name], language)
        if shares.any() and shares.drop_nulls().all():
            heads[name] = f"{name} (%)"
        else:
            mixed |= shares.fill_null(False)
    unit = translate("take.column_unit", language)
    if mixed.any() and unit not in frame.columns:
        safe = safe.with_columns(pl.Series(unit, ["%" if share else "" for share in mixed]))
    return safe.rename(heads)


def _find_percentages(column: pl.Series, language: Language) -> pl.Series:
    """Return for each text whether it is a percentage; null where it is no number."""
    found = [parse_displayed_number(text or "", language) for text in column]
    return pl.Series([number.is_percent if number else None for number in found], dtype=pl.Boolean)


def _to_plain_numbers(column: pl.Series, language: Language) -> pl.Series:
    """Replace written figures by plain numbers; escape every other text."""

    def format_cell(text: str) -> str:
        number = parse_displayed_number(text, language)
        return number.plain if number else escape_spreadsheet(text)

    return column.map_elements(format_cell, return_dtype=pl.String)


def write_workbook(sheets: Sequence[TableSheet]) -> bytes:
    """Write one worksheet per table: title, header row, rows, notes; texts are typed as text."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        looks = _SheetFormats(book)
        names: set[str] = set()
        for sheet in sheets:
            name = _unique_sheet_name(sheet.tab or sheet.title, names)
            _write_sheet(book.add_worksheet(name), sheet, looks)
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
    # NOTE: title and notes come after the widths are set: they may run over several columns.
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
        _write_figure(page, at, str(value), sheet.figures, looks)
    else:
        page.write_string(*at, str(value), looks.text)


def _write_figure(
    page: "xlsxwriter.worksheet.Worksheet",
    at: tuple[int, int],
    text: str,
    language: Language,
    looks: _SheetFormats,
) -> None:
    """Write a written figure as a number; anything else as text, signs aligned as numbers are."""
    number = parse_displayed_number(text, language)
    if number:
        page.write_number(*at, number.value, looks.number(number.look))
    elif len(text) < 4:
        page.write_string(*at, text, looks.sign)
    else:
        page.write_string(*at, text, looks.text)
