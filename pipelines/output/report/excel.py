"""A report as a workbook: one sheet per section, numbers as numbers, charts that Excel draws."""

import io
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
    """Write the .xlsx; texts are never read as formulas, an absent figure is its sign."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        title = f"{report.title} – {report.subtitle}"
        book.set_properties({"title": title, "author": report.letterhead.office})
        looks = _ReportFormats(book)
        summary = _add_sheet(book, translate("report.summary", report.language))
        _write_summary(summary, report, looks)
        for section in report.sections:
            page = _add_sheet(book, f"{section.number} {section.title}")
            _write_section(book, page, section, looks, report)
        for table in (report.appendix, report.definitions):
            page = _add_sheet(book, table.title)
            _write_table(page, table, 0, looks)
    return buffer.getvalue()


class _ReportFormats:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._numbers: dict[str, Any] = {}
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
        number_format = "#,##0"
        if decimals:
            number_format += "." + "0" * decimals
        if number_format not in self._numbers:
            look = {
                "font_name": "Calibri",
                "valign": "top",
                "num_format": number_format,
                "bottom": 1,
                "bottom_color": LINE,
            }
            self._numbers[number_format] = self._book.add_format(look)
        return self._numbers[number_format]


def _add_sheet(book: Any, title: str) -> Any:
    """Add a landscape page as wide as its paper; Excel allows names of 31 letters."""
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
    """Write the report's words, one paragraph per row; an empty paragraph takes no row."""
    paragraphs = list(report.opening)
    for section in report.sections:
        paragraphs += [f"{section.number}. {section.title}", *section.paragraphs]
    sender = f"{report.letterhead.above} · {report.letterhead.office}"
    closing = (*report.key, report.colophon)
    lines = [
        (sender, looks.small),
        (report.title, looks.title),
        (report.subtitle, looks.small),
        (report.demo, looks.warn),
    ]
    lines += [(text, looks.plain) for text in paragraphs]
    lines += [(text, looks.small) for text in closing]
    page.set_column(0, 0, 120)
    row = 0
    for text, look in lines:
        if text:
            page.write_string(row, 0, text, look)
            row += 1


def _write_section(
    book: Any, page: Any, section: ReportSection, looks: _ReportFormats, report: Report
) -> None:
    row = 0
    if section.table:
        table_end = _write_table(page, section.table, 0, looks)
        row = table_end + 2
    for drawing in section.drawings:
        row = _write_chart_data(book, page, drawing, row, looks) + 2
    page.write_string(row, 0, report.colophon, looks.small)


def _write_table(page: Any, table: ReportTable, row: int, looks: _ReportFormats) -> int:
    """Write the table from `row` on; returns the row after its last."""
    page.write_string(row, 0, table.title, looks.title)
    for column, head in enumerate(table.heads):
        look = looks.head if column < table.names else looks.right
        page.write_string(row + 2, column, head, look)
    for i, cells in enumerate(table.rows, row + 3):
        for column, cell in enumerate(cells):
            _write_cell(page, i, column, cell, looks, counts=column >= table.names)
    page.freeze_panes(row + 3, 1)
    return row + 3 + len(table.rows)


def _write_cell(
    page: Any, row: int, column: int, cell: ReportCell, looks: _ReportFormats, *, counts: bool
) -> None:
    if cell.value is None:
        look = looks.sign if counts else looks.left
        page.write_string(row, column, cell.text, look)
        return
    page.write_number(row, column, cell.value, looks.number(cell.decimals))
    if cell.partial or cell.text.startswith(tuple("tko")):
        page.write_comment(row, column, cell.text)


def _write_chart_data(
    book: Any, page: Any, drawing: ReportChart, row: int, looks: _ReportFormats
) -> int:
    """Write the picture's numbers, and beside them a chart that Excel draws from these cells.

    Returns the row after both.
    """
    table, values = drawing.picture.table, drawing.values
    page.write_string(row, 0, drawing.picture.alt, looks.plain)
    for column, head in enumerate(table.columns):
        page.write_string(row + 1, column, head, looks.right if column else looks.head)
    for i, (name, *texts) in enumerate(table.iter_rows()):
        page.write_string(row + 2 + i, 0, str(name), looks.left)
        for column, text in enumerate(texts, 1):
            cell = ReportCell(str(text), values[column - 1][i], drawing.decimals)
            _write_cell(page, row + 2 + i, column, cell, looks, counts=True)
    page.insert_chart(row, len(table.columns) + 1, _add_chart(book, page, drawing, row))
    return max(row + ROWS, row + 2 + table.height)


def _add_chart(book: Any, page: Any, drawing: ReportChart, row: int) -> Any:
    is_stacked = len(drawing.values) > 1
    options = {"type": drawing.kind, "subtype": "stacked" if is_stacked else None}
    chart = book.add_chart(options)
    for number in range(len(drawing.values)):
        chart.add_series(_chart_series(page.name, drawing, row, number))
    grid = {"major_gridlines": {"visible": True, "line": {"color": LINE}}}
    if drawing.kind == "bar":
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis(grid)
    else:
        chart.set_y_axis(grid)
        chart.set_x_axis({})
    chart.set_legend({"position": "bottom"} if is_stacked else {"none": True})
    chart.set_title({"none": True})
    chart.set_size({"width": 620, "height": 20 * ROWS - 20})
    return chart


def _chart_series(sheet: str, drawing: ReportChart, row: int, number: int) -> dict[str, Any]:
    first, last, column = row + 2, row + 1 + drawing.picture.table.height, number + 1
    colour = COLOURS[number % len(COLOURS)]
    look: dict[str, Any] = {"fill": {"color": colour}}
    if drawing.kind == "line":
        look = {"line": {"color": colour, "width": 2.25}}
    return {
        "name": [sheet, row + 1, column],
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, column, last, column],
        "data_labels": {"value": len(drawing.values) == 1},
        **look,
    }
