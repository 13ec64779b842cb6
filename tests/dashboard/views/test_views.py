"""Every page opens in both languages, with figures, with one ward only, and without any."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.present.format.numbers import NBSP
from pipelines.present.format.text import no_break
from pipelines.present.i18n import translate

Reader = Callable[..., AppTest]
#: Pages everybody sees; the list of users is for stewards.
VIEWS = sorted(
    {p.stem for p in (Path(__file__).resolve().parents[3] / "dashboard" / "views").glob("*.py")}
    - {"users"}
)
PLACES = {"w_district", "w_ward"}
#: Words a reader must not meet: they name people by what they did (docs/domain.md 6.5).
HURTING = ("đối tượng", "con nghiện", "addict", "junkie")


def words(page: AppTest) -> str:
    told = [*page.title, *page.markdown, *page.info, *page.metric]
    return " ".join(
        str(getattr(t, "value", "")) + str(getattr(t, "label", "")) for t in told
    ).replace(NBSP, " ")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_page_opens_with_figures(
    warm_reader: Reader, demo_home: Path, view: str, language: str
) -> None:
    page = warm_reader(demo_home, view, lang=language)
    assert not page.exception
    assert page.title[0].value
    assert not any(word in words(page).casefold() for word in HURTING)


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_opens_where_little_is_reported(
    warm_reader: Reader, city_home: Path, view: str
) -> None:
    page = warm_reader(city_home, view, period="2021-Q2")
    assert not page.exception
    assert page.title[0].value


@pytest.mark.parametrize(
    "view", ["overview", "teams", "clients", "referrals", "points", "activities"]
)
def test_a_vietnamese_page_holds_no_english_number_and_an_english_one_no_vietnamese(
    warm_reader: Reader, demo_home: Path, view: str
) -> None:
    for language, foreign in (
        ("vi", r"\d\.\d %|\d,\d{3}\b(?!\d)"),
        ("en", r"\d,\d %|\d\.\d{3}\b|\d %"),
    ):
        shown = [m.value for m in warm_reader(demo_home, view, lang=language).metric]
        assert not [text for text in shown if re.search(foreign, text)]


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_opens_for_one_ward(warm_reader: Reader, ward_home: Path, view: str) -> None:
    page = warm_reader(ward_home, view, district="002", ward="00058")
    assert not page.exception
    assert page.title[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_opens_in_an_empty_home(warm_reader: Reader, empty_home: Path, view: str) -> None:
    page = warm_reader(empty_home, view)
    assert not page.exception
    assert page.title[0].value


def test_an_empty_home_says_what_to_do(warm_reader: Reader, empty_home: Path) -> None:
    page = warm_reader(empty_home)
    assert page.title[0].value == no_break(translate("empty.title", "vi"))
    assert all(word in words(page) for word in ("Bước tiếp theo", "Nộp báo cáo", "caunoi demo"))
    assert "caunoi build" not in words(page)


def test_returns_without_figures_are_not_called_none(
    warm_reader: Reader, unopened_city: Path, tmp_path: Path
) -> None:
    home = tmp_path / "city"
    shutil.copytree(unopened_city, home)
    shutil.rmtree(home / "builds")
    page = warm_reader(home)
    assert page.title[0].value == no_break(translate("waiting.title", "vi"))
    assert "Đã nhận 33 báo cáo" in words(page)


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"definitions", "manual", "submit"}))
def test_a_damaged_home_is_not_taken_for_an_empty_one(
    warm_reader: Reader, damaged_home: Path, view: str
) -> None:
    page = warm_reader(damaged_home, view)
    assert not page.exception
    assert page.title[0].value == no_break(translate("damaged.title", "vi"))
    assert all(word in words(page) for word in ("Y004", "caunoi doctor", "caunoi rebuild"))


@pytest.mark.parametrize(
    "view", ["overview", "teams", "clients", "referrals", "points", "activities", "quality"]
)
def test_invented_figures_are_called_so(warm_reader: Reader, city_home: Path, view: str) -> None:
    assert translate("card.demo", "vi") in words(warm_reader(city_home, view))


def test_an_event_of_the_home_is_said_at_its_charts_and_where_its_quarter_is_compared(
    reader: Reader, unopened_city: Path, tmp_path: Path
) -> None:
    home = tmp_path / "eventful"
    shutil.copytree(unopened_city, home)
    without = words(reader(home, "teams", lang="en"))
    event = 'first = 2021-07-24\nkind = "restriction"\nvi = "Giãn cách"\nen = "Kept apart"\n'
    (home / "events.toml").write_text(f"[a]\n{event}", encoding="utf-8")
    said = "24 Jul 2021, the whole city: Kept apart."
    assert said not in without
    assert words(reader(home, "teams", lang="en")).count("Kept apart") >= 3
    assert "Kept apart" in words(reader(home, lang="en", period="2022-Q3"))
    (home / "events.toml").write_text(f"[a]\n{event}place = '004'", encoding="utf-8")
    assert "Kept apart" not in words(reader(home, "teams", lang="en", district="002"))
    (home / "events.toml").write_text("[a", encoding="utf-8")
    assert not reader(home, "teams", lang="en").exception


def content(page: AppTest) -> str:
    """What a page says below its filters and its way to a place."""
    told = [t.value for t in page.markdown if not t.value.startswith("**")]
    values = [(metric.label, metric.value) for metric in page.metric]
    tables = [table.value.to_csv() for table in page.dataframe]
    return f"{page.title[0].value} {told} {values} {tables}"


@pytest.mark.parametrize("view", VIEWS)
def test_filters_stand_only_where_they_change_something(
    warm_reader: Reader, city_home: Path, view: str
) -> None:
    asked = (
        {"period": "2022-Q4"},
        {"period": "2021-Q4"},
        {"period": "2022-Q4", "district": "002"},
        {"period": "2022-Q4", "district": "002", "ward": "00046"},
    )
    pages = [warm_reader(city_home, view, **link) for link in asked]
    whole, before, district, ward = map(content, pages)
    periods = {box.key for page in pages for box in page.selectbox if box.key == "w_period"}
    assert bool(periods) == (whole != before)
    places = {box.key for page in pages for box in page.multiselect if box.key in PLACES}
    assert places == (PLACES if whole != district else set())
    assert (whole != district) == (district != ward)
    ways = {box.key for page in pages for box in page.text_input if box.key == "w_search"}
    assert bool(ways) == bool(places)
