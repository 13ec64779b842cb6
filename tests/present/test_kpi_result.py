"""What is written about one figure: value, base, coverage, or why there is none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipelines.present import kpi_result
from pipelines.present.chart_data import select_both_ends
from pipelines.present.kpi_result import KpiResult, points_by_place
from pipelines.present.panels import headlines

Make = Callable[..., KpiResult]


def test_a_rate_is_said_with_unit_base_and_coverage(make: Make) -> None:
    size = make("T06", 7.575, of=(4386, 579), received=10)
    assert size.format_value("vi") == "7,58"
    assert size.format_base("en") == "4,386 / 579"
    assert size.format_coverage("vi") == "Báo cáo 10/10."
    assert size.format_sentence("Toàn thành phố", "vi").startswith("Toàn thành phố: 7,58")


def test_a_rate_on_too_few_is_said_as_counts(make: Make) -> None:
    few = make("R08", 75.0, of=(3, 4))
    assert few.below_min_denominator
    assert (few.format_value("vi"), few.format_value("en")) == ("3 trên 4", "3 of 4")


def test_money_is_said_in_a_unit_one_can_read(make: Make) -> None:
    assert make("H09", 60_000_000).format_with_unit("vi") == "60 triệu đồng"


@pytest.mark.parametrize(
    ("state", "text", "sentence"),
    [
        ("not_reported", "–", "Ba Đình: chưa có báo cáo."),
        ("not_applicable", "n/a", "Ba Đình: không áp dụng trong kỳ này."),
        ("suppressed", "*", "Ba Đình: chỉ hiển thị cho người được giao quyền xem."),
    ],
)
def test_a_nothing_says_which_nothing_it_is(
    make: Make, state: str, text: str, sentence: str
) -> None:
    found = make("K01", state=state)
    assert found.format_value("vi") == text
    assert found.format_sentence("Ba Đình", "vi") == sentence


def test_a_reported_zero_is_a_value(make: Make) -> None:
    zero = make("K01", 0)
    assert zero.is_known and zero.format_value("vi") == "0"


def test_marks_stand_in_time_order_and_leave_gaps_open(make: Make) -> None:
    found = [make("K01", 5, period="2022-Q2"), make("K01", period="2022-Q1")]
    marks = kpi_result.points_over_time(found, "vi")
    assert [(m.name, m.value, m.text) for m in marks] == [("I/22", None, "–"), ("II/22", 5, "5")]


def test_a_period_with_few_returns_is_unfinished(make: Make) -> None:
    open_period = make("K01", 5, received=4, period="2022-Q1")
    assert kpi_result.points_over_time([open_period], "vi")[0].unfinished


def test_a_partial_figure_says_what_is_missing_and_why(make: Make) -> None:
    assert make("K01", 5).format_coverage("vi") == (
        "Chưa đầy đủ: 9/10 báo cáo, thiếu 1 số (1 chưa nộp)."
    )
    assert make("K01", 5, received=10).format_coverage("vi") == "Báo cáo 10/10."


def test_a_figure_below_the_gate_is_shown_and_makes_no_headline(make: Make) -> None:
    few = make("K01", 5, received=7)
    assert few.is_known and not few.makes_headline


def test_returns_without_a_usable_number_are_not_called_missing() -> None:
    row = {
        "value": None,
        "numerator": None,
        "denominator": None,
        "expected": 1,
        "received": 0,
        "missing_by": {"blank": 0, "blocked": 1, "not_sent": 0},
        "below_gate": True,
        "state": "not_reported",
        "qualifier": "=",
    }
    blocked = kpi_result.read_result(row, "O01")
    assert blocked.format_sentence("Hàng Gai", "en") == (
        "Hàng Gai: returns have come, but no usable number (1 with an error)."
    )


def test_nothings_rank_last(make: Make) -> None:
    found = [make("K01", v, ward=n, ward_name=n) for n, v in (("A", None), ("B", 1), ("C", 3))]
    assert [
        m.name
        for m in kpi_result.sort_descending(kpi_result.points_by_place(found, "vi", column="ward"))
    ] == [
        "C",
        "B",
        "A",
    ]


def test_what_belongs_to_no_one_place_ranks_behind_all(make: Make) -> None:
    found = [make("K01", v, ward=n, ward_name=n) for n, v in (("", 88), ("B", 1), ("C", None))]
    ranked = kpi_result.sort_descending(points_by_place(found, "vi", column="ward"))
    assert [mark.code for mark in ranked] == ["B", "C", ""]


def test_what_must_be_said_comes_from_the_catalogue(make: Make) -> None:
    assert "chưa phải kết quả" in kpi_result.list_caveats(make("V05", 1).kpi, "vi")


def test_a_rate_on_too_few_that_is_no_share_is_written_with_a_stroke(make: Make) -> None:
    assert make("K10", 2.0, of=(2, 1)).format_value("en") == "2 / 1"
    assert make("K09", 50.0, of=(1, 2)).format_value("en") == "1 of 2"


def test_a_unit_is_told_once(make: Make) -> None:
    assert kpi_result.name_with_unit(make("K01", 1).kpi, "vi") == "Khách hàng mới (người)"
    assert kpi_result.name_with_unit(make("T06", 1, of=(1, 1)).kpi, "en") == "Volunteers per team"


def test_a_long_ranking_shows_both_ends(make: Make) -> None:
    found = [make("T06", n, ward=str(n), ward_name=str(n)) for n in (9, 8, 7, 6, 5, 4, None)]
    ranked = kpi_result.points_by_place(found, "vi", column="ward")
    assert [point.value for point in select_both_ends(ranked, 4)] == [9, 8, 5, 4]
    assert [point.value for point in select_both_ends(ranked, 6)] == [9, 8, 7, 6, 5, 4]


def test_what_lies_between_two_values_is_written_as_a_range_and_not_drawn(make: Make) -> None:
    found = make("K01", 0, ward="00643", ward_name="Thanh Liệt")
    ranged = replace(found, exactness="bounds", lower=0.0, upper=7.0, in_geography=True)
    assert ranged.format_value("vi") == "0 đến 7"
    assert ranged.format_value("en") == "0 to 7"
    assert not ranged.makes_headline
    (mark,) = points_by_place([ranged], "vi", column="ward")
    assert (mark.value, mark.text, mark.exactness) == (None, "0 đến 7", "trong khoảng")
    kpi = ranged.kpi
    assert "khoảng" in headlines.places_title(kpi, [mark], "ward", "vi")
    assert "range" in headlines.places_title(kpi, [mark], "ward", "en")


def test_a_rate_without_a_greatest_value_is_written_from_its_least(make: Make) -> None:
    rate = replace(make("T06", None, state="reported"), exactness="bounds", lower=3.0)
    assert rate.format_value("vi") == "từ 3,00"
