"""What outlasts a visit: the last choice of a reader, and short links."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from dashboard import saved_views
from dashboard.auth import identity, sign_in_claims
from pipelines.present.i18n import translate
from pipelines.store import saved_views as stored_views
from pipelines.store.state_db import StateDatabase
from tests.dashboard.browser_pages import SLOW, choose, open_menu, opened, reading, settled
from tests.dashboard.conftest import served
from tests.dashboard.test_filters import link

Reader = Callable[..., AppTest]


@pytest.fixture
def own_home(unopened_city: Path, tmp_path: Path) -> Path:
    """The small city as an office has it: last choices are kept."""
    home = tmp_path / "own"
    shutil.copytree(unopened_city, home)
    (home / "settings.toml").unlink()
    return home


#: Codes of two browsers.
MINE, HERS = "0" * 32, "1" * 32
Sit = Callable[[str], None]


@pytest.fixture
def sit(monkeypatch: pytest.MonkeyPatch) -> Sit:
    """Sits down at the browser with a code; AppTest has no cookies of its own."""

    def change_browser(code: str) -> None:
        cookies = {sign_in_claims.BROWSER_COOKIE: code}
        monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))

    return change_browser


@pytest.fixture(autouse=True)
def my_browser(sit: Sit) -> None:
    sit(MINE)


def code_of(state: StateDatabase, browser: str = MINE) -> str:
    return state.pseudonym(f"{identity.LOCAL}|{browser}")


def kept(home: Path) -> dict[str, str]:
    saved_views.wait_until_saved()
    state = StateDatabase(home)
    return stored_views.load_last_view(state, code_of(state))


def name_of(page: AppTest, home: Path) -> str:
    """The short name the page gives its choice."""
    page.button(key="shorten").click().run()
    said = next(c.value for c in page.code if "?v=" in c.value)
    assert StateDatabase(home).query_one(
        "short_link", name=said.partition("?v=")[2].partition("&")[0]
    )
    return str(said)


def test_the_next_visit_begins_with_the_last_choice(reader: Reader, own_home: Path) -> None:
    page = reader(own_home, "teams", lang="en")
    page.multiselect(key="w_district").set_value(["004"]).run()
    page.selectbox(key="w_period").set_value("2022-Y").run()
    assert kept(own_home) == {"period": "2022-Y", "district": "004", "lang": "en"}
    again = reader(own_home)
    assert link(again) == {"period": "2022-Y", "district": "004", "lang": "en"}
    assert again.multiselect(key="w_district").label == translate("filter.district", "en")


def test_a_last_choice_is_the_browsers_own(reader: Reader, own_home: Path, sit: Sit) -> None:
    reader(own_home).multiselect(key="w_district").set_value(["004"]).run()
    sit(HERS)
    hers = reader(own_home)
    assert link(hers) == {}
    hers.selectbox(key="w_period").set_value("2022-Y").run()
    assert link(reader(own_home)) == {"period": "2022-Y"}
    sit(MINE)
    assert link(reader(own_home)) == {"district": "004"}


@pytest.mark.parametrize("code", ["", "x", "0" * 33, "' or 1=1 --"])
def test_a_browser_without_a_code_of_ours_keeps_nothing(
    reader: Reader, own_home: Path, sit: Sit, code: str
) -> None:
    sit(code)
    reader(own_home).multiselect(key="w_district").set_value(["004"]).run()
    assert link(reader(own_home)) == {}


def test_a_link_wins_and_opening_it_changes_nothing(reader: Reader, own_home: Path) -> None:
    reader(own_home).multiselect(key="w_district").set_value(["004"]).run()
    page = reader(own_home, period="2022-Q3")
    assert link(page) == {"period": "2022-Q3"}
    assert kept(own_home) == {"district": "004"}


def test_reset_forgets(reader: Reader, own_home: Path) -> None:
    page = reader(own_home)
    page.multiselect(key="w_district").set_value(["004"]).run()
    page.button(key="reset").click().run()
    assert kept(own_home) == {}
    assert link(reader(own_home)) == {}


def test_what_is_kept_is_settled_like_any_link(reader: Reader, own_home: Path) -> None:
    state = StateDatabase(own_home)
    stored_views.save_last_view(state, code_of(state), {"district": "999", "period": "2022-Y"})
    page = reader(own_home)
    assert page.info[0].value == translate("filter.unknown.district", "vi", code="999")
    assert page.selectbox(key="w_period").value == "2022-Y"


def test_only_codes_that_exist_are_kept(reader: Reader, own_home: Path) -> None:
    page = reader(own_home, district="Nguyễn Văn A")
    page.selectbox(key="w_period").set_value("2022-Y").run()
    assert kept(own_home) == {"period": "2022-Y"}


def test_where_several_share_a_machine_nothing_is_kept(reader: Reader, city_home: Path) -> None:
    reader(city_home).multiselect(key="w_district").set_value(["004"]).run()
    assert kept(city_home) == {}
    assert link(reader(city_home)) == {}


def test_a_short_link_holds_the_whole_choice_in_either_language(
    reader: Reader, own_home: Path
) -> None:
    choice = {"district": "002", "ward": "00046", "kpi": "T06", "period": "2022-Y"}
    vietnamese, english = (
        name_of(reader(own_home, "compare", **choice, **lang), own_home)
        for lang in ({}, {"lang": "en"})
    )
    assert english == f"{vietnamese}&lang=en"
    name = vietnamese.partition("?v=")[2]
    page = reader(own_home, v=name, lang="en", district="004")
    assert link(page) == {**choice, "lang": "en"}
    assert page.selectbox(key="w_kpi").label == translate("filter.kpi", "en")
    assert page.title[0].value == reader(own_home, "compare", **choice, lang="en").title[0].value


def test_a_short_link_says_nothing_to_somebody_who_was_not_let_in(own_home: Path) -> None:
    shown = AppTest.from_function(turned_away)
    shown.query_params.update({"v": "abcdefgh", "lang": "en"})
    shown.run()
    assert not shown.exception and link(shown) == {"v": "abcdefgh", "lang": "en"}


def turned_away() -> None:
    from dashboard import saved_views
    from dashboard.auth import identity

    saved_views.begin_run(identity.NOBODY)


def test_a_short_link_keeps_the_period_a_start_would_move_away_from(
    reader: Reader, own_home: Path
) -> None:
    page = reader(own_home)
    start = page.selectbox(key="w_period").value
    name = name_of(page, own_home).partition("?v=")[2]
    assert link(reader(own_home, v=name))["period"] == start


def test_another_choice_has_no_short_link_yet(reader: Reader, own_home: Path) -> None:
    page = reader(own_home)
    name_of(page, own_home)
    page.multiselect(key="w_district").set_value(["004"]).run()
    assert not [c for c in page.code if "?v=" in c.value]


def test_enough_short_links_are_enough(
    reader: Reader, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_views, "MOST", 0)
    page = reader(own_home)
    page.button(key="shorten").click().run()
    assert translate("moving.shorten_enough", "vi") in [m.value for m in page.markdown]


@pytest.mark.parametrize(
    "name", ["abcdefgh", "' or 1=1 --", "<script>alert(1)</script>", "../x", "[a](b)", "x" * 5_000]
)
def test_a_short_name_nobody_gave_is_said_and_the_start_is_shown(
    reader: Reader, own_home: Path, name: str
) -> None:
    page = reader(own_home, v=name, district="004", lang="en")
    assert not page.exception
    assert "short link" in page.info[0].value and len(page.info[0].value) < 200
    assert link(page) == {"lang": "en"}
    assert page.multiselect(key="w_district").value == []


def test_another_browser_opens_the_short_link_and_keeps_its_own_last_choice(
    browser: Browser, own_home: Path
) -> None:
    with served(own_home) as site:
        with reading(browser, charts=False) as page:
            opened(page, f"{site}/teams?period=2022-Y")
            choose(page, "Quận, huyện", "Long Biên")
            expect(page).to_have_url(f"{site}/teams?period=2022-Y&district=004", timeout=SLOW)
            settled(page)
            shorten = page.get_by_role("button", name=translate("moving.shorten", "vi"))
            open_menu(page, translate("moving.link", "vi"), shorten)
            shorten.click()
            short = page.get_by_test_id("stCode").get_by_text("?v=")
            address = short.inner_text(timeout=SLOW)
            assert address.startswith(f"{site}/?v=")
            opened(page, f"{site}/")
            expect(page).to_have_url(f"{site}/?period=2022-Y&district=004", timeout=SLOW)
        with reading(browser, charts=False) as page:
            opened(page, address)
            expect(page).to_have_url(
                f"{site}/teams?period=2022-Y&district=004&kpi=O04", timeout=SLOW
            )
            opened(page, f"{site}/")
            expect(page).to_have_url(f"{site}/", timeout=SLOW)
