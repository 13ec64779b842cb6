"""The panels of referrals, returns, sizes, registers and published figures."""

import re
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from pipelines.catalog import Language, find_kpi, kpis
from pipelines.catalog.types import LANGUAGES
from pipelines.present.charts import palette
from pipelines.present.kpi_result import KpiResult
from pipelines.present.panels import (
    data_quality,
    definitions,
    maps,
    published_table,
    referral_outcomes,
    team_sizes,
)

Make = Callable[..., KpiResult]
SLIPS = pl.DataFrame(
    {
        "service": ["RF_HIV", "RF_LAW", "RF_JOB"],
        "issued": [27, 4, 0],
        "attended": [23, 3, 0],
        "started": [22, 3, 0],
        "completed": [22, 3, 0],
        "going": [0, 0, 0],
        "arrived": [1, 0, 0],
        "waiting": [3, 1, 0],
        "refused": [1, 0, 0],
        "lost": [0, 0, 0],
        "dropped": [0, 0, 0],
        "transferred": [0, 0, 0],
    }
)


def test_shares_of_a_bar_add_up_to_what_was_issued() -> None:
    told = referral_outcomes.prepare_rows(SLIPS, "vi")
    assert told["name"].to_list() == ["Xét nghiệm HIV", "Hỗ trợ pháp lý"]
    assert told.select(pl.sum_horizontal(*referral_outcomes.TONES)).to_series().to_list() == [27, 4]


def test_steps_write_counts_where_a_rate_says_nothing() -> None:
    table = referral_outcomes.steps_table(referral_outcomes.prepare_rows(SLIPS, "vi"), "vi")
    assert table.rows() == [
        ("Xét nghiệm HIV", "27", "23", "22", "22", "3", "85,2"),
        ("Hỗ trợ pháp lý", "4", "3", "3", "3", "1", "3 trên 4"),
        ("Tất cả", "31", "26", "25", "25", "4", "83,9"),
    ]


def test_no_answer_is_hatched_and_every_count_named() -> None:
    figure = referral_outcomes.draw_outcomes(
        referral_outcomes.prepare_rows(SLIPS, "vi"), "Dịch vụ", "vi"
    ).figure
    hatched = [t for t in figure["data"] if "pattern" in t["marker"]]
    assert [t["text"] for t in hatched] == [["<b>3</b>", "<b>1</b>"]]


def test_few_arrivals_have_no_median() -> None:
    days = pl.DataFrame(
        {"service": ["RF_HIV", "RF_LAW"], "n": [23, 3], "median": [4.5, None], "p90": [11.0, None]}
    )
    picture = referral_outcomes.draw_waiting(referral_outcomes.prepare_rows(days, "vi"), "vi")
    assert picture.alt == "Xét nghiệm HIV chờ lâu nhất: một nửa số lượt từ 4,5 ngày trở lên"
    assert picture.table.row(1) == ("Hỗ trợ pháp lý", "3", "–", "–")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("reported", "No referrals in the returns received"),
        (
            "suppressed",
            "The referrals of this place are shown to authorised users only",
        ),
        ("not_reported", "No referral register received for this period yet"),
    ],
)
def test_no_referrals_hidden_ones_and_no_return_are_three_sentences(
    state: str, sentence: str
) -> None:
    bare = SLIPS.with_columns(
        pl.col(pl.Int64) * (0 if state == "reported" else None), state=pl.lit(state)
    )
    told, none = referral_outcomes.prepare_rows(bare, "en"), referral_outcomes.reason_for_none(bare)
    assert {
        said(told, "en", none)
        for said in (
            referral_outcomes.referrals_title,
            referral_outcomes.outcome_finding,
            referral_outcomes.waiting_finding,
        )
    } == {sentence}


def test_arrivals_too_few_for_a_median_are_not_told_as_none() -> None:
    days = pl.DataFrame({"service": ["RF_LAW"], "n": [3], "median": [None], "p90": [None]})
    picture = referral_outcomes.draw_waiting(referral_outcomes.prepare_rows(days, "en"), "en")
    assert picture.alt == "Too few referrals have reached the service to calculate the wait"


def test_a_full_square_is_silent_and_a_missing_return_is_named(make: Make) -> None:
    at = {"district": "001", "district_name": "Ba Đình"}
    full = make("Q01", 100, of=(14, 14), period="2022-Q1", **at)
    short = make("Q01", 92.9, of=(13, 14), period="2022-Q2", **at)
    none = make("Q01", 0, of=(0, 14), period="2022-Q3", **at)
    picture = data_quality.draw_return_heatmap([full, short, none], "district", "vi")
    assert picture.table.row(0) == ("Ba Đình", "✓", "13/14", "–")
    assert picture.alt.startswith("0 trong 1")


def test_sizes_outside_the_range_wear_the_accent_and_are_named(make: Make) -> None:
    teams = [
        make("T06", v, ward_name=n, district_name="Ba Vì")
        for n, v in (("A", 4), ("B", 7), ("C", 7), ("D", 12))
    ]
    picture = team_sizes.draw_size_histogram(teams, make("T06", 7.5), (5, 10), "vi")
    colours = picture.figure["data"][0]["marker"]["color"]
    assert (colours[0], colours[3], colours[-1]) == (palette.ACCENT, palette.TINT, palette.ACCENT)
    assert picture.alt == "2 trong 4 Đội có từ 5 đến 10 người; phổ biến nhất là Đội 7 người"
    assert (
        team_sizes.list_extremes(teams, (5, 10), "vi", 6)
        == "Dưới 5 người: A (Ba Vì) 4. Trên 10 người: D (Ba Vì) 12."
    )


def test_a_point_without_a_date_stands_last() -> None:
    rows = {"ward_name": ["Tam Hiệp", "Hàng Buồm"], "district_name": ["Thanh Trì", "Hoàn Kiếm"]}
    dates = {"founded": [None, date(2021, 4, 4)], "launched": [None, None]}
    found = pl.DataFrame({**rows, **dates, "confidence": ["probable", "certain"]})
    table = referral_outcomes.founding_table(found, "vi")
    assert table.rows() == [
        ("Hàng Buồm", "Hoàn Kiếm", "04/04/2021", "–", "Chắc chắn"),
        ("Tam Hiệp", "Thanh Trì", "–", "–", "Có thể"),
    ]
    assert (
        referral_outcomes.founding_finding(found, "vi")
        == "1 trong 2 Điểm có ngày thành lập, trong đó 1 ngày chắc chắn"
    )


def test_wards_without_a_row_do_not_apply(make: Make) -> None:
    row = {"district_code": "002", "district_name": "Hoàn Kiếm"}
    places = pl.DataFrame(
        [
            {"code": "00046", "name": "Hàng Buồm", **row},
            {"code": "00058", "name": "Lý Thái Tổ", **row},
        ]
    )
    known = make(
        "K05", 3, district="002", district_name="Hoàn Kiếm", ward="00046", ward_name="Hàng Buồm"
    )
    assert [a.state for a in maps.fill_missing_wards([known], places)] == [
        "reported",
        "not_applicable",
    ]


@pytest.mark.parametrize(
    ("ours", "verdict"), [(4386.0, "agrees"), (4385.0, "differs"), (None, "unknown")]
)
def test_a_published_figure_agrees_differs_or_stands_alone(
    ours: float | None, verdict: str
) -> None:
    volunteers = next(p for p in published_table.load_published() if p.id == "F02")
    assert published_table.judge_figure(volunteers, {"F02": ours}) == verdict
    assert published_table.judge_figure(volunteers, {}) == "claim"


def test_the_difference_stands_in_the_table() -> None:
    row = next(
        r for r in published_table.published_table({"F02": 4380.0}, "en").rows() if r[0] == "F02"
    )
    assert (row[1], row[4:7]) == ("Differs", ("4,386 volunteers", "4,380", "−6"))


#: Words of the sentence on each model, and a figure that has it.
MODELS = {
    "count": ("T03", "thang logarit", "on the log scale"),
    "share": ("V04", "khoảng tin cậy Wilson", "exact binomial limits"),
    "unit_spread": ("T06", "chênh lệch giữa các Đội", "the spread between teams"),
    "place_spread": ("O04", "chênh lệch giữa các địa bàn khác", "the spread between the others"),
    "none": ("R12", "Không phù hợp để so sánh", "Not suitable for comparing"),
}


@pytest.mark.parametrize("model", MODELS)
def test_the_definitions_say_how_a_figure_of_each_model_is_compared(model: str) -> None:
    code, *words = MODELS[model]
    figure = find_kpi(code)
    assert figure.model == model
    for language, expected in zip(LANGUAGES, words, strict=True):
        table = definitions.definitions_table(figure.story, language)
        (about,) = [row[1] for row in table.rows() if row[0] == code]
        assert expected in about


def test_every_figure_has_a_model_and_its_sentence() -> None:
    for figure in kpis().values():
        assert figure.model in MODELS
        assert definitions.describe_model(figure, "en") in " ".join(
            row[1] for row in definitions.definitions_table(figure.story, "en").rows()
        )


def test_every_kpi_stands_on_the_definitions_page() -> None:
    codes = [
        c
        for story in definitions.list_stories()
        for c in definitions.definitions_table(story, "vi").to_series(0).to_list()
    ]
    assert len(codes) == len(set(codes)) and {"T06", "K01", "P01", "R08", "Q01"} <= set(codes)


def test_no_formula_shows_a_bare_code() -> None:
    formulas = [
        f
        for s in definitions.list_stories()
        for f in definitions.definitions_table(s, "en").to_series(3).to_list()
    ]
    assert not [f for f in formulas if "_" in re.sub(r" `\w+`", "", f)]


def test_all_twenty_five_systems_are_found_or_said_not_to_be_asked() -> None:
    assert list(definitions.FOUND) == [f"M{n}" for n in range(1, 26)]
    assert [code for code, page in definitions.FOUND.items() if page is None] == ["M17", "M24"]


def test_when_every_referral_has_an_answer_none_is_counted_without_one() -> None:
    told = referral_outcomes.prepare_rows(SLIPS.with_columns(waiting=pl.lit(0)), "en")
    assert (
        referral_outcomes.referrals_title(told, "en")
        == "26 of 31 referrals reached the service; all have feedback"
    )
    assert not referral_outcomes.waiting_finding(told, "en").startswith("0")


def test_published_figures_that_have_something_to_be_said_are_listed_again_with_it() -> None:
    told = published_table.published_table({"F02": 4380.0}, "vi")
    assert published_table.figure_columns(told).columns == told.columns[:-1]
    noted = published_table.note_rows(told)
    assert noted.columns == [told.columns[0], told.columns[2], told.columns[-1]]
    assert noted.height == sum(row[-1] != "" for row in told.rows()) > 0


@pytest.mark.parametrize(("language", "mark"), [("vi", "(suy luận)"), ("en", "(inference)")])
def test_readings_that_are_inference_are_marked_and_say_why(language: Language, mark: str) -> None:
    table = published_table.published_table({"F25": 19.0}, language)
    marked = [row[0] for row in table.rows() if mark in row[1]]
    assert marked == ["F25", "F26", "F27", "F45"]
    reasons = {row[0]: row[-1] for row in published_table.note_rows(table).rows()}
    assert all(reasons[code].startswith(("Suy luận: ", "Inference: ")) for code in marked)
