"""What officers write for a place is understood, or asked about; it is never guessed."""

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reference import places
from pipelines.reference.name_normalisation import split_syllables
from pipelines.reference.places import Place
from pipelines.reference.resolver import (
    AmbiguousPlace,
    ResolvedPlace,
    UnknownPlace,
    match_place,
    resolve_place,
)

DAY = date(2022, 9, 14)
CITY = places.load_places()
COMMUNES = CITY.valid_on(DAY)
TONES = "\u0300\u0309\u0303\u0301\u0323"
SHORT = {
    "Phường": "P.",
    "Xã": "X.",
    "Thị trấn": "TT.",
    "Quận": "Q.",
    "Huyện": "H.",
    "Thị xã": "TX.",
}


@pytest.mark.parametrize(
    ("text", "code", "how"),
    [
        ("00646", "00646", "code"),
        ("020", "020", "code"),
        (" 00646 ", "00646", "code"),
        ("646", "00646", "padded"),
        ("20", "020", "padded"),
        ("Thanh Liệt", "00646", "exact"),
        ("THANH LIỆT", "00646", "exact"),
        ("xã Thanh Liệt", "00646", "exact"),
        ("X.Thanh Liệt", "00646", "exact"),
        ("thanh liet", "00646", "unaccented"),
        ("Thanh Liêt", "00646", "unaccented"),
        ("00646 - Xã Thanh Liệt", "00646", "code"),
        ("Ngọc Thụy", "00118", "exact"),
        ("Ngọc Thuỵ", "00118", "spelling"),
        ("Hữu Hoà", "00652", "exact"),
        ("Hữu Hòa", "00652", "spelling"),
        ("Hữu-Hòa", "00652", "spelling"),
        ("P. Chương Dương", "00067", "exact"),
        ("xã Chương Dương", "10237", "exact"),
        ("Chương Dương, Hoàn Kiếm", "00067", "exact"),
        ("Chương Dương (Thường Tín)", "10237", "exact"),
        ("Chương Dương - Hoàn Kiếm", "00067", "exact"),
        ("P. Chương Dương, Q. Hoàn Kiếm, TP. Hà Nội", "00067", "exact"),
        ("Chuong Duong; Hoan Kiem", "00067", "unaccented"),
        ("TT Yên Viên", "00526", "exact"),
        ("Thị trấn Yên Viên, huyện Gia Lâm", "00526", "exact"),
        ("Xã Yên Viên", "00532", "exact"),
        ("Trung Tự", "00226", "exact"),
        ("Trung Tú", "10387", "exact"),
        ("Quang Trung, Hà Đông", "09550", "exact"),
        ("Quang Trung (huyện Phú Xuyên)", "10306", "exact"),
        ("Mĩ Đình 1", "00625", "spelling"),
        ("Mỹ Đình I", "00625", "spelling"),
        ("Phuong Lien", "00220", "unaccented"),
        ("Quan Hoa", "00169", "exact"),
        ("Đống Đa", "006", "exact"),
        ("Q. Đống Ða", "006", "spelling"),
        ("Quận Long Biên", "004", "exact"),
        ("phường Long Biên", "00145", "exact"),
        ("TX Sơn Tây", "269", "exact"),
        ("Huyện Thanh Trì", "020", "exact"),
        ("phường Thanh Trì", "00301", "exact"),
    ],
)
def test_one_place_is_meant(text: str, code: str, how: str) -> None:
    found = resolve_place(text, DAY)
    assert isinstance(found, ResolvedPlace), found
    assert (found.place.code, found.how) == (code, how)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Chương Dương", {"00067", "10237"}),
        ("Yên Viên", {"00526", "00532"}),
        ("Yên Viên, Gia Lâm", {"00526", "00532"}),
        ("Trung Tu", {"00226", "10387"}),
        ("Viet Hung", {"00127", "00487"}),
        ("Quang Trung", {"00214", "09550", "09583", "10306"}),
        ("phường Quang Trung", {"00214", "09550", "09583"}),
        ("Minh Khai", {"00295", "00613", "09838"}),
        ("Tam Hiệp", {"00655", "09775"}),
        ("Long Biên", {"004", "00145"}),
        ("1", {"001", "00001"}),
        ("00646 Hữu Hòa", {"00646", "00652"}),
    ],
)
def test_several_places_may_be_meant_and_all_are_listed(text: str, codes: set[str]) -> None:
    found = resolve_place(text, DAY)
    assert isinstance(found, AmbiguousPlace), found
    assert {u.code for u in found.candidates} == codes


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Thanh Liết", "Xã Thanh Liệt (Huyện Thanh Trì)"),
        ("Phường Thanh Liệt", "Xã Thanh Liệt (Huyện Thanh Trì)"),
        ("Thanh Lịt", "Xã Thanh Liệt (Huyện Thanh Trì)"),
        ("Hàng Buồn", "Phường Hàng Buồm (Quận Hoàn Kiếm)"),
        ("Thanh Liệt, Hoàn Kiếm", "Xã Thanh Liệt (Huyện Thanh Trì)"),
        ("Thanh Liệt, Thanh Chì", "Huyện Thanh Trì"),
    ],
)
def test_a_wrong_name_gets_the_nearest_names_and_no_place(text: str, near: str) -> None:
    found = resolve_place(text, DAY)
    assert isinstance(found, UnknownPlace), found
    assert near in found.nearest


@pytest.mark.parametrize(
    "text", ["", " ", "?", "Tổng cộng", "99999", "000646", "12345678", "\u200b", "Hà Nội", "-"]
)
def test_what_is_no_place_is_unknown(text: str) -> None:
    assert isinstance(resolve_place(text, DAY), UnknownPlace)


def test_a_place_is_that_of_the_day() -> None:
    before, after = (
        resolve_place("00643", date(2025, 6, 30)),
        resolve_place("00643", date(2025, 7, 1)),
    )
    assert isinstance(before, ResolvedPlace)
    assert isinstance(after, ResolvedPlace)
    assert (before.place.full_name, after.place.full_name) == ("Xã Tân Triều", "Phường Thanh Liệt")


@pytest.mark.parametrize("text", ["00142", "Sài Đồng", "phường Sài Đồng", "Sai Dong"])
def test_a_unit_that_is_no_more_is_unknown(text: str) -> None:
    assert isinstance(resolve_place(text, date(2024, 12, 31)), ResolvedPlace)
    assert isinstance(resolve_place(text, date(2025, 1, 1)), UnknownPlace)


@pytest.mark.parametrize("text", ["Sài Đồng", "00142"])
def test_a_unit_that_is_no_more_is_said_to_have_ended(text: str) -> None:
    found = resolve_place(text, date(2025, 1, 1))
    assert isinstance(found, UnknownPlace)
    assert [p.valid_to for p in found.elsewhen] == [date(2025, 1, 1)]


def test_former_districts_may_still_stand_behind_a_name() -> None:
    found = resolve_place("Thanh Liệt, Thanh Trì", date(2026, 1, 1))
    assert isinstance(found, ResolvedPlace)
    assert found.place.code == "00643"


def test_before_our_records_nothing_is_a_place() -> None:
    assert isinstance(resolve_place("00646", date(2000, 1, 1)), UnknownPlace)


@pytest.mark.parametrize("district", ["Q. Hoàn Kiếm", "002", "Hoàn Kiếm, Hà Nội"])
def test_the_district_may_stand_in_a_cell_of_its_own(district: str) -> None:
    assert resolve_place("Chương Dương", DAY, district=district) == ResolvedPlace(
        CITY.find_place("00067", DAY), "exact"
    )


def test_two_cells_that_name_different_districts_are_not_chosen_between() -> None:
    assert isinstance(
        resolve_place("Chương Dương (Thường Tín)", DAY, district="Hoàn Kiếm"), UnknownPlace
    )
    assert isinstance(resolve_place("Chương Dương, Hoàn Kiếm", DAY, district="002"), ResolvedPlace)


@pytest.mark.parametrize(("level", "code"), [("district", "001"), ("commune", "00001")])
def test_a_column_of_one_level_settles_a_short_code(level: str, code: str) -> None:
    found = resolve_place("1", DAY, level=level)  # type: ignore[arg-type]
    assert isinstance(found, ResolvedPlace)
    assert (found.place.code, found.how) == (code, "padded")


def test_a_confirmed_alias_settles_what_the_name_leaves_open() -> None:
    aliases = {"Chương Dương Độ": "00067", "chương dương": "00067"}
    for text in ("Chương Dương Độ", "Chương Dương"):
        found = resolve_place(text, DAY, aliases=aliases)
        assert isinstance(found, ResolvedPlace)
        assert (found.place.code, found.how) == ("00067", "alias")


def test_an_alias_never_overrules_the_official_name_or_the_day() -> None:
    aliases = {"Thanh Liệt": "00652", "Phố cũ": "00142"}
    found = resolve_place("Thanh Liệt", DAY, aliases=aliases)
    assert isinstance(found, ResolvedPlace)
    assert found.place.code == "00646"
    assert isinstance(resolve_place("Phố cũ", date(2025, 2, 1), aliases=aliases), UnknownPlace)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Xã Hữu Hoà", "exact"),
        ("Hữu Hòa", "spelling"),
        ("huu hoa", "unaccented"),
        ("Hữu Hóa", None),
        ("P. Hữu Hòa", None),
        ("Thanh Liệt", None),
    ],
)
def test_a_name_beside_a_code_agrees_or_not(text: str, how: str | None) -> None:
    assert match_place(CITY.find_place("00652", DAY), text) == how


def other_tone(name: str) -> str:
    """`name` with each tone mark moved to the other vowel of hoa, thuy and their like."""
    pairs = {"oa": ("òa óa ỏa õa ọa", "oà oá oả oã oạ"), "uy": ("ùy úy ủy ũy ụy", "uỳ uý uỷ uỹ uỵ")}
    table = {
        a: b for new, old in pairs.values() for a, b in zip(new.split(), old.split(), strict=True)
    }
    table |= {b: a for a, b in table.items()}
    for written, other in table.items():
        if written in name:
            return name.replace(written, other)
    return name


def full(place: Place) -> str:
    return f"{place.full_name}, {place.district_type} {place.district_name}"


def short(place: Place) -> str:
    return f"{SHORT[place.type]} {place.name}, {SHORT[place.district_type]} {place.district_name}"


def unmarked(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in parts if not unicodedata.combining(c))


SPELLINGS: dict[str, Callable[[Place], str]] = {
    "official": full,
    "short": short,
    "decomposed": lambda p: unicodedata.normalize("NFD", full(p)),
    "capitals": lambda p: full(p).upper(),
    "other tone": lambda p: other_tone(full(p)),
    "no spaces after points": lambda p: short(p).replace(". ", "."),
    "brackets": lambda p: f"{p.full_name} ({p.district_name})",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("day", [date(2020, 3, 1), date(2025, 3, 1)], ids=str)
def test_every_unit_is_found_again_by_name_type_and_district(day: date, spelling: str) -> None:
    for place in CITY.valid_on(day):
        text = SPELLINGS[spelling](place)
        found = resolve_place(text, day)
        assert isinstance(found, ResolvedPlace), (text, found)
        assert found.place == place, text


def test_without_any_mark_a_unit_is_found_or_asked_about_and_never_another() -> None:
    asked = 0
    for place in COMMUNES:
        found = resolve_place(unmarked(full(place)), DAY)
        if isinstance(found, AmbiguousPlace):
            asked += 1
            assert place in found.candidates
        else:
            assert isinstance(found, ResolvedPlace)
            assert found.place == place
    assert asked <= 2


def test_since_july_2025_every_name_stands_alone() -> None:
    for place in CITY.valid_on(date(2026, 1, 1)):
        found = resolve_place(place.name, date(2026, 1, 1))
        assert isinstance(found, ResolvedPlace), place
        assert found.place == place


def test_a_name_without_marks_is_never_the_bare_form_of_a_neighbour() -> None:
    """Else a person who types no marks would be taken for meaning the unit whose name has none."""
    for day in (DAY, date(2025, 3, 1), date(2026, 1, 1)):
        plain = {p.name for p in CITY.valid_on(day) if unmarked(p.name) == p.name}
        marked = {unmarked(p.name) for p in CITY.valid_on(day) if unmarked(p.name) != p.name}
        assert not plain & marked


def test_folding_never_joins_two_names_of_the_list() -> None:
    folded: dict[object, str] = {}
    for place in CITY.versions:
        official = unicodedata.normalize("NFD", place.name)
        spelled = "".join(sorted(c for c in official if c not in TONES)) + "".join(
            c for c in official if c in TONES
        )
        assert (
            folded.setdefault(split_syllables(place.name), spelled.casefold()) == spelled.casefold()
        )


def test_a_name_with_some_of_its_marks_is_asked_about_where_two_differ_by_marks() -> None:
    found = resolve_place("Trung Tụ", DAY)
    assert isinstance(found, AmbiguousPlace)
    assert {c.name for c in found.candidates} == {"Trung Tự", "Trung Tú"}


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(resolve_place(text, DAY), ResolvedPlace | AmbiguousPlace | UnknownPlace)


@given(st.sampled_from(COMMUNES), st.data())
def test_a_changed_tone_never_finds_another_unit_by_itself(
    place: Place, data: st.DataObject
) -> None:
    parts = list(unicodedata.normalize("NFD", place.name))
    marks = [i for i, c in enumerate(parts) if c in TONES]
    if not marks:
        return
    at = data.draw(st.sampled_from(marks))
    parts[at] = data.draw(st.sampled_from([t for t in TONES if t != parts[at]]))
    text = unicodedata.normalize("NFC", "".join(parts))
    found = resolve_place(text, DAY)
    if isinstance(found, ResolvedPlace):
        assert split_syllables(found.place.name) == split_syllables(text)
