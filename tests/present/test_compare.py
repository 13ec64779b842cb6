"""Which period stands beside which: as long, just before; stocks at ends."""

import pytest

from pipelines.catalog import kpi
from pipelines.present import compare
from pipelines.reference.periods import parse


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
def test_a_period_is_set_beside_one_it_can_be_compared_with(code: str, period: str, now: str, before: str) -> None:
    pair = compare.previous(kpi(code), period)
    assert (pair.now.code, pair.before.code) == (now, before)


def test_the_words_name_both_periods_only_when_needed() -> None:
    flow, stock = kpi("K01"), kpi("P01")
    assert compare.previous(flow, "2022-Y").words("vi", "2022-Y") == "so với 2021"
    assert compare.previous(flow, "2021-Y..2023-Y").words("vi", "2021-Y..2023-Y") == "2023 so với 2022"
    assert compare.previous(stock, "2021-Y..2023-Y").words("en", "2021-Y..2023-Y") == "since the end of 2020"


def test_what_is_told_within_one_year_is_told_for_the_last_of_several() -> None:
    assert compare.told(kpi("O07"), "2021-Y..2023-Y") == "2023-Y"
    assert compare.told(kpi("O07"), "2022-Q3") == "2022-Q3"
    assert compare.told(kpi("K01"), "2021-Y..2023-Y") == "2021-Y..2023-Y"


def test_a_year_has_no_second_comparison() -> None:
    assert compare.last_year(kpi("K01"), "2022-Y") is None
    assert compare.last_year(kpi("K01"), "2022-Q3").before.code == "2021-Q3"  # type: ignore[union-attr]


def test_a_trail_reaches_back_but_not_before_the_data() -> None:
    first = parse("2021-Q1").first
    assert compare.trail("2022-Q4", first) == "2021-Y..2022-Y"
    assert compare.trail("2021-Q2", first) == "2021-H1"


def test_a_stock_begins_the_quarter_before() -> None:
    assert compare.opening("2021-Y..2023-Y") == "2020-Q4"
    assert compare.with_opening("2021-Y") == "2020-Q4..2021-Q4"
    assert compare.last_quarter("2022-H1") == "2022-Q2"
