"""What a command prints for people: numbers in their language, reasons, and our faults."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.store.ledger import Ledger
from tests.cli.conftest import Caunoi
from tests.processes import PATIENCE


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("7,58", "4.386/579", "Tình nguyện viên bình quân một Đội")),
        ("en", ("7.58", "4,386/579", "2020")),
    ],
)
def test_a_table_is_written_as_its_reader_writes(
    demo: Caunoi, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CAUNOI_LANG", language)
    said = demo("kpi", "T06", "--period", "2020-Y")
    assert said.code == 0 and [word for word in words if word not in said.out] == []


@pytest.mark.parametrize(
    ("words", "sign", "remark"),
    [
        (("K01", "--period", "2020-Q1"), "n/a", "not applicable"),
        (("K01", "--period", "2022-Y", "--role", "public"), "*", "authorised"),
    ],
)
def test_a_figure_that_is_not_there_says_why(
    demo: Caunoi, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sign: str, remark: str
) -> None:
    monkeypatch.setenv("CAUNOI_LANG", "en")
    line = demo("kpi", *words).out.splitlines()[2]
    assert sign in line.split() and remark in line


def test_without_a_period_the_answer_says_which_it_is_for(demo: Caunoi) -> None:
    assert demo("kpi", "T03", "--json").json["period"] == "2020-Y..2023-Y"
    assert "2020–2023" in demo("kpi", "T03").out


@pytest.mark.parametrize(("code", "error"), [("T66", "unknown_code"), ("Q99", "unknown_name")])
def test_an_unknown_code_names_its_neighbour_where_there_is_one(
    demo: Caunoi, code: str, error: str
) -> None:
    assert demo("kpi", code, "--json").error == error


def test_settings_nobody_knows_are_refused_by_name(caunoi: Caunoi) -> None:
    caunoi.home.mkdir()
    (caunoi.home / "settings.toml").write_text("nope = 3")
    said = caunoi("status", "--json")
    assert (said.code, said.error) == (2, "definition_key")
    assert "nope" in said.json["error"]["message"]


def test_where_our_fault_happened_stands_in_the_homes_log_only(
    caunoi: Caunoi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_sequence(_: Ledger) -> int:
        raise KeyError(str(caunoi.home))

    monkeypatch.setattr(Ledger, "head", lose_sequence)
    said = caunoi("status", "--json")
    incident = said.json["error"]["incident"]
    assert (said.code, said.err) == (3, "")
    log = (caunoi.home / "caunoi.log").read_text(encoding="utf-8")
    assert incident in log and "lose_sequence" in log and str(caunoi.home) not in log


def test_a_watch_that_is_told_to_stop_leaves_in_peace(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from pipelines.cli import main; main()",
        "watch",
        "--home",
        str(tmp_path),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as watching:
        try:
            assert watching.stderr and str(tmp_path) in watching.stderr.readline()
            watching.send_signal(signal.SIGTERM)
            assert watching.wait(PATIENCE) == 0
        finally:
            watching.kill()


@pytest.mark.parametrize(("language", "word"), [("vi", "Chốt một kỳ"), ("en", "Close a period")])
def test_help_is_in_the_readers_language(language: str, word: str) -> None:
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "--help"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "CAUNOI_LANG": language}
    )
    assert done.returncode == 0 and word in done.stdout
