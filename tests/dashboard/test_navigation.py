"""Navigation: the trail back, a place found without tone marks, a profile of one place."""

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pipelines.present.format.text import no_break
from pipelines.present.i18n import translate
from tests.dashboard.test_filters import link

Reader = Callable[..., AppTest]


def test_the_trail_leads_back_one_step_at_a_time(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home, district="002", ward="00046")
    page.button(key="trail_1").click().run()
    assert link(page) == {"district": "002"}
    page.button(key="trail_0").click().run()
    assert link(page) == {}


def test_a_name_without_marks_leads_to_its_place(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home)
    page.text_input(key="w_search").input("ngoc thuy").run()
    assert link(page) == {"ward": "00118"}
    assert page.multiselect(key="w_district").value == ["004"]


def test_a_name_leads_to_its_place_with_its_district_in_any_order(
    warm_reader: Reader, city_home: Path
) -> None:
    page = warm_reader(city_home)
    for text in ("Ngọc Thụy Long Biên", "long bien ngoc thuy"):
        page.text_input(key="w_search").input(text).run()
        assert link(page) == {"ward": "00118"}


def test_a_name_several_places_bear_offers_each(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home)
    page.text_input(key="w_search").input("chuong duong").run()
    assert link(page) == {}
    page.button(key="hit_00067").click().run()
    assert link(page) == {"ward": "00067"}


def test_a_name_nobody_bears_is_said(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home)
    page.text_input(key="w_search").input("Atlantis").run()
    assert translate("moving.nobody", "vi") in [m.value for m in page.markdown]
    page.text_input(key="w_search").input("hoan kiem").run()
    assert link(page) == {"district": "002"}


def test_a_search_is_over_once_the_reader_has_gone_elsewhere(
    warm_reader: Reader, city_home: Path
) -> None:
    page = warm_reader(city_home)
    page.text_input(key="w_search").input("chuong duong").run()
    page.segmented_control(key="w_lang").set_value("en").run()
    assert page.text_input(key="w_search").value == "chuong duong"
    page.multiselect(key="w_district").set_value(["004"]).run()
    assert page.text_input(key="w_search").value == ""
    assert not [b for b in page.button if (b.key or "").startswith("hit_")]


def test_a_place_profile_asks_for_one_place(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home, "place", district="002,004")
    assert page.title[0].value == no_break(translate("profile.choose", "vi"))
    page = warm_reader(city_home, "place", ward="00118")
    assert "Ngọc Thụy" in page.title[0].value
