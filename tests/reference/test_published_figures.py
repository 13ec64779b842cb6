"""Published figures, targets and facilities are complete and known to the catalogue."""

from datetime import date

import pytest

from pipelines import catalog
from pipelines.errors import PeriodError
from pipelines.reference import periods, places
from pipelines.reference.counselling_points import load_known_points
from pipelines.reference.facilities import facilities_of_service, load_facilities
from pipelines.reference.published_figures import PublishedFigure, load_published, load_sources
from pipelines.reference.targets import find_target, load_targets, target_value

FIGURES = {p.id: p for p in load_published()}
CITY = places.load_places()
DAY = date(2023, 12, 14)
KNOWN_CODES = (
    {p.code for p in CITY.valid_on(DAY)} | {d.code for d in CITY.districts_on(DAY)} | {"HN"}
)


def test_the_52_figures_of_the_two_articles_stand_once() -> None:
    seeds = [p.id for p in load_published() if p.source in ("S1", "S2")]
    assert seeds == [f"F{n:02d}" for n in range(1, 53)]
    assert len(FIGURES) == len(load_published())


def test_what_the_demonstration_must_reproduce_is_named() -> None:
    exact = {p.id for p in load_published() if p.exact}
    further = {
        "W1.3",
        "W2.2",
        "W2.3",
        "W2.4",
        "W2.5",
        "W2.6",
        "W2.7",
        "W2.8",
        "W2.9",
        "W7.4",
        "W7.7",
        "W7.8",
        "W8.1",
    }
    assert exact == {f"F{n:02d}" for n in range(1, 51)} | further


@pytest.mark.parametrize(
    ("id", "kpi", "value", "period"),
    [
        ("F02", "T03", 4386, "2020-Y"),
        ("F04", "O01", 67642, "2020-Y"),
        ("F27", "K01", 14, "2023-Y"),
        ("F28", "P01", 36, "2023-Y"),
        ("F32", "K05", 2124, "2021-Y..2023-Y"),
        ("F50", "H09", 60_000_000, "2021-Y..2023-Y"),
        ("W2.9", "T03", 118, "2022-Q3"),
        ("W8.1", "B01", 37, "2021-Q2"),
    ],
)
def test_a_figure_has_its_kpi_value_and_period(id: str, kpi: str, value: int, period: str) -> None:
    found = FIGURES[id]
    assert (found.kpi, found.value, found.period) == (kpi, value, period)


def total(*ids: str) -> float:
    return sum(FIGURES[i].value or 0 for i in ids)


def test_sums_the_articles_allow_come_out() -> None:
    assert total("F07", "F08") == FIGURES["F06"].value
    assert total("F26", "F27") == FIGURES["F25"].value
    assert total("W3.3", "W3.4", "W3.5", "W3.6") == FIGURES["W3.1"].value


def test_sums_of_overlapping_parts_are_larger_than_the_whole() -> None:
    assert total("F12", "F13", "F14", "F15", "F16") == 160
    assert total("F33", "F34", "F35", "F36", "F37") == 2205


@pytest.mark.parametrize("figure", load_published(), ids=lambda p: p.id)
def test_a_figure_can_be_asked_of_the_catalogue(figure: PublishedFigure) -> None:
    assert figure.label_vi
    assert figure.label_en
    assert bool(figure.note_vi) == bool(figure.note_en)
    assert figure.source in load_sources()
    assert (figure.line is not None) == (figure.source in ("S1", "S2"))
    assert figure.unit in {*catalog.units(), ""}
    assert set(figure.scope.split(";")) <= KNOWN_CODES
    if figure.kpi:
        assert catalog.find_kpi(figure.kpi).unit == figure.unit
        assert periods.parse_period(figure.period).end <= DAY
        assert set(figure.places) <= KNOWN_CODES


@pytest.mark.parametrize("figure", [p for p in load_published() if p.exact], ids=lambda p: p.id)
def test_a_figure_to_reproduce_has_a_kpi_and_something_to_agree_with(
    figure: PublishedFigure,
) -> None:
    assert figure.kpi
    assert figure.value is not None or figure.low is not None


@pytest.mark.parametrize(
    ("id", "agrees", "differs"),
    [
        ("F01", [579], [578, 580]),
        ("F03", [20_000, 99_999], [19_999, 100_000]),
        ("F05", [100_001], [100_000, 99_000]),
        ("W2.2", [3_500, 4_386, 4_499], [3_499, 4_500]),
        ("W1.3", [4_350, 4_449], [4_349, 4_450]),
        ("W7.7", [850, 949], [849, 950]),
        ("F52", [], [0, 1]),
    ],
)
def test_a_figure_agrees_by_its_qualifier(id: str, agrees: list[int], differs: list[int]) -> None:
    assert all(FIGURES[id].matches(n) for n in agrees)
    assert not any(FIGURES[id].matches(n) for n in differs)


def test_two_published_versions_of_one_half_year_are_both_kept() -> None:
    first, second = FIGURES["W10.1"], FIGURES["W11.1"]
    assert (first.period, first.value) == ("2022-H1", 536)
    assert (second.period, second.value) == ("2022-H1", 547)


def test_periods_outside_our_calendar_stay_in_the_words_of_the_article() -> None:
    with pytest.raises(PeriodError):
        periods.parse_period(FIGURES["W30.1"].period)


@pytest.mark.parametrize(
    ("kpi", "year", "value"),
    [
        ("P01", 2021, 60),
        ("P01", 2025, 60),
        ("P01", 2026, None),
        ("O07", 2022, 80),
        ("O07", 2020, None),
        ("T01", 2022, None),
    ],
)
def test_a_year_has_its_own_target_or_the_next_to_reach(
    kpi: str, year: int, value: float | None
) -> None:
    assert target_value(kpi, year) == value


def test_targets_name_kpis_units_and_sources_we_know() -> None:
    for t in load_targets():
        assert t.source in load_sources()
        assert t.unit in catalog.units()
        assert not t.kpi or catalog.find_kpi(t.kpi).unit == t.unit
    assert find_target("P01", 2023) == next(t for t in load_targets() if t.kpi == "P01")


def test_the_city_facilities_are_real_and_every_other_receiver_says_it_is_not() -> None:
    real = [f for f in load_facilities().values() if not f.invented]
    assert [f.number for f in real] == ["2", "5", "6", "7"]
    for facility in load_facilities().values():
        assert (
            facility.invented == ("giả định" in facility.name) == ("invented" in facility.name_en)
        )


def test_every_referral_service_has_a_receiver() -> None:
    for service in catalog.choices("service"):
        assert facilities_of_service(service), service
    assert {f.number for f in load_facilities().values() if f.number} == set(
        catalog.choices("supporting_facility")
    )


def test_places_with_points_are_units_of_their_district() -> None:
    for point in load_known_points():
        assert point.source in load_sources()
        assert point.confidence in catalog.choices("confidence")
        if point.commune:
            place = CITY.find_place(point.commune, DAY)
            assert (place.name, place.district_code) == (point.name, point.district)


def test_fourteen_points_are_older_than_2021_and_ten_wards_were_pilots() -> None:
    older = [
        p
        for p in load_known_points()
        if p.programme == "M4" and p.before_2021 in ("yes", "inferred")
    ]
    pilots = [p for p in load_known_points() if p.programme == "M3"]
    assert len(older) == 14
    assert len({p.commune for p in pilots}) == 10
