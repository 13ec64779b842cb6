"""Which period stands beside which: as long, just before; stocks at ends."""

import pytest

from pipelines.catalog import find_kpi
from pipelines.present.panels import comparison
from pipelines.reference.periods import parse_period
from tests.present.conftest import Make


@pytest.mark.parametrize(
    ("code", "period", "now", "before"),
    [
        ("K01", "2022-Q3", "2022-Q3", "2022-Q2"),
        ("K01", "2022-Y", "2022-Y", "2021-Y"),
        ("K01", "2021-Y..2023-Y", "2023-Y", "2022-Y"),
        ("T03", "2021-Y..2023-Y", "2021-Y..2023-Y", "2020-Y"),
        ("P01", "2021-Y..2023-Y", "2021-Y..2023-Y", "2020-Y"),
        ("K06", "2021-Y..2023-Y", "2021-Y..2023-Y", "2021-Y"),
    ],
)
def test_a_period_is_set_beside_one_it_can_be_compared_with(
    code: str, period: str, now: str, before: str
) -> None:
    pair = comparison.pair_with_previous(find_kpi(code), period)
    assert (pair.now.code, pair.before.code) == (now, before)


def test_the_words_name_both_periods_only_when_needed() -> None:
    flow, stock = find_kpi("K01"), find_kpi("P01")
    assert (
        comparison.pair_with_previous(flow, "2022-Y").format_words("vi", "2022-Y") == "so với 2021"
    )
    assert (
        comparison.pair_with_previous(flow, "2021-Y..2023-Y").format_words("vi", "2021-Y..2023-Y")
        == "2023 so với 2022"
    )
    assert (
        comparison.pair_with_previous(stock, "2021-Y..2023-Y").format_words("en", "2021-Y..2023-Y")
        == "since the end of 2020"
    )


def test_what_is_told_within_one_year_is_told_for_the_last_of_several() -> None:
    assert comparison.shown_period(find_kpi("O07"), "2021-Y..2023-Y") == "2023-Y"
    assert comparison.shown_period(find_kpi("O07"), "2022-Q3") == "2022-Q3"
    assert comparison.shown_period(find_kpi("K01"), "2021-Y..2023-Y") == "2021-Y..2023-Y"


def test_a_year_has_no_second_comparison() -> None:
    assert comparison.pair_with_last_year(find_kpi("K01"), "2022-Y") is None
    assert comparison.pair_with_last_year(find_kpi("K01"), "2022-Q3").before.code == "2021-Q3"  # type: ignore[union-attr]


def test_a_trail_reaches_back_but_not_before_the_data() -> None:
    first = parse_period("2021-Q1").first
    assert comparison.trend_quarters("2022-Q4", first) == "2021-Y..2022-Y"
    assert comparison.trend_quarters("2021-Q2", first) == "2021-H1"


def test_a_stock_begins_the_quarter_before() -> None:
    assert comparison.opening_quarter("2021-Y..2023-Y") == "2020-Q4"
    assert comparison.with_opening("2021-Y") == "2020-Q4..2021-Q4"
    assert comparison.last_quarter("2022-H1") == "2022-Q2"


def test_a_flow_of_several_years_is_said_per_year(make: Make) -> None:
    three, one = "2021-Y..2023-Y", "2023-Y"
    assert comparison.value_per_year(make("K01", 270), three) == 90
    assert comparison.value_per_year(make("O04", 45.0, of=(450, 10)), three) == 15
    assert comparison.value_per_year(make("K01", 270), one) is None
    # A stock is one number, and a ratio of two flows does not grow with the years.
    assert comparison.value_per_year(make("T03", 10), three) is None
    assert comparison.value_per_year(make("V04", 80.0, of=(8, 10)), three) is None
