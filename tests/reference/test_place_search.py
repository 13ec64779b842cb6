"""A reader types a ward and its district in any order, with or without marks and commas."""

from datetime import date

import pytest

from pipelines.reference.place_search import search_place
from pipelines.reference.places import load_places
from pipelines.reference.resolver import AmbiguousPlace, ResolvedPlace, UnknownPlace

DAY = date(2022, 9, 14)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Văn Quán Hà Đông", "Phường Văn Quán (Quận Hà Đông)"),
        ("Hà Đông Văn Quán", "Phường Văn Quán (Quận Hà Đông)"),
        ("van quan, ha dong", "Phường Văn Quán (Quận Hà Đông)"),
        ("Hà Đông, Văn Quán", "Phường Văn Quán (Quận Hà Đông)"),
        ("minh khai hai ba trung", "Phường Minh Khai (Quận Hai Bà Trưng)"),
        ("bac tu liem minh khai", "Phường Minh Khai (Quận Bắc Từ Liêm)"),
        ("phường Chương Dương quận Hoàn Kiếm", "Phường Chương Dương (Quận Hoàn Kiếm)"),
        ("xa chuong duong thuong tin", "Xã Chương Dương (Huyện Thường Tín)"),
        ("Văn Quán Hà Nội", "Phường Văn Quán (Quận Hà Đông)"),
        ("Hà Đông", "Quận Hà Đông"),
    ],
)
def test_name_and_district_are_found_in_any_order(text: str, label: str) -> None:
    found = search_place(text, DAY)
    assert isinstance(found, ResolvedPlace) and found.place.label == label


def test_every_ward_is_found_with_its_district_behind_and_before_it() -> None:
    for ward in load_places().valid_on(DAY)[::20]:
        for text in (
            f"{ward.name} {ward.district_name}",
            f"{ward.full_name}, {ward.district_type} {ward.district_name}",
            f"{ward.district_name} {ward.full_name}",
        ):
            found = search_place(text, DAY)
            assert isinstance(found, ResolvedPlace) and found.place == ward, text


def test_what_may_be_two_places_is_asked_and_what_is_none_stays_none() -> None:
    assert isinstance(search_place("minh khai", DAY), AmbiguousPlace)
    assert isinstance(search_place("Atlantis Hà Đông", DAY), UnknownPlace)
    assert isinstance(search_place("Văn Quán Ba Đình", DAY), UnknownPlace)
    assert isinstance(search_place("", DAY), UnknownPlace)


def test_after_districts_ended_a_ward_is_still_found_with_its_old_one() -> None:
    found = search_place("Bạch Mai Hai Bà Trưng", date(2026, 9, 14))
    assert isinstance(found, ResolvedPlace) and found.place.label == "Phường Bạch Mai"
