"""The tables of the Word report: a number stands on one line, at the size of the whole city."""

import io
import unicodedata

import docx
import pytest
from docx.oxml.ns import qn
from docx.table import Table
from pypdf._codecs.core_font_metrics import CORE_FONT_METRICS

from pipelines.kpi import WarehouseReader
from pipelines.output.report import compose_report, render_report

#: Adobe's metrics of Times, the widths of Times New Roman, in thousandths of the size.
TIMES = CORE_FONT_METRICS["Times-Roman"].character_widths
#: Word's own margins of a cell at both sides, in points.
MARGINS = 2 * 5.4


def points_of(text: str, size: float) -> float:
    # NOTE: a letter with tone marks is as wide as without them.
    plain = unicodedata.normalize("NFD", text.replace("\u00a0", " "))
    letters = [letter for letter in plain if not unicodedata.combining(letter)]
    return sum(TIMES[letter] for letter in letters) / 1000 * size + MARGINS


def overflowing(table: Table) -> list[str]:
    """The numbers that are wider than their column."""
    wide = []
    for row in table.rows[1:]:
        for cell in row.cells[2:] if len(row.cells) == 6 else row.cells[1:]:
            run = cell.paragraphs[0].runs[0] if cell.paragraphs[0].runs else None
            size = run.font.size.pt if run and run.font.size else 10
            if points_of(cell.text, size) > cell.width.pt + 0.5:
                wide.append(cell.text)
    return wide


@pytest.fixture(scope="module")
def tables(demo: WarehouseReader) -> list[Table]:
    """The tables of figures of the city's year, without letterhead and signature."""
    word = docx.Document(io.BytesIO(render_report(compose_report(demo, "2022-Y"), "docx")))
    return [table for table in word.tables if len(table.columns) > 2]


def test_every_number_fits_the_width_of_its_column(tables: list[Table]) -> None:
    assert len(tables) == 9
    assert [text for table in tables for text in overflowing(table)] == []


def test_numbers_are_told_not_to_wrap_and_words_may(tables: list[Table]) -> None:
    for table in tables:
        *_, last = table.rows
        marked = [cell._tc.find(f".//{qn('w:noWrap')}") is not None for cell in last.cells]
        assert marked == [False] * marked.index(True) + [True] * marked.count(True)
        assert marked.index(True) == (2 if len(marked) == 6 else 1)


def test_only_a_table_of_money_takes_room_from_its_names(tables: list[Table]) -> None:
    wide = [table for table in tables if table.columns[0].width.mm < 40 and len(table.columns) == 6]
    money = [table for table in tables if "đồng" in {row.cells[1].text for row in table.rows}]
    assert wide == money
