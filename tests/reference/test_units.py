"""The units of Hanoi on every day since March 2020, and where each went."""

import hashlib
import unicodedata
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import PlaceError
from pipelines.reference import csv_tables, places
from pipelines.settings import REFERENCE

CITY = places.load_places()
OLD, MIDDLE, NEW = date(2024, 12, 31), date(2025, 1, 1), date(2025, 7, 1)
#: SHA-256 of the sorted lines "from,to" of the 865 pairs.
PAIRS = "9ea83089582408f8e55611dae0f339cd2ae60f06967b2bc1f90e45a1699a737d"


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2020, 3, 1), 579),
        (OLD, 579),
        (MIDDLE, 526),
        (date(2025, 6, 30), 526),
        (NEW, 126),
        (date(2026, 11, 24), 126),
    ],
)
def test_the_city_has_as_many_units_as_the_law_says(day: date, count: int) -> None:
    assert len(CITY.valid_on(day)) == count


@pytest.mark.parametrize(
    ("day", "types"),
    [
        (OLD, {"Phường": 175, "Xã": 383, "Thị trấn": 21}),
        (MIDDLE, {"Phường": 160, "Xã": 345, "Thị trấn": 21}),
        (NEW, {"Phường": 51, "Xã": 75}),
    ],
)
def test_the_types_add_up(day: date, types: dict[str, int]) -> None:
    assert Counter(p.type for p in CITY.valid_on(day)) == types


def test_thirty_districts_stand_until_june_2025_and_none_after() -> None:
    assert Counter(d.type for d in CITY.districts_on(OLD)) == {"Quận": 12, "Huyện": 17, "Thị xã": 1}
    assert CITY.districts_on(date(2025, 6, 30)) == CITY.districts_on(OLD)
    assert CITY.districts_on(NEW) == []


@pytest.mark.parametrize(
    ("district", "before", "after"),
    [
        ("001", 14, 13),
        ("004", 14, 13),
        ("006", 21, 17),
        ("020", 16, 16),
        ("277", 32, 30),
        ("281", 29, 20),
    ],
)
def test_a_district_has_its_communes(district: str, before: int, after: int) -> None:
    assert len(CITY.communes_of(district, OLD)) == before
    assert len(CITY.communes_of(district, MIDDLE)) == after


def test_no_code_is_held_by_two_units_on_one_day() -> None:
    for code in {p.code for p in CITY.versions}:
        for earlier, later in pairwise(CITY.all_versions(code)):
            assert earlier.valid_to is not None
            assert earlier.valid_to <= later.valid_from, code


@given(st.dates(date(2020, 3, 1), date(2030, 1, 1)))
def test_on_any_day_each_code_names_one_unit_in_force(day: date) -> None:
    units = CITY.valid_on(day)
    assert [p.code for p in units] == sorted({p.code for p in units})
    assert all(CITY.find_place(p.code, day) is p for p in units)


def test_the_five_units_that_grew_in_2020_begin_on_that_day() -> None:
    grown = {p.name for p in CITY.versions if p.valid_from == date(2020, 3, 1)}
    assert grown == {"Nguyễn Du", "Phạm Đình Hổ", "Sen Phương", "Xuân Đình", "Nam Tiến"}


def test_units_end_and_begin_only_on_the_days_of_the_law() -> None:
    begins = {p.valid_from.isoformat() for p in CITY.versions}
    assert begins == {
        "2008-08-01",
        "2009-05-09",
        "2013-12-28",
        "2020-03-01",
        "2025-01-01",
        "2025-07-01",
    }
    assert {str(p.valid_to) for p in CITY.versions} == {"2025-01-01", "2025-07-01", "None"}


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("00008", "Liễu Giai", "Ngọc Hà"),
        ("00643", "Tân Triều", "Thanh Liệt"),
        ("00118", "Ngọc Thụy", "Bồ Đề"),
    ],
)
def test_codes_are_used_again_for_other_units(code: str, before: str, after: str) -> None:
    assert CITY.find_place(code, OLD).name == before
    assert CITY.find_place(code, NEW).name == after


def test_ninety_seven_of_the_new_codes_had_another_name_before() -> None:
    renamed = [p for p in CITY.valid_on(NEW) if CITY.find_place(p.code, OLD).name != p.name]
    assert len(renamed) == 97


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("00223", OLD, "Thịnh Quang"),
        ("00235", OLD, "Ngã Tư Sở"),
        ("00235", MIDDLE, "Thịnh Quang"),
        ("00292", MIDDLE, "Bạch Mai"),
        ("00373", MIDDLE, "Hạ Đình"),
        ("09538", MIDDLE, "Quang Trung"),
        ("09574", MIDDLE, "Ngô Quyền"),
        ("10291", MIDDLE, "Văn Hoàng"),
        ("10312", MIDDLE, "Nam Phong"),
        ("10402", MIDDLE, "Trầm Lộng"),
    ],
)
def test_merged_units_bear_the_code_of_the_resolution(code: str, day: date, name: str) -> None:
    assert CITY.find_place(code, day).name == name


def test_a_code_out_of_force_is_refused() -> None:
    with pytest.raises(PlaceError, match="00142"):
        CITY.find_place("00142", MIDDLE)


def test_every_unit_of_2024_goes_somewhere_in_865_pairs() -> None:
    pairs = [(a.code, b.code) for a, b, _ in CITY.compose_crosswalk()]
    lines = "".join(f"{a},{b}\n" for a, b in sorted(pairs))
    assert len(set(pairs)) == len(pairs) == 865
    assert {a for a, _ in pairs} == {p.code for p in CITY.valid_on(OLD)}
    assert {b for _, b in pairs} == {p.code for p in CITY.valid_on(NEW)}
    assert hashlib.sha256(lines.encode()).hexdigest() == PAIRS


def test_a_unit_goes_whole_into_one_or_in_parts_into_several() -> None:
    going: dict[str, list[bool]] = {}
    for a, _, whole in CITY.compose_crosswalk():
        going.setdefault(a.id, []).append(whole)
    assert all(parts == [True] or not any(parts) for parts in going.values())
    assert sum(parts == [True] for parts in going.values()) == 366


def test_the_july_step_has_795_pairs_and_one_main_target_each() -> None:
    july = [s for s in CITY.steps if s.to_id.endswith("2025-07-01")]
    assert len(july) == 795
    mains = Counter(s.from_id for s in july if s.main_target)
    assert mains == {s.from_id: 1 for s in july}


def test_both_ends_of_a_step_are_units_that_meet_on_its_day() -> None:
    known = {p.id: p for p in CITY.versions}
    for step in CITY.steps:
        day = known[step.to_id].valid_from
        assert known[step.from_id].valid_to == day
        assert CITY.find_place(known[step.from_id].code, day - timedelta(days=1)).id == step.from_id


def test_a_typed_merger_names_only_units_of_its_day() -> None:
    before = {(p.district_name, p.name) for p in CITY.valid_on(OLD)}
    after = {(p.district_name, p.name) for p in CITY.valid_on(MIDDLE)}
    for row in csv_tables.read_rows("mergers.csv"):
        if row["date"] == "2025-01-01":
            assert (row["district"], row["from"]) in before
            assert (row["district"], row["to"]) in after, row


def test_the_tile_grid_has_every_district_once_in_its_own_cell() -> None:
    tiles = csv_tables.read_rows("tilegrid.csv")
    assert {(t["district_code"], t["district_name"]) for t in tiles} == {
        (d.code, d.name) for d in CITY.districts_on(OLD)
    }
    assert len({(t["row"], t["col"]) for t in tiles}) == 30


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.csv")), ids=lambda p: p.name)
def test_reference_files_are_plain_utf8_nfc(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    assert text.endswith("\n")
