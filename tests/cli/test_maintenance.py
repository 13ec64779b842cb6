"""A home looked after; the dashboard's doors; a fresh process."""

import os
import re
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.settings import PROJECT
from pipelines.store.ledger import Ledger
from tests.cli.conftest import Caunoi, workbook
from tests.store.test_ledger_index import OWN, send_of

#: Each test starts programs or makes builds.
pytestmark = pytest.mark.slow


def test_a_sound_home_is_said_to_be_sound_and_a_changed_ledger_is_noticed(
    caunoi: Caunoi, tmp_path: Path
) -> None:
    caunoi("ingest", workbook(tmp_path / "a.xlsx"))
    assert caunoi("doctor", "--json").json == {"rows": [], "sound": True}
    part = next((caunoi.home / "ledger").glob("*-values.parquet"))
    part.write_bytes(part.read_bytes() + b"x")
    answer = caunoi("doctor", "--json")
    assert answer.code == 1 and answer.json["rows"][0]["code"] == "doctor-changed"


def test_doctor_names_file_and_key_of_a_wrong_event_and_a_right_one_is_backed_up(
    caunoi: Caunoi, tmp_path: Path
) -> None:
    caunoi("ingest", workbook(tmp_path / "a.xlsx"))
    event = '[tet]\nfirst = 2023-01-20\nkind = "{}"\nvi = "x"\nen = "y"\n'
    file = caunoi.home / "events.toml"
    file.write_text(event.format("holiday"), encoding="utf-8")
    answer = caunoi("doctor", "--json")
    assert answer.code == 2 and answer.error == "definition_value"
    assert "events.toml" in answer.json["error"]["message"]
    assert "tet.kind" in answer.json["error"]["message"]
    file.write_text(event.format("other"), encoding="utf-8")
    assert caunoi("doctor").code == 0
    assert caunoi("backup", tmp_path / "copy").code == 0
    assert (tmp_path / "copy" / "events.toml").read_bytes() == file.read_bytes()


def test_a_copy_brings_the_figures_back_in_another_home(
    caunoi: Caunoi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    caunoi("ingest", workbook(tmp_path / "a.xlsx"))
    assert caunoi("backup", tmp_path / "copy").code == 0
    there = Caunoi(tmp_path / "there", capsys)
    assert there("restore", tmp_path / "copy").code == 0
    assert there("kpi", "T03", "--period", "2022-Q3", "--json").json["rows"][0]["value"] == 8


def test_a_rebuild_from_the_ledger_alone_is_the_same(caunoi: Caunoi, tmp_path: Path) -> None:
    caunoi("ingest", workbook(tmp_path / "a.xlsx"))
    assert caunoi("rebuild", "--json").json["same"] is True


def test_a_port_that_is_taken_is_said_at_once(caunoi: Caunoi) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        answer = caunoi("serve", "--port", str(held.getsockname()[1]))
    assert answer.code == 2 and "--port" in answer.err


def test_without_sign_in_nobody_else_is_let_in(caunoi: Caunoi) -> None:
    answer = caunoi("serve", "--host", "0.0.0.0")
    assert answer.code == 2 and "127.0.0.1" in answer.err


def test_the_terminal_speaks_english_when_asked(
    caunoi: Caunoi, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Chưa có bản số liệu" in caunoi("kpi", "T06").err
    monkeypatch.setenv("CAUNOI_LANG", "en")
    assert "no figures yet" in caunoi("kpi", "T06").err


def test_the_installed_command_leaves_with_the_code_and_keeps_stdout_for_answers(
    tmp_path: Path,
) -> None:
    command = [
        sys.executable,
        "-c",
        "from pipelines.cli import main; main()",
        "kpi",
        "T06",
        "--home",
        str(tmp_path),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "CAUNOI_LANG": "en"},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "no figures yet" in done.stderr


def test_every_command_is_named_in_the_list_of_commands() -> None:
    text = (PROJECT / "docs" / "commands.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`caunoi ([a-z]+(?:-[a-z]+)*)", text))
    known = {command for commands in cli.FAMILIES.values() for command in commands}
    assert known - named <= {"demo", "build", "approve", "forget", "user", "audit"}


@pytest.mark.parametrize("family", cli.FAMILIES)
def test_every_family_holds_the_commands_it_is_known_for(family: str) -> None:
    held = import_module(f"pipelines.cli.{family}").app
    names = [c.name for c in held.registered_commands] + [g.name for g in held.registered_groups]
    assert sorted(n for n in names if n) == sorted(cli.FAMILIES[family])


def test_batches_are_merged_and_given_back_by_one_command(caunoi: Caunoi) -> None:
    ledger = Ledger(caunoi.home)
    for number in (1, 2):
        send_of(ledger, number, OWN)
    assert caunoi("compact", "--json").json == {"batches": 2, "rows": 4, "files": 2}
    assert caunoi("compact", "--undo", "--json").json == {"batches": 2}
    assert caunoi("compact", "--discard", "--json").json["removed"] == 4
    assert caunoi("compact", "--undo").code == 2
    assert ledger.frame("values")["value"].to_list() == [1, 2]
