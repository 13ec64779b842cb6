"""Numbers, nothings, differences and money, as each language writes them."""

import pytest

from pipelines.catalog import Kpi, Language, Text
from pipelines.present.format import numbers

RATE = Kpi("X01", "share", Text("", ""), Text("", ""), "percent", "", "ratio", "a", "b", 100, 1)
COUNT = Kpi("X02", "count", Text("", ""), Text("", ""), "people", "", "sum", "a")


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (1603, 0, "1.603", "1,603"),
        (4386 / 579, 2, "7,58", "7.58"),
        (60_000_000, 0, "60.000.000", "60,000,000"),
        (-3.2, 1, "−3,2", "−3.2"),
        (-0.04, 1, "0,0", "0.0"),
        (0, 0, "0", "0"),
        (None, 0, "–", "–"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(
    value: float | None, decimals: int, vi: str, en: str
) -> None:
    assert numbers.format_number(value, "vi", decimals) == vi
    assert numbers.format_number(value, "en", decimals) == en


@pytest.mark.parametrize(("language", "text"), [("vi", "44,0\u00a0%"), ("en", "44.0%")])
def test_a_percentage_keeps_its_sign_beside_it(language: Language, text: str) -> None:
    assert numbers.format_percent(44.04, language) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(41, 0, "+41"), (-3.2, 1, "−3,2"), (0, 0, "0"), (0.04, 2, "+0,04"), (0.004, 2, "0,00")],
)
def test_differences_carry_their_sign(value: float, decimals: int, text: str) -> None:
    assert numbers.format_difference(value, "vi", decimals) == text


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (60_000_000, "60 triệu đồng", "60 million đồng"),
        (1_020_000_000, "1,02 tỷ đồng", "1.02 billion đồng"),
        (500_000, "500.000 đồng", "500,000 đồng"),
    ],
)
def test_money_is_written_in_a_unit_one_can_read(value: int, vi: str, en: str) -> None:
    assert (numbers.format_money(value, "vi"), numbers.format_money(value, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("state", "text"),
    [("reported", "0"), ("not_reported", "–"), ("not_applicable", "n/a"), ("suppressed", "*")],
)
def test_four_kinds_of_nothing_have_four_signs(state: str, text: str) -> None:
    assert numbers.format_kpi_value(COUNT, 0, "vi", state=state) == text


def test_a_rate_is_written_with_its_own_decimals_and_sign() -> None:
    assert numbers.format_kpi_value(RATE, 60.0, "vi") == "60,0\u00a0%"


def test_two_percentages_differ_in_points() -> None:
    assert numbers.format_change(RATE, 60.0, 57.5, "vi") == "+2,5 điểm %"
    assert numbers.format_change(COUNT, 36, 14, "en") == "+22"
    assert numbers.format_change(COUNT, 36, None, "en") is None


@pytest.mark.parametrize(
    ("qualifier", "text"),
    [(">", "trên 100.000"), ("~", "khoảng 100.000"), ("=", "100.000"), (None, "100.000")],
)
def test_qualifiers_are_words(qualifier: str | None, text: str) -> None:
    assert numbers.add_qualifier(numbers.format_number(100_000, "vi"), qualifier, "vi") == text


def test_too_few_for_a_rate_are_written_as_counts() -> None:
    assert numbers.format_counts(3, 4, "vi") == "3 trên 4"
    assert numbers.format_fraction(569, 577, "vi") == "569/577"
