"""Periods and days, as each language names them."""

from datetime import date

import pytest

from pipelines.present.format import periods
from pipelines.reference.periods import parse_period


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [
        ("2022-Q3", "quý III/2022", "Q3 2022"),
        ("2022-H1", "6 tháng đầu năm 2022", "first half of 2022"),
        ("2022-Y", "2022", "2022"),
        ("2021-Y..2023-Y", "2021–2023", "2021–2023"),
        ("2021-Q2..2022-Q3", "quý II/2021 – quý III/2022", "Q2 2021 – Q3 2022"),
    ],
)
def test_a_period_is_named_in_the_fewest_words(code: str, vi: str, en: str) -> None:
    assert (periods.format_period(code, "vi"), periods.format_period(code, "en")) == (vi, en)


def test_a_period_knows_its_days() -> None:
    assert periods.format_dates("2021-Y..2023-Y", "vi") == "15/12/2020–14/12/2023"
    assert periods.format_dates("2022-Q1", "en") == "15 Dec 2021–14 Mar 2022"
    assert periods.format_month(date(2022, 7, 1), "vi") == "07/2022"


def test_an_axis_has_short_names() -> None:
    assert periods.format_tick(parse_period("2022-Q3").first, "vi") == "III/22"


@pytest.mark.parametrize(
    ("code", "can"),
    [
        ("2022-Q3", True),
        ("2021-Q1..2022-Q4", True),
        ("2019-Y", False),
        ("2022-M03", False),
        ("soon", False),
    ],
)
def test_a_period_can_be_asked_when_the_data_cover_it(code: str, can: bool) -> None:
    assert periods.is_within(code, ("2021-Y..2023-Y", "2022-Y")) is can
