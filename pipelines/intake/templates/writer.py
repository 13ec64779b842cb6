"""Write workbooks: their formats, lists and hidden sheets; closing one writes the file."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from pipelines.intake.templates.dropdowns import DropdownLists
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import IDENTITY_SHEET, LISTS_SHEET, TemplateIdentity
from pipelines.intake.templates.prefill import CellMark, FillValue
from pipelines.intake.templates.report_subject import ReportSubject, describe_city
from pipelines.intake.templates.sealed_comments import AUTHOR, seal_comment

INK, MUTED, LINE = "#1C2526", "#5B6769", "#CFD6D5"
HEAD, SECTION, GREY = "#0F5E6E", "#E7F0F1", "#EEF1F0"
INPUT, ERROR, WARNING, INFO = "#FFFBE8", "#F9C9C4", "#FFE3A3", "#DDEBF3"

_BORDER = {"border": 1, "border_color": LINE}
_BODY = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "vcenter"}
_HEADER = {**_BORDER, "bold": True, "font_color": "#FFFFFF", "bg_color": HEAD, "align": "center"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15, "font_color": HEAD},
    "sender": {"italic": True, "font_color": MUTED, "font_size": 10},
    "key": {"font_color": MUTED},
    "fact": {"bold": True},
    "header": {**_HEADER, "text_wrap": True},
    "group": {
        "bold": True,
        "bg_color": SECTION,
        "font_color": HEAD,
        "left": 1,
        "left_color": "#9AA5A6",
    },
    "section": {
        "bold": True,
        "bg_color": SECTION,
        "font_color": HEAD,
        "bottom": 1,
        "bottom_color": LINE,
        "indent": 1,
    },
    "label": {**_BORDER, "text_wrap": True, "indent": 1},
    "part": {**_BORDER, "text_wrap": True, "indent": 3},
    "code": {**_BORDER, "font_color": MUTED, "align": "center", "num_format": "@"},
    "unit": {**_BORDER, "font_color": MUTED, "indent": 1},
    "previous": {
        **_BORDER,
        "num_format": "#,##0",
        "bg_color": GREY,
        "font_color": MUTED,
        "align": "right",
    },
    "count": {
        **_BORDER,
        "num_format": "#,##0",
        "bg_color": INPUT,
        "align": "right",
        "locked": False,
    },
    "sign": {**_BORDER, "bg_color": INPUT, "align": "center", "locked": False},
    "none": {**_BORDER, "bg_color": GREY},
    "note": {**_BORDER, "bg_color": INPUT, "text_wrap": True, "indent": 1, "locked": False},
    "choice": {**_BORDER, "bg_color": INPUT, "locked": False},
    "text": {**_BORDER, "bg_color": INPUT, "num_format": "@", "locked": False},
    "date": {
        **_BORDER,
        "bg_color": INPUT,
        "num_format": "dd/mm/yyyy",
        "align": "center",
        "locked": False,
    },
    "wrap": {"text_wrap": True, "valign": "top"},
    "link": {**_BORDER, "font_color": HEAD, "underline": 1, "align": "center"},
    "cell": {**_BORDER, "text_wrap": True, "indent": 1},
    "error": {"bg_color": ERROR},
    "warning": {"bg_color": WARNING},
    "info": {"bg_color": INFO},
}


class CellFormats:
    """Hold the formats of one workbook, added when first asked for."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[tuple[str, ...], Any] = {}

    def __call__(self, *looks: str) -> Any:
        """Return the format that joins `looks`, later ones winning; empty names are skipped."""
        if looks not in self._formats:
            joined: dict[str, Any] = dict(_BODY)
            for look in filter(None, looks):
                joined.update(_LOOKS[look])
            self._formats[looks] = self._book.add_format(joined)
        return self._formats[looks]


Target = str | Path | BytesIO
#: What a locked sheet still lets an officer do.
_ALLOWED = {
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "sort": True,
    "autofilter": True,
}


class WorkbookWriter:
    """Write one workbook; sheets stand in the order they are added, the hidden ones last."""

    def __init__(
        self,
        target: Target,
        identity: TemplateIdentity,
        subject: ReportSubject,
        lists: Iterable[str],
    ) -> None:
        # NOTE: imported here: the process that only reads workbooks starts a third sooner without.
        import xlsxwriter

        self.subject = subject
        self.lists = DropdownLists(lists, subject.day)
        self.identity = replace(identity, lists=self.lists.hash)
        destination = target if isinstance(target, BytesIO) else str(target)
        self._book = xlsxwriter.Workbook(destination, {"in_memory": True})
        self._set_properties()
        self.looks = CellFormats(self._book)

    def _set_properties(self) -> None:
        # NOTE: a fixed day of creation, so that the same return is written as the same bytes.
        period = self.subject.period
        day = period.end if period else date(2020, 1, 1)
        author = get_label("fixes", "author")
        self._book.set_properties({"author": author, "created": datetime.combine(day, time())})
        self._book.set_size(2400, 1500)

    def add_sheet(self, name: str, colour: str = MUTED, *, height: float | None = None) -> Any:
        """Add a visible sheet, locked but for the cells whose format says otherwise.

        `height` is that of its rows, in points.
        """
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        if height:
            sheet.set_default_row(height)
        sheet.set_tab_color(colour)
        sheet.protect("", _ALLOWED)
        return sheet

    def define_name(self, name: str, formula: str) -> None:
        self._book.define_name(name, formula)

    def close(self) -> None:
        """Add the hidden sheets and write the file."""
        self._add_hidden_sheet(IDENTITY_SHEET, self.identity.rows)
        self._add_hidden_sheet(LISTS_SHEET, self.lists.rows)
        self._book.close()

    def _add_hidden_sheet(self, name: str, rows: Iterable[Iterable[str]]) -> None:
        sheet = self._book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(number, column, text)
        sheet.protect()
        sheet.hide()


def open_blank_workbook(target: Target, day: date) -> WorkbookWriter:
    """Open a workbook that is nobody's form: for the issues of a file that could not be read."""
    nobody = TemplateIdentity("", 0, "", "", "", "", "")
    return WorkbookWriter(target, nobody, describe_city(day), ())


def write_cell(
    book: WorkbookWriter,
    sheet: Any,
    row: int,
    column: int,
    value: FillValue | date,
    format_name: str,
    mark: CellMark | None = None,
) -> None:
    """Write one unlocked cell (0-based), with its mark.

    Text stays text, so nothing an officer typed becomes a formula.
    """
    look = book.looks(format_name, mark.severity) if mark else book.looks(format_name)
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write_number(row, column, value, look)
    if mark:
        options = {"author": AUTHOR, "x_scale": 2.2, "y_scale": 1.2}
        sheet.write_comment(row, column, seal_comment(mark.text), options)
