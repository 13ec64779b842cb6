"""Pages in the units of one geography: the control, the link, the words and the tables."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.catalog import Language
from pipelines.present.format import periods
from pipelines.present.i18n import translate
from pipelines.reference.places import DISTRICTS_END
from tests.dashboard.views.test_views import VIEWS
from tests.long_form import FULL

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

Reader = Callable[..., AppTest]
SPAN = "2022-Y..2025-Y"


def texts(page: AppTest) -> str:
    return " ".join(block.value for block in page.markdown)


def control(page: AppTest, language: Language) -> list[str]:
    """The options of the control; none where it does not stand."""
    label = translate("geography.label", language)
    found = [box for box in page.selectbox if box.label == label]
    return found[0].options if found else []


#: Every page in one of two geographies; in both by CAUNOI_FULL=1.
LINKS = [{"geo": "126", "ward": "00070"}, {"geo": "579"}]
TURNS = [
    (view, link) for n, view in enumerate(VIEWS) for link in (LINKS if FULL else [LINKS[n % 2]])
]


@pytest.mark.parametrize(("view", "link"), TURNS, ids=str)
def test_every_page_opens_in_every_geography(
    warm_reader: Reader, today_home: Path, view: str, link: dict[str, str]
) -> None:
    page = warm_reader(today_home, view, period=SPAN, district="002", **link)
    assert not page.exception


def test_a_ward_of_before_the_reform_opens_the_page_of_returns(
    warm_reader: Reader, today_home: Path
) -> None:
    page = warm_reader(today_home, "quality", period=SPAN, district="002", ward="00046")
    assert not page.exception


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_control_stands_where_a_reform_matters(
    warm_reader: Reader, today_home: Path, language: Language
) -> None:
    offered = [
        translate("geography.reported", language),
        *[translate("geography.units", language, n=n) for n in (579, 526, 126)],
    ]
    for period, options in (("2022-Y", []), (SPAN, offered), ("2025-Q4", offered)):
        page = warm_reader(today_home, period=period, lang=language)
        assert control(page, language) == options
    chosen = warm_reader(today_home, period="2022-Y", geo="126", lang=language)
    assert control(chosen, language) == offered


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_says_what_is_exact(
    warm_reader: Reader, today_home: Path, language: Language
) -> None:
    page = warm_reader(today_home, period=SPAN, geo="126", lang=language)
    said = texts(page)
    assert translate("geography.series_units", language, n=126) in said
    assert periods.format_day(DISTRICTS_END, language) in said
    plain = texts(warm_reader(today_home, period=SPAN, lang=language))
    assert translate("geography.series_reported", language) in plain


def test_the_choice_is_part_of_the_link_and_offers_its_wards(
    warm_reader: Reader, today_home: Path
) -> None:
    page = warm_reader(today_home, period="2022-Y", geo="126", district="002", ward="00070")
    assert "126" in page.query_params["geo"]
    wards = next(b for b in page.multiselect if b.label == translate("filter.ward", "vi"))
    assert wards.value == ["00070"]


def test_choosing_as_reported_leads_back(warm_reader: Reader, today_home: Path) -> None:
    page = warm_reader(today_home, period=SPAN, geo="126")
    page.selectbox(key="w_geo").set_value("reported").run()
    assert "geo" not in page.query_params
    assert not page.exception


def test_an_unknown_set_of_units_is_named(warm_reader: Reader, today_home: Path) -> None:
    page = warm_reader(today_home, period=SPAN, geo="127")
    assert translate("filter.unknown.geo", "vi", code="127") in [note.value for note in page.info]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_units_of_today_are_called_by_their_names(
    warm_reader: Reader, today_home: Path, language: Language
) -> None:
    page = warm_reader(today_home, period="2022-Y", geo="126", lang=language)
    said = texts(page).replace("\N{NO-BREAK SPACE}", " ")
    assert translate("scope.wards_today", language, n=126) in said
    assert translate("scope.former_districts", language, n=30) in said
