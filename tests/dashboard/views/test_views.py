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


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"definitions", "submit"}))
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
