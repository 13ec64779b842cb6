"""The workbook of a page against the page: every table, number of a chart, and headline."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import streamlit as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Node

from dashboard.components import export_menu
from dashboard.components.page_content import CardContent, CardTable, PageContent
from dashboard.components.page_context import PageContext
from dashboard.queries import figures
from dashboard.queries.figures import ReadScope
from dashboard.selection import Selection
from pipelines.catalog import LANGUAGES, Language
from pipelines.output.spreadsheet import parse_displayed_number
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.format.text import no_break
from pipelines.present.i18n import translate
from pipelines.privacy.scope import CITY
from tests.long_form import FULL

Reader = Callable[..., AppTest]
#: Pages and what is looked at; every second one begins with the whole city.
VIEWS = {
    "overview": {},
    "teams": {"period": "2022-Y"},
    "clients": {"district": "002,004"},
    "referrals": {},
    "points": {"period": "2021-Y..2023-Y", "kpi": "P01"},
    "activities": {"period": "2022-H1"},
    "compare": {"kpi": "T06", "district": "004"},
    "place": {"district": "004", "period": "2022-Y", "kpi": "K01"},
}
#: A page in one language, from page to page the other; by CAUNOI_FULL=1 in both.
TURNS = [
    (view, language)
    for n, view in enumerate(VIEWS)
    for language in (LANGUAGES if FULL else [LANGUAGES[n // 2 % 2]])
]
#: More cards than any page has.
MOST = 40
#: The mark of a return that has come: tables of such marks hold no numbers.
COME = "✓"
NUMBER = re.compile(r"[+−-]?\d[\d.,]*(?:\xa0%)?")


class Taken:
    """One page with all its tables open, and the workbook it hands out."""

    def __init__(self, page: AppTest, book: Workbook, language: Language) -> None:
        self.page, self.book, self.language = page, book, language
        sheets = book.worksheets
        self.cover, self.sheets, self.behind = sheets[0], sheets[1:-2], sheets[-2:]

    def cards(self) -> list[list[Node]]:
        """What stands in each card, in the order of the page."""
        return list(_cards(self.page.main))


@pytest.fixture
def taken(reader: Reader, demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Taken]:
    """Pages with all their tables open and their workbooks, each made once for all tests."""
    files: dict[str, Any] = {}
    monkeypatch.setattr(
        st, "download_button", lambda label, data, **look: files.update({look["key"]: data})
    )

    def made(view: str, language: Language) -> Taken:
        if (view, language) not in _made:
            _made[view, language] = make(view, language, **VIEWS[view])
        return _made[view, language]

    def make(view: str, language: Language, **link: str) -> Taken:
        page = reader(demo_home, view, lang=language, **link)
        for card in range(MOST):
            page.session_state[f"take_{card}"] = True
        page.run()
        assert not page.exception
        return Taken(page, load_workbook(io.BytesIO(files["take_page"]())), language)

    return made


_made: dict[tuple[str, Language], Taken] = {}


def _cards(block: Block) -> Iterator[list[Node]]:
    inside = list(block.children.values())
    if any(
        getattr(node, "value", "").startswith("#### ") for node in inside if node.type == "markdown"
    ):
        yield list(_leaves(block))
        return
    for node in inside:
        if isinstance(node, Block):
            yield from _cards(node)


def _leaves(block: Block) -> Iterator[Node]:
    for node in block.children.values():
        if isinstance(node, Block):
            yield from _leaves(node)
        else:
            yield node


def rows(sheet: Worksheet) -> list[list[object]]:
    """Head and rows of a sheet, down to the blank line above its small print."""
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    return found[
        : next(
            (n for n, row in enumerate(found) if not any(v is not None for v in row)), len(found)
        )
    ]


def equal(shown: str, written: object, language: Language) -> bool:
    """Does a cell hold what the page shows: a figure as its number, all else as it reads?"""
    found = parse_displayed_number(shown, language)
    if isinstance(written, int | float):
        return found is not None and abs(found.value - written) < 1e-9
    return shown == (written or "")


def holds(table: Any, sheet: Worksheet, language: Language) -> bool:
    head, *body = rows(sheet)
    shown = [[str(v) for v in row] for row in table.itertuples(index=False)]
    return (
        head == list(table.columns)
        and len(body) == len(shown)
        and all(
            equal(a, b, language)
            for left, right in zip(shown, body, strict=True)
            for a, b in zip(left, right, strict=True)
        )
    )


def tables(card: list[Node]) -> list[Any]:
    return [
        node.value
        for node in card
        if node.type in ("arrow_data_frame", "dataframe", "table", "arrow_table")
    ]


def pictures(card: list[Node]) -> list[list[str]]:
    """What each picture of a card says on pointing."""
    specs = [
        json.loads(node.proto.spec or node.proto.figure.spec)
        for node in card
        if node.type == "plotly_chart"
    ]
    return [
        [text for trace in spec["data"] for text in trace.get("hovertext") or []] for spec in specs
    ]


def without_table(card: list[Node], language: Language) -> list[str]:
    """What a picture of the card says on pointing that its table does not hold."""
    said, shown = pictures(card), tables(card)
    lost = []
    for texts, table in zip(said, shown[-len(said) :] if said else [], strict=True):
        cells = [str(text) for row in table.itertuples(index=False) for text in row]
        held = {found for text in (*table.columns, *cells) for found in spoken(str(text))}
        lost += [text for text in texts if COME not in cells and not spoken(value(text)) <= held]
    return lost


def value(text: str) -> str:
    """The value in "Long Biên: 139,8 lượt/người (1.118 / 8). Báo cáo 12/12.": here 139,8."""
    return text.partition(": ")[2].partition(". ")[0].partition("(")[0]


def spoken(text: str) -> set[str]:
    """The numbers of a text, as they are written."""
    return {found.rstrip(".,") for found in NUMBER.findall(text)}


@pytest.mark.parametrize(("view", "language"), TURNS)
def test_a_page_s_workbook_is_the_page(
    taken: Callable[..., Taken], view: str, language: Language
) -> None:
    found = taken(view, language)
    cards, headlines = found.cards(), translate("take.headlines", language)
    shown = [table for card in cards for table in tables(card)]
    assert [
        list(t.columns) for t in shown if not any(holds(t, s, language) for s in found.sheets)
    ] == []
    heads = [row for s in found.sheets if s["A1"].value == headlines for row in rows(s)[1:]]
    assert len(found.sheets) - len([s for s in found.sheets if s["A1"].value == headlines]) == len(
        shown
    )
    assert len(heads) == len(found.page.metric)
    assert [
        m.label
        for m, row in zip(found.page.metric, heads, strict=True)
        if not speaks(m.value, row, language)
    ] == []
    assert [text for card in cards for text in without_table(card, language)] == []


@pytest.mark.parametrize(("view", "language"), TURNS)
def test_a_workbook_says_what_its_figures_mean_and_how_many_returns_stand_behind(
    taken: Callable[..., Taken], view: str, language: Language
) -> None:
    found = taken(view, language)
    meanings, coverage = (rows(sheet)[1:] for sheet in found.behind)
    assert [s["A1"].value for s in found.behind] == [
        translate(f"take.{name}", language) for name in ("meanings", "coverage")
    ]
    assert [row[:2] for row in meanings] == [row[:2] for row in coverage] != []
    assert all(row[3] and row[4] for row in meanings)
    heads = [
        row
        for s in found.sheets
        if s["A1"].value == translate("take.headlines", language)
        for row in rows(s)[1:]
    ]
    assert [row for row in heads if row[:2] not in [covered[1:3] for covered in coverage]] == []
    assert escape_markdown(no_break(str(found.cover["A1"].value))) == found.page.title[0].value
    assert len(rows(found.cover)) - 1 == len(found.sheets)


def test_text_that_begins_like_a_formula_stays_text(reader: Reader, city_home: Path) -> None:
    assert reader(city_home).title
    table = CardTable(
        pl.DataFrame({"=0+1": ["=1+1", "@SUM(A1)"], "+2": ["-2+3+cmd|' /C calc'!A0", "3"]}), "=6"
    )
    drawn = PageContent("teams", "=1+2", "=1+3", [CardContent("=1+4", "+1+5", "-1+6x", (table,))])
    book = load_workbook(
        io.BytesIO(
            export_menu.page_workbook(
                PageContext(ReadScope(figures.current_build(), CITY), Selection()), drawn
            )
        )
    )
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert {"=0+1", "=1+1", "@SUM(A1)", "=1+2", "=1+3", "=1+4", "+1+5", "-1+6x"} <= {
        cell.value for cell in cells
    }


def speaks(shown: str, row: list[object], language: Language) -> bool:
    """Is the row of a headline the figure of its card? NOTE: a card shortens millions."""
    digits, whole = ("".join(re.findall(r"\d", str(text))) for text in (shown, row[1]))
    return equal(shown, row[1], language) or (len(whole) > 6 and whole.startswith(digits[:-1]))
