"""What a run says and does about programs the machine lacks."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import programs
from tests.programs import MISSING, ROOT, require, summarise


@pytest.fixture
def item(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A test that needs nginx and Caddy, of which Caddy is missing."""
    monkeypatch.setattr(programs, "find", lambda name: None if name == "caddy" else f"/bin/{name}")
    return SimpleNamespace(fixturenames=["tmp_path", "nginx", "caddy"], user_properties=[])


def test_a_test_without_its_program_is_skipped(
    item: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt install caddy"):
        require(item)
    assert item.user_properties == [(MISSING, "caddy")]


def test_on_a_build_server_it_fails(item: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt install caddy"):
        require(item)


def test_a_test_with_all_its_programs_runs(
    item: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "find", lambda name: f"/bin/{name}")
    require(item)
    assert item.user_properties == []


def test_one_line_says_how_many_did_not_run_for_which_program() -> None:
    both = SimpleNamespace(user_properties=[(MISSING, "nginx"), (MISSING, "caddy")])
    one = SimpleNamespace(user_properties=[(MISSING, "nginx")])
    other = SimpleNamespace(user_properties=[])
    line = summarise([both, one, other, object()])
    assert line.startswith("2 tests did not run, for want of nginx (2; ")
    assert "caddy (1; apt install caddy)" in line
    assert "\n" not in line


def test_a_run_that_lacks_nothing_says_nothing() -> None:
    assert summarise([SimpleNamespace(user_properties=[])]) == ""


@pytest.mark.parametrize(
    "kept",
    ["chromium_headless_shell-1/chrome-headless-shell-linux64/chrome-headless-shell", ""],
    ids=["shell", "none"],
)
def test_a_browser_that_playwright_has_downloaded_is_found(tmp_path: Path, kept: str) -> None:
    if kept:
        (tmp_path / kept).parent.mkdir(parents=True)
        (tmp_path / kept).touch()
    ask = (
        "from tests.programs import find_playwright_browser; print(find_playwright_browser() or '')"
    )
    env = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == (str(tmp_path / kept) if kept else "")
