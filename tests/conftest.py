"""What the tests share: one loaded demonstration a run, made by the same calls as `caunoi demo`."""

import os
from pathlib import Path

import hypothesis
import pytest

from pipelines.store.atomic_files import file_lock
from tests import programs
from tests.programs import caddy, chromium, git, nginx, openssl, unshare

__all__ = ["caddy", "chromium", "git", "nginx", "openssl", "unshare"]

#: Tests that ask for one of these drive a browser, a server, pages full of figures or the whole
#: demonstration.
SLOW_FIXTURES = frozenset(
    {"browser", "caddy", "demo_home", "nginx", "unopened_city", "unshare", "ward_home"}
)
SLOW_FIXTURES |= {"planted_home", "provider"}


# NOTE: both limits go by the clock, which a machine with other work stretches. The cases are the
# same in every run, so that none fails by chance; CAUNOI_FULL=1 draws new ones.
hypothesis.settings.register_profile(
    "unhurried",
    deadline=None,
    derandomize=not os.environ.get("CAUNOI_FULL"),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not SLOW_FIXTURES.isdisjoint(item.fixturenames):  # type: ignore[attr-defined]
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    programs.require(item)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    line = programs.summarise([r for kind in ("skipped", "error") for r in stats.get(kind, ())])
    if line:
        terminalreporter.write_line(line, yellow=True)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the whole demonstration loaded and built; treat it as read-only.

    Made once a run, even when several workers ask; `CAUNOI_TEST_HOME` names one that is already
    loaded.
    """
    given = os.environ.get("CAUNOI_TEST_HOME")
    if given:
        return Path(given)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "demo-home"
    with file_lock(shared / "demo.lock", wait_seconds=3600):
        if not (home / "builds" / "current.json").exists():
            from pipelines import settings
            from pipelines.demo import load

            load.load_demo(settings.load_settings(home))
    return home
