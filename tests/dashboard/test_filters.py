"""The link is the state: codes in, the same view out, in either language and on every page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.present.i18n import translate

Reader = Callable[..., AppTest]
UNKNOWN = [
    ("district", "999"),
    ("ward", "99999"),
    ("kpi", "Z99"),
    ("period", "2099-Y"),
    ("lang", "fr"),
]


def link(page: AppTest) -> dict[str, str]:
    return {
        name: codes[0] if isinstance(codes, list) else codes
        for name, codes in page.query_params.items()
    }


def test_an_address_the_browser_went_back_to_wins_over_what_a_widget_still_holds(
    warm_reader: Reader, city_home: Path
) -> None:
    page = warm_reader(city_home, district="002", ward="00046")
    page.query_params.clear()
    page.multiselect(key="w_district").set_value(["004"])
    page.selectbox(key="w_period").set_value("2022-Q3").run()
    assert link(page) == {}
    assert page.multiselect(key="w_district").value == []


def test_two_choices_in_a_moment_both_count(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home, lang="en")
    page.selectbox(key="w_period").set_value("2022-Q3").run()
    # The second was made before the browser heard of the first one's address.
    page.query_params.pop("period")
    page.multiselect(key="w_district").set_value(["004"]).run()
    assert link(page) == {"period": "2022-Q3", "district": "004", "lang": "en"}


def test_a_link_sets_every_filter(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(
        city_home, period="2022-Q3", district="002,004", ward="00046", kpi="T06", lang="en"
    )
    assert page.selectbox(key="w_period").value == "2022-Q3"
    assert page.multiselect(key="w_district").value == ["002", "004"]
    assert page.multiselect(key="w_ward").value == ["00046"]
    assert page.selectbox(key="w_kpi").value == "T06"
    assert page.selectbox(key="w_period").label == translate("filter.period", "en")


def test_the_other_language_keeps_the_choice(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home, period="2022-Q3", district="002")
    page.segmented_control(key="w_lang").set_value("en").run()
    assert link(page) == {"period": "2022-Q3", "district": "002", "lang": "en"}
    assert page.multiselect(key="w_district").label == translate("filter.district", "en")


def test_a_changed_filter_is_in_the_link(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home)
    page.multiselect(key="w_district").set_value(["004"]).run()
    page.selectbox(key="w_period").set_value("2022-Y").run()
    assert link(page) == {"district": "004", "period": "2022-Y"}


def test_another_page_keeps_the_choice(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home, district="002", period="2022-Y")
    page.switch_page("views/teams.py").run()
    assert page.multiselect(key="w_district").value == ["002"]
    assert page.selectbox(key="w_period").value == "2022-Y"


def test_one_click_forgets_the_choice_but_not_the_language(
    warm_reader: Reader, city_home: Path
) -> None:
    page = warm_reader(city_home, district="002", ward="00046", lang="en")
    page.button(key="reset").click().run()
    assert link(page) == {"lang": "en"}
    assert page.multiselect(key="w_district").value == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("district", "999"), ("ward", "99999"), ("kpi", "Z99"), ("period", "2099-Y"), ("lang", "fr")],
)
def test_an_unknown_code_is_said_and_left_out(
    warm_reader: Reader, city_home: Path, name: str, code: str
) -> None:
    page = warm_reader(city_home, **{name: code})
    assert [i.value for i in page.info] == [translate(f"filter.unknown.{name}", "vi", code=code)]
    assert not page.exception


def test_a_ward_outside_the_chosen_districts_is_said(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home, district="004", ward="00046")
    assert page.info[0].value == translate("filter.unknown.outside", "vi", code="00046")


def test_leaving_a_district_drops_its_wards_visibly(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home, district="002,004", ward="00046,00118")
    page.multiselect(key="w_district").set_value(["004"]).run()
    assert page.multiselect(key="w_ward").value == ["00118"]
    assert page.info[0].value == translate("filter.unknown.dropped", "vi", code="Hàng Buồm")


def test_a_link_that_names_only_a_ward_opens_its_district(
    warm_reader: Reader, city_home: Path
) -> None:
    page = warm_reader(city_home, ward="00118")
    assert page.multiselect(key="w_district").value == ["004"]


def test_any_range_of_quarters_can_be_chosen(warm_reader: Reader, city_home: Path) -> None:
    page = warm_reader(city_home, period="2021-Q2..2022-Q3")
    page.selectbox(key="w_last").set_value("2022-Q4").run()
    assert link(page)["period"] == "2021-Q2..2022-Q4"


def test_the_overview_offers_its_four_stories_and_keeps_the_choice_in_the_link(
    warm_reader: Reader, city_home: Path
) -> None:
    page = warm_reader(city_home, lang="en", kpi="V04")
    assert page.selectbox(key="w_kpi").value == "T06"
    assert len(page.selectbox(key="w_kpi").options) == 4
    page.selectbox(key="w_kpi").set_value("R08").run()
    assert link(page) == {"kpi": "R08", "lang": "en"}
    assert not page.exception and page.selectbox(key="w_kpi").value == "R08"
    assert len(page.switch_page("views/compare.py").run().selectbox(key="w_kpi").options) > 50
    assert not page.exception
