"""Reports read whole: every sentence against the figures, in the office's own phrases."""

import re
from functools import cache

import pytest

from pipelines import catalog, kpi
from pipelines.kpi import WarehouseReader
from pipelines.output.report import Report, compose_report
from pipelines.output.report.document import ReportSection
from pipelines.output.report.query import load_layout
from pipelines.present.i18n import translate
from pipelines.privacy.scope import PUBLIC
from pipelines.reference.periods import parse_period

CITY, DISTRICT, WARD = (), ("002",), ("00070",)
QUARTER, HALF, YEAR = "2021-Q3", "2022-H1", "2023-Y"
CASES = [(place, period) for place in (CITY, DISTRICT, WARD) for period in (QUARTER, HALF, YEAR)]
NAMES = [f"{place[0] if place else 'city'}-{period}" for place, period in CASES]
#: What no office writes: zeros of things, ISO dates, a period said twice, a literal translation.
CLUMSY = {
    "vi": r"(?<![\d.,])0 [^\W\d%]|\d{4}-\d\d-\d\d|kỳ quý|cùng kỳ (quý|6 tháng|\d)|Thanh chồng",
    "en": r"(?<![\d.,])0 [a-z]|(?<![\d.,/])1 [a-z-]+s\b|\d{4}-\d\d-\d\d|Stacked bars",
}
COMPARED = {s.name: s.compared for s in load_layout().sections if s.compared}


@cache
def whole(demo: WarehouseReader, places: tuple[str, ...], period: str, language: str) -> Report:
    return compose_report(demo, period, places, language="en" if language == "en" else "vi")


def words(section: ReportSection) -> str:
    titles = [drawing.picture.alt for drawing in section.drawings]
    return " ".join([*section.paragraphs, *titles]).replace("\u00a0", " ")


def figure(store: WarehouseReader, code: str, period: str, places: tuple[str, ...]) -> float | None:
    """The value as it is written, straight from the warehouse; None without one."""
    row = kpi.values(code, (), period, list(places) or None, store=store).row(0, named=True)
    known = row["state"] == "reported" and not row["below_gate"]
    return round(row["value"], catalog.find_kpi(code).decimals) if known else None


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("places", "period"), CASES, ids=NAMES)
def test_a_report_is_written_as_an_office_writes(
    demo: WarehouseReader, places: tuple[str, ...], period: str, language: str
) -> None:
    report = whole(demo, places, period, language)
    told = " ".join([report.title, *report.opening, *map(words, report.sections)])
    assert [m.group() for m in re.finditer(CLUMSY[language], told)] == []
    assert all(
        p.endswith((".", ")")) and ".." not in p for s in report.sections for p in s.paragraphs
    )


@pytest.mark.parametrize(("places", "period"), CASES, ids=NAMES)
def test_text_chart_and_table_say_one_change(
    demo: WarehouseReader, places: tuple[str, ...], period: str
) -> None:
    before = parse_period(period).shifted_by(-4).code
    for section in whole(demo, places, period, "vi").sections:
        code = COMPARED.get(section.name, "")
        now, then = (figure(demo, code, p, places) if code else None for p in (period, before))
        told = " ".join(section.paragraphs)
        titles = (
            [
                d.picture.alt
                for d in section.drawings
                if catalog.find_kpi(code).label.vi in d.picture.alt
            ]
            if code
            else []
        )
        if now is None or then is None:
            assert "So với" not in told
            continue
        way = "tăng" if now > then else "giảm" if now < then else "không đổi"
        assert (f" {way}" in told.partition("So với")[2]) == bool(now or then)
        other = {"tăng": "giảm so", "giảm": "tăng so", "không đổi": " so với"}[way]
        assert not [title for title in titles if other in title]
        assert section.table
        label = catalog.find_kpi(code).label.vi
        row = next(r for r in section.table.rows if r[0].text == label)
        assert row[4].value == pytest.approx(now - then)


def test_rounded_values_and_their_difference_agree(demo: WarehouseReader) -> None:
    for places, period in CASES:
        for section in whole(demo, places, period, "vi").sections:
            assert section.table
            for row in section.table.rows:
                now, then, change = (cell.value for cell in row[2:5])
                if None not in (now, then, change):
                    places_after = row[2].decimals
                    assert change == pytest.approx(
                        round(now, places_after) - round(then, places_after)
                    )  # type: ignore[arg-type]


def test_a_zero_that_lacks_returns_is_not_called_none(demo: WarehouseReader) -> None:
    """Hoàn Kiếm's quarter III/2021: nobody joined in 17 of 18 teams."""
    teams = whole(demo, DISTRICT, QUARTER, "vi").sections[0]
    assert figure(demo, "T04", QUARTER, DISTRICT) == 0
    assert "bổ sung" not in words(teams).lower().partition("†")[0]


def test_a_place_below_the_city_is_held_against_no_target_of_the_city(
    demo: WarehouseReader,
) -> None:
    progress = catalog.find_kpi("P06").label.vi
    for place in (DISTRICT, WARD):
        for section in whole(demo, place, YEAR, "vi").sections:
            assert section.table
            assert progress not in {row[0].text for row in section.table.rows}
            assert "Mục tiêu" not in words(section)


def test_missing_values_are_said_with_their_reason(demo: WarehouseReader) -> None:
    """Contacts of 16 of 18 teams: one return did not come, one has an error in the cell."""
    outreach = whole(demo, DISTRICT, QUARTER, "vi").sections[1]
    assert outreach.table
    row = next(row for row in outreach.table.rows if row[2].text == "174†")
    assert row[5].text == "16/18"
    assert "thiếu 2 số (1 có lỗi, 1 chưa nộp)" in words(outreach)


def test_what_the_public_may_not_see_is_not_called_none(demo: WarehouseReader) -> None:
    report = compose_report(demo, YEAR, (), scope=PUBLIC)
    points = next(section for section in report.sections if section.name == "points")
    assert "lượt tư vấn" not in words(points).replace("Một lượt tư vấn", "")
    assert translate("report.points_3_c_zero", "vi") not in words(points)
    assert "chỉ hiển thị cho người được giao quyền xem" in " ".join(report.key)
