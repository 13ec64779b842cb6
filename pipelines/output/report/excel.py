"""A report in, a workbook out: one sheet a section, numbers as numbers, charts that Excel draws itself."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter

from pipelines.output.report.document import (
    Report,
    ReportCell,
    ReportChart,
    ReportSection,
    ReportTable,
)
from pipelines.present.charts import palette
from pipelines.present.i18n import translate

PETROL, GREY, LINE = "#0F5E6E", "#5B6769", "#DCE2E1"
#: One a series, deep to pale, then grey.
COLOURS = (PETROL, *(palette.COLOURS["light"][n] for n in (14, 12, 11, 7, 8)))
#: A chart with its table takes this many rows.
ROWS = 18


def write_workbook(report: Report) -> bytes:
    """The .xlsx; texts are never read as formulas, an absent figure is its sign."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(
            {"title": f"{report.title} – {report.subtitle}", "author": report.letterhead.office}
        )
        looks = _ReportFormats(book)
        _write_summary(
            _add_sheet(book, translate("report.summary", report.language)), report, looks
        )
        for section in report.sections:
            _write_section(
                book, _add_sheet(book, f"{section.number} {section.title}"), section, looks, report
            )
        for table in (report.appendix, report.definitions):
            page = _add_sheet(book, table.title)
            _write_table(page, table, 0, looks)
    return buffer.getvalue()


class _ReportFormats:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        font = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.small = book.add_format({**font, "font_size": 9, "font_color": GREY})
        self.warn = book.add_format({**font, "bold": True, "font_color": "#8A5200"})
        self.plain = book.add_format({**font, "text_wrap": True})
        self.left = book.add_format({**font, "text_wrap": True, "bottom": 1, "bottom_color": LINE})
        self.sign = book.add_format(
            {**font, "align": "right", "bottom": 1, "bottom_color": LINE, "font_color": GREY}
        )
        head = {**font, "bold": True, "text_wrap": True, "bottom": 2, "bottom_color": PETROL}
        self.head, self.right = book.add_format(head), book.add_format({**head, "align": "right"})

    def number(self, decimals: int) -> Any:
        kind = "#,##0" + ("." + "0" * decimals if decimals else "")
        if kind not in self._made:
            look = {
                "font_name": "Calibri",
                "valign": "top",
                "num_format": kind,
                "bottom": 1,
                "bottom_color": LINE,
            }
            self._made[kind] = self._book.add_format(look)
        return self._made[kind]


def _add_sheet(book: Any, title: str) -> Any:
    """A landscape page as wide as its paper; Excel allows names of 31 letters."""
    page = book.add_worksheet(title.replace(":", " ").replace("/", " ")[:31].strip())
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)
    page.set_column(0, 0, 44)
    page.set_column(1, 1, 22)
    page.set_column(2, 12, 15)
    return page


def _write_summary(page: Any, report: Report, looks: _ReportFormats) -> None:
    lines: Iterable[tuple[str, Any]] = (
        (f"{report.letterhead.above} · {report.letterhead.office}", looks.small),
        (report.title, looks.title),
        (report.subtitle, looks.small),
        (report.demo, looks.warn),
        *((p, looks.plain) for p in report.opening),
        *(
            (p, looks.plain)
            for s in report.sections
            for p in (f"{s.number}. {s.title}", *s.paragraphs)
        ),
        *((k, looks.small) for k in report.key),
        (report.colophon, looks.small),
    )
    page.set_column(0, 0, 120)
    for row, (text, look) in enumerate(line for line in lines if line[0]):
        page.write_string(row, 0, text, look)


def _write_section(
    book: Any, page: Any, section: ReportSection, looks: _ReportFormats, report: Report
) -> None:
    row = 0
    if section.table:
        row = _write_table(page, section.table, 0, looks) + 2
    for drawing in section.drawings:
        row = _write_chart_data(book, page, drawing, row, looks) + 2
    page.write_string(row, 0, report.colophon, looks.small)


def _write_table(page: Any, table: ReportTable, row: int, looks: _ReportFormats) -> int:
    """The table from `row` on; the row after its last."""
    page.write_string(row, 0, table.title, looks.title)
    for column, head in enumerate(table.heads):
        page.write_string(
            row + 2, column, head, looks.head if column < table.names else looks.right
        )
    for i, cells in enumerate(table.rows, row + 3):
        for column, cell in enumerate(cells):
            _write_cell(page, i, column, cell, looks, counts=column >= table.names)
    page.freeze_panes(row + 3, 1)
    return row + 3 + len(table.rows)


def _write_cell(
    page: Any, row: int, column: int, cell: ReportCell, looks: _ReportFormats, *, counts: bool
) -> None:
    if cell.value is None:
        page.write_string(row, column, cell.text, looks.sign if counts else looks.left)
        return
    page.write_number(row, column, cell.value, looks.number(cell.decimals))
    if cell.partial or cell.text.startswith(tuple("tko")):
        page.write_comment(row, column, cell.text)


def _write_chart_data(
    book: Any, page: Any, drawing: ReportChart, row: int, looks: _ReportFormats
) -> int:
    """The picture's numbers, and beside them a chart Excel draws from these cells; the row after both."""
    table, values = drawing.picture.table, drawing.values
    page.write_string(row, 0, drawing.picture.alt, looks.plain)
    for column, head in enumerate(table.columns):
        page.write_string(row + 1, column, head, looks.right if column else looks.head)
    for i, cells in enumerate(table.iter_rows()):
        page.write_string(row + 2 + i, 0, str(cells[0]), looks.left)
        for column, text in enumerate(cells[1:], 1):
            cell = ReportCell(str(text), values[column - 1][i], drawing.decimals)
            _write_cell(page, row + 2 + i, column, cell, looks, counts=True)
    page.insert_chart(row, len(table.columns) + 1, _add_chart(book, page, drawing, row))
    return max(row + ROWS, row + 2 + table.height)


def _add_chart(book: Any, page: Any, drawing: ReportChart, row: int) -> Any:
    many = len(drawing.values) > 1
    chart = book.add_chart({"type": drawing.kind, **({"subtype": "stacked"} if many else {})})
    for number in range(len(drawing.values)):
        chart.add_series(_chart_series(page.name, drawing, row, number))
    grid = {"visible": True, "line": {"color": LINE}}
    chart.set_y_axis({"reverse": True} if drawing.kind == "bar" else {"major_gridlines": grid})
    chart.set_x_axis({"major_gridlines": grid} if drawing.kind == "bar" else {})
    chart.set_legend({"position": "bottom"} if many else {"none": True})
    chart.set_title({"none": True})
    chart.set_size({"width": 620, "height": 20 * ROWS - 20})
    return chart


def _chart_series(sheet: str, drawing: ReportChart, row: int, number: int) -> dict[str, Any]:
    first, last, column = row + 2, row + 1 + drawing.picture.table.height, number + 1
    colour = COLOURS[number % len(COLOURS)]
    look = (
        {"line": {"color": colour, "width": 2.25}}
        if drawing.kind == "line"
        else {"fill": {"color": colour}}
    )
    return {
        "name": [sheet, row + 1, column],
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, column, last, column],
        "data_labels": {"value": len(drawing.values) == 1},
        **look,
    }
