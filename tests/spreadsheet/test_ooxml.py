"""What the pattern calls shallow XML is well formed; what it proves simple is what is read."""

from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.ooxml import MAX_LEVELS, is_well_formed_shallow
from pipelines.spreadsheet.sheet_proof import count_area_cells, prove_sheet_simple
from tests.intake.bad_inputs.base import SHEET, good
from tests.intake.bad_inputs.zips import parts_of

PIECES = [
    "<a>",
    "</a>",
    "<b x='1'>",
    '<b x="1">',
    "</b>",
    "<c/>",
    "x",
    "&amp;",
    "&#10;",
    "&y;",
    "<!--",
    "-->",
    "<",
    ">",
    '"',
    "\n",
]
LIMITS = ReaderLimits()


def depth(data: bytes) -> int:
    deepest = level = 0
    parser = expat.ParserCreate("utf-8")

    def start(*_: object) -> None:
        nonlocal deepest, level
        level += 1
        deepest = max(deepest, level)

    def end(_: str) -> None:
        nonlocal level
        level -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(data, True)
    return deepest


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_what_is_called_shallow_is_well_formed(soup: str) -> None:
    data = f"<r>{soup}</r>".encode()
    if is_well_formed_shallow(data):
        assert depth(data) <= MAX_LEVELS


@pytest.mark.parametrize(
    ("data", "shallow"),
    [
        ("<a/>", True),
        ("<?xml version='1.0'?>\n<a><b>x</b></a>\n", True),
        ("<a>" * MAX_LEVELS + "</a>" * MAX_LEVELS, True),
        ("<a>" * (MAX_LEVELS + 1) + "</a>" * (MAX_LEVELS + 1), False),
        ("<a><b></a></b>", False),
        ("<a/><b/>", False),
        ("<!DOCTYPE a><a/>", False),
        ("<a><!-- x --></a>", False),
        ("<a><![CDATA[x]]></a>", False),
        ("<a>&e;</a>", False),
        ("<a " + " ".join(f'b{n}="1"' for n in range(41)) + "/>", False),
    ],
)
def test_shallow_is_one_element_of_few_levels(data: str, shallow: bool) -> None:
    assert is_well_formed_shallow(data.encode()) is shallow


def test_our_own_sheet_is_proved_ordinary_and_keeps_its_rows() -> None:
    proof = prove_sheet_simple(parts_of(good())[SHEET].content, LIMITS)
    assert proof is not None
    assert proof.rows.startswith(b"<row ")
    assert proof.rows.endswith(b"</row>")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<sheetData>", b"<sheetData><!-- x -->"),
        (b'<c r="E11"', b'<c r="XFD11"'),
        (b'<row r="11"', b'<row r="1"'),
        (b"<v>1</v>", b"<f>1</f><v>1</v>"),
        (b"<v>1</v>", b"<v>1.2.3</v>"),
        (b"</worksheet>", b"<x><![CDATA[<sheetData>]]></x></worksheet>"),
    ],
)
def test_anything_unusual_is_left_to_the_careful_lane(old: bytes, new: bytes) -> None:
    data = parts_of(good())[SHEET].content.replace(old, new, 1)
    assert prove_sheet_simple(data, LIMITS) is None


def test_a_range_knows_its_cells() -> None:
    assert (
        count_area_cells("A1:C2"),
        count_area_cells("$B$2"),
        count_area_cells("A1:XFD1048576"),
    ) == (
        6,
        1,
        16_384 * 1_048_576,
    )
