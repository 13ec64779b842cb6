"""Users and the audit trail by command: users added and ended, JSON, and a chain that was cut."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import run_command
from pipelines.store.state_db import StateDatabase, User

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, capsys: Capture) -> Path:
    assert (
        run_command(
            ["user", "add", "Chief@Hanoi.example", "--role", "steward", "--home", str(tmp_path)]
        )
        == 0
    )
    capsys.readouterr()
    return tmp_path


def answered(capsys: Capture, home: Path, *words: str, code: int = 0) -> dict[str, Any]:
    assert run_command([*words, "--home", str(home), "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_somebody_is_added_listed_and_ended(home: Path, capsys: Capture) -> None:
    given = (
        "--role",
        "district",
        "--district",
        "004",
        "--district",
        "002",
        "--until",
        "2099-01-31",
    )
    added = answered(capsys, home, "user", "add", "lan@hanoi.example", *given)["rows"][0]
    assert (
        added["districts"] == ["002", "004"] and added["active"] and added["until"] == "2099-01-31"
    )
    assert [u["subject"] for u in answered(capsys, home, "user", "list")["rows"]][
        -1
    ] == "lan@hanoi.example"
    assert not answered(capsys, home, "user", "end", "LAN@hanoi.example")["rows"][0]["active"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("user", "add", "a", "--role", "king"), "unknown_role"),
        (("user", "add", "a", "--role", "district"), "district_needed"),
        (("user", "add", "a", "--role", "district", "--district", "999"), "unknown_place"),
        (("user", "add", "a", "--role", "city", "--until", "tomorrow"), "unknown_day"),
        (("user", "end", "nobody"), "unknown_user"),
        (("user", "end", "chief@hanoi.example"), "last_steward"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    home: Path, capsys: Capture, words: tuple[str, ...], code: str
) -> None:
    assert answered(capsys, home, *words, code=2)["error"]["code"] == code


def test_the_trail_is_read_by_command_and_a_cut_chain_is_an_error(
    home: Path, capsys: Capture
) -> None:
    answered(capsys, home, "user", "add", "lan@hanoi.example", "--role", "city")
    told = answered(capsys, home, "audit", "--what", "role")
    assert told["whole"] and [e["objects"][1] for e in told["rows"]] == ["steward", "city"]
    assert "hanoi.example" not in json.dumps(told)
    db = sqlite3.connect(StateDatabase(home).home.state)
    with db:
        db.execute("drop trigger audit_is_never_removed")
        db.execute("delete from audit where n = 1")
    db.close()
    assert answered(capsys, home, "audit", code=1)["broken"]


def test_people_read_a_table(home: Path, capsys: Capture) -> None:
    assert run_command(["user", "list", "--home", str(home)]) == 0
    assert run_command(["audit", "--home", str(home)]) == 0
    assert "đổi quyền" in capsys.readouterr().out


def test_the_list_says_whose_row_gives_no_rights(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUNOI_LANG", "en")
    StateDatabase(home).save_user(User("lan@hanoi.example", "public", frozenset({"020"})))
    assert run_command(["user", "list", "--home", str(home)]) == 0
    assert (
        "lan@hanoi.example: the role and districts on the list do not match"
        in capsys.readouterr().err
    )
    assert [u["active"] for u in answered(capsys, home, "user", "list")["rows"]] == [True, False]
