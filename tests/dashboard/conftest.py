"""A small city for the pages: four teams, two points, one club, two years; and lesser homes."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.request import urlopen

import pytest
import streamlit as st
from playwright.sync_api import Browser, Page, expect, sync_playwright
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard.queries import cache as queries_cache
from pipelines import settings
from pipelines.catalog import fields
from pipelines.reference.periods import parse_period
from pipelines.store import boundaries
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.warehouse import build, publish
from tests.dashboard.browser_pages import SLOW, Tab, reading
from tests.processes import PATIENCE, await_answer, free_port, run_process
from tests.store.square_boundaries import DAY, squares, written

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
WARDS = ("00046", "00058", "00067", "00118")
POINTS = ("00046", "00118")
RECEIVED = datetime(2024, 1, 5, 3, tzinfo=UTC)


Worth = Callable[[str, str, str], int]


def six(ward: str, field: str, period: str) -> int:
    """What every cell of the small city says."""
    return 6


def small_city(
    home: Path, wards: tuple[str, ...], worth: Worth = six, points: tuple[str, ...] = POINTS
) -> Path:
    """A home whose teams stand in `wards`, and `points` in some of them.

    Every field of every return is 6, or what it is `worth`. Visits leave no trace: what one test
    chose would be another's start.
    """
    (home / "settings.toml").write_text("[access]\nremember = false\n", encoding="utf-8")
    ledger = Ledger(home)
    for ward in wards:
        _register(ledger, "D1", f"D-{ward}", team_id=f"D-{ward}", commune=ward, status="active")
    for ward in (w for w in wards if w in points):
        point = {
            "point_id": f"P-{ward}",
            "commune": ward,
            "programme": "M4",
            "status": "active",
            "confidence": "certain",
        }
        _register(
            ledger, "D3", f"P-{ward}", **point, decision_date="2021-07-20", valid_from="2021-07-20"
        )
        for number, service in enumerate(("RF_HIV", "RF_HIV", "RF_VDR"), 1):
            _referral(ledger, f"P-{ward}", number, service)
    for year in (2021, 2022):
        for quarter in parse_period(f"{year}-Y").quarters:
            for ward in wards:
                _returned(ledger, "A", f"D-{ward}", quarter.code, worth)
    for ward in (w for w in wards if w == "00046" or (w in points and worth is not six)):
        _returned(ledger, "B", f"P-{ward}", "2022-Q4", worth)
    build.build_warehouse(settings.load_settings(home))
    return home


def _returned(ledger: Ledger, form: str, reporter: str, period: str, worth: Worth) -> None:
    asked = [f for f in fields().values() if f.form == form]
    slip = f"{reporter}-{period}"
    cells = [(i, f.code, worth(reporter[2:], f.code, period)) for i, f in enumerate(asked, 2)]
    rows = [
        (
            1,
            slip,
            form,
            reporter,
            period,
            code,
            str(n),
            n,
            "=",
            "accepted",
            "final",
            "Mẫu",
            f"E{i}",
            RECEIVED,
            1,
        )
        for i, code, n in cells
    ]
    receipt = (
        1,
        slip,
        "f",
        "c",
        "x.xlsx",
        form,
        1,
        "single",
        reporter,
        period,
        RECEIVED,
        "accepted",
        "demo",
    )
    ledger.append(
        LedgerBatch(values=to_frame("values", rows), submissions=to_frame("submissions", [receipt]))
    )


def _register(
    ledger: Ledger,
    register: str,
    record: str,
    reporter: str = "HN",
    period: str | None = None,
    **cells: str,
) -> None:
    rows = [
        (
            1,
            "register",
            register,
            reporter,
            period,
            record,
            field,
            text,
            "accepted",
            "Mẫu",
            "A5",
            RECEIVED,
            1,
        )
        for field, text in cells.items()
    ]
    ledger.append(LedgerBatch(records=to_frame("records", rows)))


def _referral(ledger: Ledger, point: str, number: int, service: str) -> None:
    slip = {
        "programme": "M4",
        "service": service,
        "client": f"k{number}",
        "referral_date": "2022-10-01",
    }
    ended = (
        {"status": "attended", "attended_date": "2022-10-05"}
        if number == 1
        else {"status": "issued"}
    )
    _register(ledger, "C", f"{point}-2022-{number}", point, "2022-Q4", **slip, **ended)


@pytest.fixture(scope="session")
def unopened_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city to copy: nothing is ever asked of it, so that nothing is being written."""
    return small_city(tmp_path_factory.mktemp("unopened"), WARDS)


@pytest.fixture(scope="session")
def city_home(unopened_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("city")
    shutil.copytree(unopened_city, home, dirs_exist_ok=True)
    return home


@pytest.fixture(scope="session")
def ward_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_city(tmp_path_factory.mktemp("ward"), ("00058",))


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="session")
def damaged_home(unopened_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose only build has lost its bytes."""
    home = tmp_path_factory.mktemp("damaged")
    shutil.copytree(unopened_city, home, dirs_exist_ok=True)
    for file in (home / "builds").glob("*.duckdb"):
        file.write_bytes(b"rubbish")
    return home


Reader = Callable[..., AppTest]


@pytest.fixture
def reader(app: Reader) -> Iterator[Reader]:
    """Opens the app as a reader of a home sees it: `reader(home, "teams", district="002")`."""
    _forget()
    yield app
    _forget()


@pytest.fixture
def warm_reader(app: Reader) -> Reader:
    """As `reader`, for tests that only look: pages remember the home they were last asked about."""

    def opened(home: Path, view: str = "overview", **link: str) -> AppTest:
        if _remembered != [home]:
            _forget()
            _remembered.append(home)
        return app(home, view, **link)

    return opened


#: The home that pages remember; none after a test that wants them to know nothing.
_remembered: list[Path] = []


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Opens the app, which remembers what it did before."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _components)

    def opened(home: Path, view: str = "overview", **link: str) -> AppTest:
        monkeypatch.setenv("CAUNOI_HOME", str(home))
        test = AppTest.from_file(str(APP), default_timeout=PATIENCE)
        for name, code in link.items():
            test.query_params[name] = code
        test.run()
        return test if view == "overview" else test.switch_page(f"views/{view}.py").run()

    return opened


def _forget() -> None:
    """What pages remember of one home must not answer for another."""
    _remembered.clear()
    queries_cache.clear_cache()
    st.cache_resource.clear()


#: The framework's look through every installed package, 0.3 s for each reader; once is enough.
_components = cache(manifest_scanner.scan_component_manifests)


#: Starts the app as `caunoi serve` does.
SERVE = (
    "import sys, uvicorn; from pipelines.privacy.sign_in import SERVING; "
    "uvicorn.run('dashboard.server:app', port=int(sys.argv[1]), log_level='warning', **SERVING)"
)


@contextmanager
def served(home: Path, port: int = 0) -> Iterator[str]:
    """The address of the app as `caunoi serve` runs it, started outside the project's folder."""
    port = port or free_port()
    command = [sys.executable, "-c", SERVE, str(port)]
    env = {**os.environ, "CAUNOI_HOME": str(home)}
    with run_process(command, home / "log.txt", cwd=home, env=env) as server:
        await_answer(server, lambda: urlopen(f"http://127.0.0.1:{port}/_stcore/health").close())
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def site(city_home: Path) -> Iterator[str]:
    with served(city_home) as address:
        yield address


@pytest.fixture(scope="session")
def mapped(unopened_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small city with boundaries."""
    home = tmp_path_factory.mktemp("mapped")
    shutil.copytree(unopened_city, home, dirs_exist_ok=True)
    boundaries.store_boundaries(home, written(home / "map.geojson", squares()), DAY)
    with served(home) as address:
        yield address


@pytest.fixture
def broken_site(unopened_city: Path, tmp_path: Path) -> Iterator[str]:
    """The app over a home whose build was published as rubbish: our fault, not the reader's."""
    home = tmp_path / "broken"
    shutil.copytree(unopened_city, home)
    for file in (home / "builds").glob("*.duckdb"):
        card = json.loads(file.with_suffix(".json").read_bytes())
        file.write_bytes(b"rubbish")
        publish.publish_build(
            home, file, card["ledger_head"], card["content_hash"], card["built_at"]
        )
    with served(home) as address:
        yield address


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=SLOW)
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments, timeout=SLOW)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Tab]:
    """Pages that stay open from test to test: to read Streamlit's script anew takes too long."""
    pages: dict[tuple[int, str], Page] = {}

    def kept(size: dict[str, int], theme: str) -> Page:
        key = (size["width"], theme)
        if key not in pages:
            pages[key] = stack.enter_context(reading(browser, size, theme))
        return pages[key]

    with ExitStack() as stack:
        yield kept
