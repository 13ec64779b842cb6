"""Texts are kept in one spelling; what no Vietnamese text has is said, never mended."""

import csv

import pytest

from pipelines.settings import REFERENCE
from pipelines.spreadsheet.model import Cell, Sheet, Workbook
from pipelines.spreadsheet.text_cleaning import clean_text, find_text_issues
from tests.intake.bad_inputs.legacy_encodings import TCVN3


def communes() -> set[str]:
    with (REFERENCE / "units.csv").open(encoding="utf-8", newline="") as handle:
        return {row["name"] for row in csv.DictReader(handle)}


@pytest.mark.parametrize(
    ("text", "kept", "codes"),
    [
        ("Thanh Lie\u0323\u0302t", "Thanh Liệt", ()),
        ("Thanh\u200b Liệt", "Thanh Liệt", ("U002",)),
        ("\ufeffThanh Liệt", "Thanh Liệt", ("U002",)),
        ("Thanh\u00a0Liệt", "Thanh Liệt", ()),
        ("Hoà Bình, Hòa Bình", "Hoà Bình, Hòa Bình", ()),
        ("\u0410n", "\u0410n", ("U003",)),
        ("α", "α", ("U003",)),
        ("a\x07", "a\x07", ("U004",)),
        ("=1+2", "=1+2", ("U005",)),
        ("@SUM(A1)", "@SUM(A1)", ("U005",)),
        ("\tx", "\tx", ("U005",)),
        ("-2+3", "-2+3", ("U005",)),
        ("- cmd|' /C calc'!A0", "- cmd|' /C calc'!A0", ("U005",)),
        ("- họp tổ dân phố", "- họp tổ dân phố", ()),
        ("–", "–", ()),
        ("---", "---", ()),
        ("Thòt Noát", "Thòt Noát", ()),
        ("Phöôøng", "Phöôøng", ("U001",)),
        ("5 × 4 m²", "5 × 4 m²", ()),
    ],
)
def test_a_text_is_kept_in_one_spelling(text: str, kept: str, codes: tuple[str, ...]) -> None:
    assert clean_text(text) == (kept, codes)


def test_no_commune_of_hanoi_looks_like_an_old_font() -> None:
    assert {name: clean_text(name).codes for name in communes() if clean_text(name).codes} == {}


def test_old_fonts_and_wrong_encodings_are_seen_in_any_ten_names() -> None:
    names = sorted(communes())
    columns = [names[at : at + 10] for at in range(0, len(names) - 10, 10)]
    spoilt = {
        "TCVN3": lambda name: "".join(TCVN3.get(c, c) for c in name),
        "mojibake": lambda name: name.encode().decode("cp1252", "replace"),
    }
    for spoil in spoilt.values():
        for column in columns:
            assert any("U001" in clean_text(spoil(name)).codes for name in column)


def test_what_is_found_in_a_text_is_said_at_its_cell_without_the_text() -> None:
    cell = Cell("Mẫu A", 11, 7, "text", "=x", "=x")
    book = Workbook([Sheet("Mẫu A", cells={(11, 7): cell})], "xlsx", "fast")
    issues = find_text_issues(book, lambda cell: "")
    assert [(i.code, i.cell, i.values) for i in issues] == [("U005", "G11", {})]
    assert list(find_text_issues(book, lambda cell: "", frozenset({("Mẫu A", "G11")}))) == []
