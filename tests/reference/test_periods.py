"""The report calendar: from the 15th to the 14th, without gap or overlap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import PeriodError
from pipelines.reference.periods import (
    Quarter,
    Span,
    Step,
    count_days,
    parse_period,
    read_period,
    year_span,
)

quarters = st.builds(Quarter.from_number, st.integers(1990, 2100), st.integers(1, 4))
spans = st.builds(lambda first, more: Span(first, first.plus(more)), quarters, st.integers(0, 30))


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("2022-Q1", date(2021, 12, 15), date(2022, 3, 14)),
        ("2022-Q3", date(2022, 6, 15), date(2022, 9, 14)),
        ("2022-H1", date(2021, 12, 15), date(2022, 6, 14)),
        ("2022-H2", date(2022, 6, 15), date(2022, 12, 14)),
        ("2022-Y", date(2021, 12, 15), date(2022, 12, 14)),
        ("2021-Y..2023-Y", date(2020, 12, 15), date(2023, 12, 14)),
        ("2021-Q4..2022-H1", date(2021, 9, 15), date(2022, 6, 14)),
    ],
)
def test_a_period_runs_from_the_15th_to_the_14th(code: str, start: date, end: date) -> None:
    assert (parse_period(code).start, parse_period(code).end) == (start, end)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2021, 12, 14), "2021-Q4"),
        (date(2021, 12, 15), "2022-Q1"),
        (date(2021, 12, 20), "2022-Q1"),
        (date(2022, 7, 1), "2022-Q3"),
        (date(2022, 7, 31), "2022-Q3"),
        (date(2022, 12, 15), "2023-Q1"),
    ],
)
def test_a_day_belongs_to_the_quarter_that_holds_it(day: date, code: str) -> None:
    assert Quarter.containing(day).code == code


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_every_day_lies_in_its_quarter(day: date) -> None:
    quarter = Quarter.containing(day)
    assert quarter.start <= day <= quarter.end


@given(quarters)
def test_quarters_follow_each_other_day_by_day(quarter: Quarter) -> None:
    assert quarter.plus(1).start == quarter.end + timedelta(days=1)
    assert (
        Quarter.from_number(quarter.year, quarter.number)
        == quarter
        == parse_period(quarter.code).first
    )


@pytest.mark.parametrize(("step", "count"), [("quarter", 4), ("half", 2), ("year", 1)])
def test_steps_tile_a_year(step: Step, count: int) -> None:
    parts = list(year_span(2022).split_into(step))
    assert len(parts) == count
    assert sum(count_days(p) for p in parts) == count_days(year_span(2022)) == 365


@given(spans, st.sampled_from(["quarter", "half", "year"]))
def test_steps_cover_any_span_once_and_in_order(span: Span, step: Step) -> None:
    assert [q for part in span.split_into(step) for q in part.quarters] == span.quarters


def test_years_so_far_end_with_each_quarter_and_begin_with_their_year() -> None:
    assert [s.code for s in parse_period("2021-Q3..2022-Q3").split_into("so_far")] == [
        *("2021-Q3", "2021-H2", "2022-Q1", "2022-H1", "2022-Q1..2022-Q3")
    ]


@given(spans)
def test_the_code_of_a_span_reads_back_as_the_span(span: Span) -> None:
    assert parse_period(span.code) == span


@given(spans, st.integers(-8, 8))
def test_a_shifted_span_keeps_its_length(span: Span, by: int) -> None:
    assert len(span.shifted_by(by)) == len(span)
    assert span.shifted_by(by).shifted_by(-by) == span


@pytest.mark.parametrize(
    ("month", "quarter"),
    [("2022-M01", "2022-Q1"), ("2022-M03", "2022-Q1"), ("2022-M12", "2022-Q4")],
)
def test_a_month_is_finer_than_any_return(month: str, quarter: str) -> None:
    span = parse_period(month)
    assert span.finer
    assert span.first.code == quarter


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2022",
        "2022-Q5",
        "2022-H3",
        "2022-M13",
        "Q3-2022",
        "2022-Q3..",
        "..2022-Q3",
        "2023-Y..2022-Y",
        "năm 2022",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        parse_period(text)


def test_small_letters_and_spaces_do_no_harm() -> None:
    assert parse_period(" 2022-q3 ") == parse_period("2022-Q3")


def test_whole_years_and_one_year_are_told_apart() -> None:
    assert year_span(2022).whole_years
    assert year_span(2022).in_one_year
    assert not parse_period("2021-Q2..2022-Q1").whole_years
    assert not parse_period("2021-Y..2022-Y").in_one_year


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (2023, "2023-Y"),
        ("2023", "2023-Y"),
        ("năm 2023", "2023-Y"),
        ("2021-2023", "2021-Y..2023-Y"),
        ("2021 – 2023", "2021-Y..2023-Y"),
        ("2021..2023", "2021-Y..2023-Y"),
        ("Q3/2022", "2022-Q3"),
        ("q3 2022", "2022-Q3"),
        ("2022Q3", "2022-Q3"),
        ("quý 3/2022", "2022-Q3"),
        ("Quý III/2022", "2022-Q3"),
        ("quý IV năm 2022", "2022-Q4"),
        ("Q4/2021..H1/2022", "2021-Q4..2022-Q2"),
        ("6 tháng đầu năm 2022", "2022-H1"),
        ("2022-q3", "2022-Q3"),
        ("2022-H2", "2022-H2"),
    ],
)
def test_a_period_is_read_as_people_write_it(written: str | int, code: str) -> None:
    assert read_period(written).code == code


@pytest.mark.parametrize("text", ["", "Q5/2022", "quý 3", "22", "3/2022", "2022 2023", "10000"])
def test_what_may_mean_several_periods_is_not_guessed(text: str) -> None:
    with pytest.raises(PeriodError):
        read_period(text)


@given(spans)
def test_every_code_is_a_way_to_write_it(span: Span) -> None:
    assert read_period(span.code) == span
