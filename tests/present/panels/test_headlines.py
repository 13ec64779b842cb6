"""Titles are computed: numbers early, from the answers and nothing else."""

from collections.abc import Callable

from pipelines.present.kpi_result import KpiResult, points_by_place, sort_descending
from pipelines.present.panels import growth, headlines, team_sizes

Make = Callable[..., KpiResult]


def test_a_line_is_told_by_its_last_quarter_and_the_same_one_a_year_before(make: Make) -> None:
    line = {"2022-Q3": 9, "2022-Q4": 14, "2023-Q3": 40, "2023-Q4": 36}
    found = [make("P01", value, period=period) for period, value in line.items()]
    assert headlines.trend_title(found, "vi").endswith(
        "quý IV/2023 là 36, tăng so với 14 của quý IV/2022"
    )
    assert headlines.trend_title(found[:3], "en").endswith("in Q3 2023, up from 9 in Q3 2022")
    assert headlines.trend_title(found[:2], "vi").endswith("quý IV/2022: 14")
    assert headlines.trend_title([], "vi").endswith("chưa có kỳ nào đủ số liệu")


def test_a_quarter_below_the_gate_does_not_end_a_line(make: Make) -> None:
    found = [make("P01", 5, period="2023-Q3"), make("P01", 1, received=2, period="2023-Q4")]
    assert headlines.trend_title(found, "vi").endswith("quý III/2023: 5")


def test_a_count_of_zero_is_none_on_either_side(make: Make) -> None:
    def told(then: float, now: float) -> str:
        pair = {"2022-Q4": then, "2023-Q4": now}
        line = [make("S01", value, received=10, period=period) for period, value in pair.items()]
        return headlines.trend_title(line, "vi").replace("\u00a0", " ")

    assert told(3, 0) == "Lượt tuần tra: không có trong quý IV/2023, giảm so với 3 của quý IV/2022"
    assert told(0, 3) == "Lượt tuần tra quý IV/2023 là 3, tăng so với quý IV/2022 (không có)"
    assert told(0, 0) == "Lượt tuần tra: không có trong quý IV/2023 và quý IV/2022"


def test_places_are_told_by_the_most_and_how_many_have_any(make: Make) -> None:
    found = [make("K01", v, district=n, district_name=n) for n, v in (("A", 3), ("B", 0), ("C", 7))]
    marks = sort_descending(points_by_place(found, "vi", column="district"))
    assert "C nhiều nhất, 7 người; có ở 2 trong 3" in headlines.places_title(
        found[0].kpi, marks, "district", "vi"
    )


def test_hidden_and_partial_places_are_no_zeros(make: Make) -> None:
    def title(*found: KpiResult) -> str:
        marks = points_by_place(list(found), "en", column="district")
        return headlines.places_title(found[0].kpi, marks, "district", "en")

    at = {"district": "A", "district_name": "A"}
    assert title(make("K01", state="suppressed", **at)).endswith("authorised users only")
    assert title(make("K01", 3, received=2, **at)).endswith("too few returns to compare places")


def test_one_place_is_not_the_first_of_one(make: Make) -> None:
    found = [make("K01", 3, district="A", district_name="A")]
    marks = points_by_place(found, "vi", column="district")
    assert headlines.places_title(found[0].kpi, marks, "district", "vi").endswith(", A: 3 người")


def test_few_are_not_held_against_a_percentage(make: Make) -> None:
    line = [
        make("R08", 67, of=(4, 6), period="2022-Q4"),
        make("R08", 90, of=(18, 20), period="2023-Q4"),
    ]
    assert headlines.trend_title(line, "en").endswith("in Q4 2023: 90.0%")
    assert headlines.trend_title(line[:1], "en").endswith("in Q4 2022: 4 of 6")
    few = [make("R08", 100, of=(2, 2), district="A", district_name="A")]
    many = [
        make("R08", v, of=(v / 5, 20), district=n, district_name=n)
        for n, v in (("B", 90), ("C", 80))
    ]

    def title(found: list[KpiResult]) -> str:
        marks = sort_descending(points_by_place(found, "en", column="district"))
        return headlines.places_title(found[0].kpi, marks, "district", "en")

    assert title(few + many).endswith("from 80.0% (C) to 90.0% (B)")
    assert title(few + many[:1]).endswith(", B: 90.0%")
    assert title(few).endswith(", A: 2 of 2")
    assert title(few * 2).endswith("too small to compare")


def test_inside_and_outside_are_sums_over_sums(make: Make) -> None:
    inner = [make("T06", 8, of=(8, 1)), make("T06", 6, of=(18, 3))]
    outer = [make("T06", 5, of=(10, 2))]
    assert "inner city 6.50, outer districts 5.00" in str(
        headlines.inner_outer_title(inner[0].kpi, inner, outer, "en")
    )
    assert (
        headlines.inner_outer_title(make("K01", 1).kpi, [make("K01", 1)], [make("K01", 2)], "vi")
        is None
    )


def test_the_overview_tells_points_and_clients(make: Make) -> None:
    size, returns = make("T06", 7.58), make("Q01", 90, of=(9, 10))
    assert (
        headlines.overview_title(make("P02", 22), make("K01", 269), size, returns, "vi")
        == "Thêm 22 Điểm tư vấn; 269 khách hàng mới đăng ký"
    )
    told = headlines.overview_title(make("P02", 1), make("K01", 1), size, returns, "en")
    assert told == "1 new counselling point; 1 new client registered"
    told = headlines.overview_title(make("P02", 0), make("K01", 0), size, returns, "en")
    assert told == "No new clients in the returns received"
    none = make("P02", state="not_applicable"), make("K01", state="not_applicable")
    assert "7,58" in headlines.overview_title(*none, size, returns, "vi")


def test_the_overview_of_a_few_returns_counts_them(make: Make) -> None:
    def title(returns: KpiResult) -> str:
        nothing = [make(code, state="not_reported") for code in ("P02", "K01", "T06")]
        return headlines.overview_title(*nothing, returns, "en")

    assert title(make("Q01", 10, of=(1, 10))) == "Only 1/10 returns so far, too few for a headline"
    assert title(make("Q01", 0, of=(0, 10))) == "No return for this period has been received yet"
    assert title(make("Q01", state="not_applicable")) == "No returns are due for this period"
    unregistered = title(make("Q01", state="not_applicable", of=(1, 0)))
    assert unregistered.startswith("1 return received; the registers name no team")


def test_points_are_told_with_what_is_missing_to_the_target(make: Make) -> None:
    told = headlines.points_title(make("P01", 36), make("P01", 14), 60, "vi")
    assert (
        told == "Điểm tư vấn tăng từ **14** lên **36**. Còn thiếu **24** Điểm để đạt mục tiêu 60."
    )
    assert (
        headlines.points_title(make("P01", 60), make("P01", 60), 60, "vi")
        == "Có **60** Điểm tư vấn, không đổi so với kỳ trước."
    )
    told = headlines.points_title(make("P01", 4), make("P01", 5), None, "vi")
    assert told == "Điểm tư vấn giảm từ **5** xuống **4**."
    told = headlines.points_title(make("P01", 4), make("P01", state="not_reported"), None, "vi")
    assert told == "Có **4** Điểm tư vấn."


def test_an_open_period_is_called_so(make: Make) -> None:
    row = make("Q01", 71.2)
    assert "9/10" in headlines.returns_title(row, "vi", can_compare=False)
    told = headlines.returns_title(row, "vi", can_compare=False)
    assert told.startswith("Kỳ này chưa so sánh được")
    assert headlines.returns_title(row, "vi", can_compare=True).startswith("Đã nhận **9/10**")


def test_growth_is_told_against_the_target(make: Make) -> None:
    first, last = make("P01", 14), make("P01", 36)
    assert (
        growth.growth_title(first, last, (60, 2025), "vi")
        == "Từ 14 lên 36 Điểm tư vấn, bằng 60\u00a0% mục tiêu năm 2025"
    )
    assert growth.growth_title(first, last, None, "en") == "From 14 to 36 counselling points"
    assert growth.growth_title(last, first, None, "vi") == "Từ 36 xuống 14 Điểm tư vấn"
    assert growth.growth_title(last, make("P01", 0), None, "en").startswith("From 36 down to 0")
    hidden = growth.growth_title(first, make("P01", state="suppressed"), None, "en")
    assert hidden.endswith("shown to authorised users only")


def test_parts_are_told_by_the_leading_one(make: Make) -> None:
    marks = team_sizes.kpi_points([make("U01", 607), make("U03", 934)], "vi")
    assert (
        team_sizes.leading_finding(marks, "clients.topics", "vi")
        == "Tư vấn chăm sóc sức khỏe là chủ đề được tư vấn nhiều nhất: 934 lượt"
    )


def test_parts_that_are_hidden_silent_or_few_are_not_called_none(make: Make) -> None:
    def finding(*found: KpiResult) -> str:
        marks = team_sizes.kpi_points(list(found), "en")
        return team_sizes.leading_finding(marks, "clients.topics", "en")

    assert finding(make("U01", 0)) == "No contacts by topic in the returns received"
    hidden = finding(make("U01", state="suppressed"), make("U03", state="not_applicable"))
    assert hidden == "Contacts by topic: shown to authorised users only"
    assert finding(make("U01", state="not_reported")) == "Contacts by topic: not reported"
    assert finding(make("U01", 5, received=2)).startswith("Contacts by topic: only 2/10 returns")


def test_what_all_names_share_is_left_out() -> None:
    assert team_sizes.distinct_names(["Khách hàng mới: nữ", "Khách hàng mới: thân nhân"]) == [
        "Nữ",
        "Thân nhân",
    ]
    assert team_sizes.distinct_names(["Methadone (pilot)", "HIV (pilot)"]) == ["Methadone", "HIV"]
    assert team_sizes.distinct_names(["Tại nhà", "Qua Zalo"]) == ["Tại nhà", "Qua Zalo"]


def test_the_busiest_point_is_named_and_idle_ones_counted(make: Make) -> None:
    found = [make("K05", v, ward_name=n) for n, v in (("Phúc Tân", 276), ("Bồ Đề", 0))]
    assert (
        growth.busiest_finding(found, found[0], "en")
        == "1 of 2 wards with a point have had contacts; Phúc Tân the most, 276"
    )
    idle = growth.busiest_finding(found[1:], found[1], "vi")
    assert idle == "Các báo cáo đã nhận không có lượt tư vấn nào"
    hidden = make("K05", state="suppressed", ward_name="Phúc Tân")
    told = growth.busiest_finding([hidden], hidden, "en")
    assert told == "Counselling contacts: shown to authorised users only"


def test_a_difference_agrees_with_the_figures_as_written(make: Make) -> None:
    told = headlines.teams_title(make("T06", 7.6467), make("T06", 7.5835), "năm 2020", "vi")
    assert (
        told == "Bình quân mỗi Đội có **7,65** tình nguyện viên, "
        "tăng **0,07** so với cuối năm 2020 (7,58)."
    )
