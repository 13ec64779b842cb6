"""Compare the server's CPU for a filter change: the overview as served, and built plainly.

`python -m tests.benchmarks.page_speed HOME` (a home with the demonstration) measures both in one
run and one browser. First changes ask for periods nobody has looked at; changes again ask for the
same ones, as a second reader would. Only the server's CPU counts, so that other work on the machine
does not.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, expect, sync_playwright

from pipelines.settings import PROJECT

PLAIN = Path(__file__).with_name("plain_page.py")
#: Periods as the list names them, one change each.
PERIODS = [f"Q{quarter} {year}" for year in (2021, 2022, 2023) for quarter in (1, 2, 3, 4)]
WARM_UP = ["Q2 2022", "2021–2023"]
SLOW = 60_000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Speed:
    """CPU milliseconds a filter change."""

    first: float
    again: float


def cpu(process: int) -> float:
    """CPU seconds a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextmanager
def served(home: Path, *, plain: bool) -> Iterator[tuple[str, int]]:
    """The address and the process of a server over `home`."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as elsewhere:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        ours = [
            "uvicorn",
            "dashboard.server:app",
            "--port",
            port,
            "--log-level",
            "warning",
            "--no-access-log",
        ]
        theirs = [
            "streamlit",
            "run",
            str(PLAIN),
            "--server.port",
            port,
            "--server.headless",
            "true",
        ]
        command = [sys.executable, "-m", *(theirs if plain else ours)]
        env = {**os.environ, "CAUNOI_HOME": str(home.resolve()), "PYTHONPATH": str(PROJECT)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen(command, cwd=elsewhere, env=env, **quiet)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}/?lang=en", server.pid
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _ in range(240):
        with suppress(URLError):
            urlopen(address).close()
            return
        time.sleep(0.25)
    raise TimeoutError(address)


def change(page: Page, period: str) -> None:
    """Chooses a period and waits until the page about it stands."""
    box = page.get_by_role("combobox", name="Report period")
    box.click()
    box.fill(period)
    page.get_by_role("option", name=period, exact=True).click()
    expect(page.get_by_text(f"period {period} (").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=SLOW
    )
    page.wait_for_timeout(300)


def measured(browser: Browser, home: Path, *, plain: bool) -> Speed:
    """The CPU of a change, the first time and again."""
    with served(home, plain=plain) as (address, process):
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(address)
        expect(page.get_by_text("period 2021–2023 (").first).to_be_visible(timeout=SLOW)
        _each(page, process, WARM_UP)
        found = Speed(_each(page, process, PERIODS), _each(page, process, PERIODS))
        page.close()
        return found


def _each(page: Page, process: int, periods: Sequence[str]) -> float:
    start = cpu(process)
    for period in periods:
        change(page, period)
    return 1000 * (cpu(process) - start) / len(periods)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("home", type=Path)
    home = reader.parse_args().home
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        ours, plain = (measured(browser, home, plain=p) for p in (False, True))
        browser.close()
    for name, a, b in (("first", ours.first, plain.first), ("again", ours.again, plain.again)):
        sys.stdout.write(f"{name}: {a:.0f} ms of {b:.0f} ms plainly built, {a / b:.2f}x\n")


if __name__ == "__main__":
    main()
