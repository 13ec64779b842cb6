"""Hostile strings in links and arguments of figures: the same rows, never a raw error."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from dashboard.selection import NAMES, FilterOptions, Selection, resolve_selection
from pipelines import kpi, settings
from pipelines.errors import CauNoiError
from pipelines.kpi import WarehouseReader
from pipelines.present.format import periods
from tests.dashboard.security.conftest import SLOW, Office, somebody
from tests.dashboard.security.hostile_strings import SEEDS, strings
from tests.dashboard.security.socket_client import Wire

#: Ten thousand by CAUNOI_FULL=1.
MANY = 10_000 if os.environ.get("CAUNOI_FULL") else 300
OFFER = FilterOptions(
    ("2021-Y..2022-Y", "2022-Y", "2022-Q4"),
    (("002", "Hoàn Kiếm"),),
    (("00046", "Hàng Buồm", "002"),),
    ("K01", "T06"),
)


@pytest.fixture(scope="module")
def store(planted_home: Path) -> Iterator[WarehouseReader]:
    with kpi.open_store(settings.load_settings(planted_home)) as opened:
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_a_link_can_only_choose_what_is_offered(name: str) -> None:
    for text in strings(MANY):
        found, _ = resolve_selection(
            {name: text}, Selection(), OFFER, is_period=periods.is_within(text, OFFER.periods)
        )
        assert {*found.districts} <= {"002"} and {*found.wards} <= {"00046"}
        assert found.kpi in ("O04", *OFFER.kpis) and found.language in ("vi", "en")
        assert (
            name != "period"
            or found.period == Selection().period
            or periods.is_within(found.period, OFFER.periods)
        )


@pytest.mark.parametrize("argument", ["code", "by", "period", "place"])
def test_a_figure_is_refused_by_name_or_answered_and_nothing_changes(
    store: WarehouseReader, argument: str
) -> None:
    before = kpi.values("T03", ["ward", "quarter"], "2022-Y", store=store)
    for text in strings(MANY // 10 if argument == "place" else MANY):
        asked = {"code": "T03", "by": (), "period": "2022-Y", "place": None} | {
            argument: [text] if argument in ("by", "place") else text
        }
        try:
            found = kpi.values(asked.pop("code"), asked.pop("by"), **asked, store=store)  # type: ignore[arg-type]
        except CauNoiError:
            continue
        assert found.height <= 2 and not found["value"].is_nan().any()
    assert kpi.values("T03", ["ward", "quarter"], "2022-Y", store=store).equals(before)


def test_a_served_page_takes_hostile_links_calmly(office: Office) -> None:
    with Wire(office, "lan") as wire:
        usual = len(wire.run("teams"))
        for number, text in enumerate(SEEDS if MANY > 300 else SEEDS[::2]):
            name = (*NAMES, "role", "x")[number % 7]
            came = wire.run("teams", f"{name}={quote(text)}")
            assert abs(len(came) - usual) <= 4, text
    sent = bytes(wire.sent).decode("utf-8", "ignore")
    assert (
        "Traceback" not in sent
        and "Error" not in sent
        and "duckdb" not in sent
        and "gửi mã" not in sent
    )


def test_a_browser_runs_nothing_and_makes_no_link_out_of_a_link(
    browser: Browser, office: Office
) -> None:
    with somebody(browser, office, "lan") as page:
        page.on("dialog", lambda _: pytest.fail("a script ran"))
        for text in (s for s in SEEDS if any(sign in s for sign in ("<", "[", "www", ":material"))):
            page.goto(f"{office.address}/definitions?district={quote(text)}&ward={quote(text)}")
            expect(page.get_by_test_id("stAlert").first).to_be_visible(timeout=SLOW)
            assert (
                page.locator(
                    "[data-testid=stAlert] :is(a, img, script, [data-testid=stIconMaterial] + a)"
                ).count()
                == 0
            )
