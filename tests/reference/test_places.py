"""Names in Vietnamese order, and the reference data read once."""

import random
from datetime import date

import pytest

from pipelines.reference import places
from pipelines.reference.places import DISTRICTS_END, load_places, sort_key


@pytest.mark.parametrize(
    "names",
    [
        ["An Khánh", "Ba Đình", "Cầu Giấy", "Dịch Vọng", "Đống Đa", "Ứng Hòa", "Yên Viên"],
        ["Tả", "Tây", "Thanh", "Ỷ La"],
        ["Hà", "Hả", "Hã", "Há", "Hạ", "Hai", "Hăn", "Hân"],
        ["Mỹ Đình 1", "Mỹ Đình 2"],
        ["Yên", "Yên Viên", "Yêng"],
        ["Trung Tú", "Trung Tự", "Trưng Vương"],
    ],
)
def test_names_sort_as_a_vietnamese_reader_expects(names: list[str]) -> None:
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=sort_key) == names


def test_capitals_do_not_change_the_order() -> None:
    assert sort_key("ĐỐNG ĐA") == sort_key("Đống Đa")


def test_a_place_says_its_id_name_and_district() -> None:
    place = next(p for p in places.load_places().all_versions("00646") if p.name == "Thanh Liệt")
    assert place.id == "00646@2008-08-01"
    assert place.full_name == "Xã Thanh Liệt"
    assert place.label == "Xã Thanh Liệt (Huyện Thanh Trì)"


def test_units_are_read_once() -> None:
    assert places.load_places() is places.load_places()


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("00646", ["Thanh Liệt", "Định Công", "Hoàng Liệt"]),
        ("00652", ["Đại Thanh", "Phú Lương"]),
        ("00118", ["Bồ Đề"]),
        ("00046", ["Hoàn Kiếm"]),
        ("00058", ["Hoàn Kiếm"]),
        ("00067", ["Hồng Hà"]),
        ("10237", ["Chương Dương"]),
    ],
)
def test_a_unit_of_2022_shares_people_with_units_of_today(code: str, names: list[str]) -> None:
    places = load_places()
    units = places.list_counterparts(places.find_place(code, date(2022, 12, 14)), DISTRICTS_END)
    assert sorted(unit.name for unit in units) == sorted(names)
    assert units[0].name == names[0]


def test_geographies_are_named_by_the_number_of_their_units() -> None:
    assert list(load_places().geographies) == ["579", "526", "126"]
