"""Programs that some tests need and a machine may lack.

A test asks for a program by the fixture of its name and is given its path. Without the program the
test is skipped and the run ends with one line that says how to get it; where `CI` is set it fails.
"""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Chromium's shell first: without a window it draws the same pages at half the cost.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
#: Debian keeps servers out of the path of ordinary users.
SYSTEM_FOLDERS = "/usr/sbin:/usr/local/sbin:/sbin"
#: The key of a report's user properties that holds the name of a missing program.
MISSING = "missing program"


@dataclass(frozen=True)
class Program:
    """How a program is found, and what to type to get it."""

    find: Callable[[], str | None]
    how_to_get: str


def find_browser() -> str | None:
    """Return the path of a Chromium: one on the path, or the one Playwright has downloaded."""
    return next(filter(None, map(shutil.which, BROWSERS)), None) or find_playwright_browser()


def find_playwright_browser() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        whole = Path(playwright.chromium.executable_path)
    shells = whole.parents[2].glob("chromium_headless_shell-*/*/*headless*shell")
    return next((str(path) for path in (*shells, whole) if path.is_file()), None)


def find_server(name: str) -> str | None:
    """Return the path of a program that may stand outside an ordinary user's path."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS)


def find_git() -> str | None:
    """Return the path of git where there is a history to read: an unpacked archive has none."""
    return shutil.which("git") if (ROOT / ".git").exists() else None


def find_unshare() -> str | None:
    """Return the path of unshare where it may make a network: many containers forbid it."""
    path = shutil.which("unshare")
    if not path:
        return None
    tried = subprocess.run([path, "--net", "--map-root-user", "true"], capture_output=True)
    return path if tried.returncode == 0 else None


PROGRAMS = {
    "chromium": Program(
        find_browser,
        "apt install chromium-headless-shell or chromium, "
        "or uv run playwright install --with-deps chromium",
    ),
    "nginx": Program(lambda: find_server("nginx"), "apt install nginx-light"),
    "caddy": Program(lambda: find_server("caddy"), "apt install caddy"),
    "openssl": Program(lambda: shutil.which("openssl"), "apt install openssl"),
    "git": Program(find_git, "apt install git, in a clone of the repository"),
    "unshare": Program(
        find_unshare,
        "apt install util-linux, on a machine that lets users make networks",
    ),
}


@cache
def find(name: str) -> str | None:
    """Return the path of a program of `PROGRAMS`, or None."""
    return PROGRAMS[name].find()


def _declare(name: str) -> Callable[[], str]:
    @pytest.fixture(scope="session", name=name)
    def path() -> str:
        found = find(name)
        assert found, f"{name} is missing, which the set-up of this test has not noticed"
        return found

    return path


chromium, nginx, caddy, openssl, git, unshare = map(_declare, PROGRAMS)


def require(item: pytest.Item) -> None:
    """Skip a test whose fixtures need a missing program; fail it on a build server."""
    missing = [name for name in PROGRAMS if name in item.fixturenames and not find(name)]
    if not missing:
        return
    item.user_properties += [(MISSING, name) for name in missing]
    reason = "; ".join(f"needs {name} ({PROGRAMS[name].how_to_get})" for name in missing)
    if is_build_server():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def is_build_server() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def summarise(reports: Iterable[object]) -> str:
    """Return one line about the tests that did not run, or nothing when all could."""
    noted = [getattr(report, "user_properties", ()) for report in reports]
    lacking = [{name for key, name in properties if key == MISSING} for properties in noted]
    counts = Counter(name for names in lacking for name in names)
    if not counts:
        return ""
    parts = [f"{name} ({n}; {PROGRAMS[name].how_to_get})" for name, n in counts.most_common()]
    return f"{sum(map(bool, lacking))} tests did not run, for want of {', '.join(parts)}"
