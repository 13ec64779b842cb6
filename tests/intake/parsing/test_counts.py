"""A count is understood as one rule says, or not at all."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import catalog
from pipelines.intake.parsing.counts import parse_count
from pipelines.spreadsheet.model import Cell, CellKind, CellValue


def typed(text: str) -> Cell:
    return Cell("Mẫu A", 7, 5, "text", text, text)


def numeric(value: CellValue, kind: CellKind = "number") -> Cell:
    return Cell("Mẫu A", 7, 5, kind, value, str(value))


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("12", 12, "V020"),
        ("67.642", 67_642, "V020"),
        ("1.234.567", 1_234_567, "V020"),
        ("67 642", 67_642, "V020"),
        ("67\u00a0642", 67_642, "V020"),
        ("67\u202f642", 67_642, "V020"),
        ("01", 1, "V020"),
        ("１２", 12, "V020"),
        ("'12", 12, "V020"),
        (" 12\n", 12, "V020"),
        ("12\u200b", 12, "U002"),
        ("4 người", 4, "V022"),
        ("4người", 4, "V022"),
        ("1.234 lượt", 1_234, "V022"),
        ("4 Người", 4, "V022"),
        ("4 ngu\u031bo\u031b\u0300i", 4, "V022"),
        ("1,234", None, "V021"),
        ("1,234,567", 1_234_567, "V020"),
        ("60,000,000", 60_000_000, "V020"),
        ("0,000,000", None, "V023"),
        ("1.5", None, "V021"),
        ("12.34", None, "V021"),
        ("0.642", None, "V021"),
        ("1,5", None, "V006"),
        ("1.234,5", None, "V006"),
        ("-", None, "V024"),
        ("–", None, "V024"),
        ("không", None, "V024"),
        ("KHÔNG", None, "V024"),
        ("Không phát sinh.", None, "V024"),
        ("3 kế hoạch", 3, "V022"),
        ("2.000 lượt người", 2_000, "V022"),
        ("5 thỏ", None, "V023"),
        ("\u200b", None, "V025"),
        ("60 triệu đồng", None, "V023"),
        ("O5", None, "V023"),
        ("1e3", None, "V023"),
        ("0x1F", None, "V023"),
        ("5 + 3", None, "V023"),
        ("3/4", None, "V023"),
        ("≥5", None, "V023"),
        ("-3", None, "V023"),
        ("1.234 567", None, "V023"),
        ("٣", None, "V023"),
        ("²", None, "V023"),
        ("1_000", None, "V023"),
        ("trên 20", None, "V023"),
        ("~20", None, "V023"),
        ("9" * 13, None, "V007"),
        ("1" * 2_001, None, "V010"),
    ],
)
def test_a_count_typed_as_text_is_read_or_asked_about(
    text: str, value: int | None, code: str
) -> None:
    understood = parse_count(typed(text))
    assert understood.value == value
    assert understood.issue is not None
    assert (understood.issue.code, understood.issue.cell) == (code, "E7")


@pytest.mark.parametrize(
    ("text", "value", "sign"),
    [
        ("trên 4.000", 4_000, ">"),
        (">20", 20, ">"),
        ("khoảng 4.000 lượt", 4_000, "~"),
        ("~ 900", 900, "~"),
        ("12", 12, None),
    ],
)
def test_a_sign_is_read_where_the_form_offers_one(text: str, value: int, sign: str | None) -> None:
    understood = parse_count(typed(text), qualifier_allowed=True)
    assert (understood.value, understood.qualifier) == (value, sign)


def test_every_unit_printed_on_a_form_is_read_behind_its_number() -> None:
    for field in catalog.fields().values():
        printed = catalog.units()[field.unit].label.vi
        understood = parse_count(typed(f"3 {printed}"), unit=field.unit)
        assert understood.value == 3, field.code
        assert understood.issue is not None
        assert understood.issue.code == "V022"


@pytest.mark.parametrize(
    ("text", "unit", "label"),
    [
        ("5 lượt", "person", "người"),
        ("5 người", "contact", "lượt"),
        ("5 buổi", "volunteer", "tình nguyện viên"),
        ("5 ngày", "session", "buổi"),
    ],
)
def test_a_number_of_another_unit_is_asked_about(text: str, unit: str, label: str) -> None:
    understood = parse_count(typed(text), unit=unit)
    assert understood.value is None
    assert understood.issue is not None
    assert (understood.issue.code, understood.issue.effect) == ("V038", "cells")
    sentence = understood.issue.build_message("vi")
    assert sentence.startswith(f'Ô Mẫu A!E7 ghi "{text}", nhưng chỉ tiêu này tính bằng {label}.')


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (numeric(12), 12, None),
        (numeric(0), 0, None),
        (numeric(-3), None, "V005"),
        (numeric(67.642), None, "V006"),
        (numeric(math.nan), None, "V004"),
        (numeric(math.inf), None, "V004"),
        (numeric(1e15), None, "V007"),
        (numeric(True, "bool"), None, "V008"),
        (numeric(None, "date"), None, "V009"),
        (numeric("#REF!", "error"), None, "V001"),
        (numeric(None, "formula"), None, "V002"),
        (numeric(3, "formula"), 3, "V003"),
        (numeric("12", "formula"), 12, "V003"),
        (numeric("abc", "formula"), None, "V023"),
        (numeric(True, "formula"), None, "V008"),
        (numeric(None, "blank"), None, "V025"),
    ],
)
def test_every_kind_of_cell_is_told_apart(cell: Cell, value: int | None, code: str | None) -> None:
    understood = parse_count(cell)
    assert understood.value == value
    assert (understood.issue.code if understood.issue else None) == code


@given(st.integers(0, 10**12 - 1), st.sampled_from([".", " ", "\u00a0", ""]))
def test_a_vietnamese_number_is_read_as_it_was_written(number: int, gap: str) -> None:
    assert parse_count(typed(f"{number:,}".replace(",", gap))).value == number


@given(st.text(max_size=40), st.booleans())
def test_no_text_is_read_as_a_number_without_its_digits(text: str, allowed: bool) -> None:
    value = parse_count(typed(text), allowed).value
    if value is not None:
        digits = "".join(
            c for c in text.translate({0xFF10 + d: str(d) for d in range(10)}) if c in "0123456789"
        )
        assert value == int(digits)
