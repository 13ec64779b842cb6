"""Whoever can write the database alone cannot falsify the audit trail without being found."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.cli import run_command
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.settings import Settings
from pipelines.store.audit_trail import TRAIL_KEY, AuditFault
from pipelines.store.backup import make_backup, restore_backup
from pipelines.store.integrity_check import examine_home
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.store.state_db import StateDatabase
from tests.store.sample_decision import DECISION

PERIODS = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4")
BATCH = LedgerBatch(decisions=to_frame("decisions", [DECISION]))
Forgery = Callable[[sqlite3.Connection], object]


@pytest.fixture
def state(tmp_path: Path) -> StateDatabase:
    """Four events; a batch of the ledger was committed after the second."""
    found = StateDatabase(tmp_path)
    for number, period in enumerate(PERIODS):
        found.record_event("lan", "close", period)
        if number == 1:
            Ledger(tmp_path).append(BATCH)
    assert found.examine_audit() == []
    return found


def forge(state: StateDatabase, forgery: Forgery) -> list[AuditFault]:
    """Let somebody write the database who knows how the trail is made, but not its key."""
    db = sqlite3.connect(state.home.state)
    with db:
        db.execute("drop trigger audit_is_never_changed")
        db.execute("drop trigger audit_is_never_removed")
        forgery(db)
    db.close()
    return state.examine_audit()


def set_head(db: sqlite3.Connection) -> None:
    db.execute("delete from audit_head")
    db.execute("insert into audit_head select 1, n, hash from audit order by n desc limit 1")


def cut_tail(db: sqlite3.Connection) -> None:
    db.execute("delete from audit where n > 2")
    set_head(db)


def rechain(db: sqlite3.Connection) -> None:
    """Make every event anew, chained by the hashes that need no key."""
    names = ("n", "at", "who", "what", "objects", "previous", "hash")
    rows = [dict(zip(names, row, strict=True)) for row in db.execute("select * from audit")]
    db.execute("delete from audit")
    previous = "0" * 64
    for row in rows:
        body = {**row, "objects": '["2019-Q1"]', "previous": previous}
        del body["hash"]
        previous = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        db.execute("insert into audit values (?, ?, ?, ?, ?, ?, ?)", (*body.values(), previous))
    set_head(db)


def empty(db: sqlite3.Connection) -> None:
    db.execute("delete from audit")
    db.execute("delete from audit_head")


def edit(db: sqlite3.Connection) -> None:
    db.execute("update audit set what = 'approve' where n = 3")


def swap(db: sqlite3.Connection) -> None:
    db.execute("update audit set n = -n where n in (2, 3)")
    db.execute("update audit set n = 5 + n where n < 0")


def remove_middle(db: sqlite3.Connection) -> None:
    db.execute("delete from audit where n = 2")


@pytest.mark.parametrize(
    ("forgery", "first"),
    [
        (cut_tail, AuditFault(3, "cut")),
        (rechain, AuditFault(1, "changed")),
        (empty, AuditFault(1, "emptied")),
        (edit, AuditFault(3, "changed")),
        (swap, AuditFault(2, "changed")),
        (remove_middle, AuditFault(2, "moved")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_way_to_falsify_the_trail_is_found_where_it_was_done(
    state: StateDatabase, forgery: Forgery, first: AuditFault
) -> None:
    assert forge(state, forgery)[0] == first


@pytest.mark.parametrize("forgery", [cut_tail, rechain, empty, edit, swap])
def test_what_is_written_later_does_not_hide_it(state: StateDatabase, forgery: Forgery) -> None:
    forge(state, forgery)
    for period in reversed(PERIODS):
        state.record_event("lan", "close", period)
    assert state.verify_audit() != []


@pytest.mark.parametrize("forgery", [cut_tail, empty])
def test_the_ledgers_log_remembers_where_the_trail_stood(
    state: StateDatabase, forgery: Forgery
) -> None:
    """Even when the note beside the log is gone, or an older one is put in its place."""
    Ledger(state.home.root).append(BATCH)
    (state.home.ledger / "audit.json").unlink()
    assert forge(state, forgery)[0] in (AuditFault(3, "cut"), AuditFault(1, "emptied"))
    heads = [e.audit.n for e in Ledger(state.home.root).sequence.entries() if e.audit]
    assert heads == [2, 4]


def test_a_forged_note_outside_is_found(state: StateDatabase) -> None:
    note = state.home.ledger / "audit.json"
    told = json.loads(note.read_bytes())
    note.write_text(json.dumps({**told, "n": 2}))
    assert state.examine_audit() == [AuditFault(5, "anchor")]
    note.unlink()
    assert state.examine_audit() == [AuditFault(5, "anchor")]


def test_the_key_stands_outside_the_database_for_the_owner_alone(state: StateDatabase) -> None:
    key = state.home.keys / f"{TRAIL_KEY}.key"
    assert (key.stat().st_mode & 0o777, key.stat().st_size) == (0o600, 32)
    assert key.read_bytes() not in state.home.state.read_bytes()


def test_the_command_and_the_doctor_say_where(
    state: StateDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(state, edit)
    assert run_command(["audit", "--json", "--home", str(state.home.root)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["broken"] == [3] and told["faults"] == [{"n": 3, "kind": "changed"}]
    assert run_command(["audit", "--home", str(state.home.root)]) == 1
    assert "3" in capsys.readouterr().err
    faults = [(f.code, f.subject) for f in examine_home(Settings(home=state.home.root))]
    assert ("doctor-audit", "3") in faults


@pytest.mark.parametrize("with_keys", [True, False])
def test_a_restored_trail_is_whole_and_goes_on(
    state: StateDatabase, tmp_path: Path, with_keys: bool
) -> None:
    make_backup(state.home.root, tmp_path / "copy", with_keys=with_keys)
    restore_backup(tmp_path / "copy", tmp_path / "new")
    restored = StateDatabase(tmp_path / "new")
    assert restored.examine_audit() == []
    restored.record_event("lan", "close", "2023-Q1")
    assert restored.examine_audit() == []
    kinds = [event.what for event in restored.list_events()[4:]]
    assert kinds == (["close"] if with_keys else ["sealed", "close"])
    assert forge(restored, edit)[0].n in (3, 4)


def test_a_trail_of_an_older_version_is_sealed_with_the_next_event(state: StateDatabase) -> None:
    db = sqlite3.connect(state.home.state)
    with db:
        db.execute("drop trigger audit_is_never_removed")
        rechain(db)
    db.close()
    PseudonymKeys(state.home.keys).destroy_key(TRAIL_KEY)
    (state.home.ledger / "audit.json").unlink()
    (state.home.ledger / "sequence.jsonl").unlink()
    (state.home.ledger / "head.json").unlink()
    assert state.examine_audit() == []
    state.record_event("lan", "close", "2023-Q1")
    assert [event.what for event in state.list_events()[4:]] == ["sealed", "close"]
    assert state.examine_audit() == []
    db = sqlite3.connect(state.home.state)
    with db:
        db.execute("drop trigger audit_is_never_changed")
        edit(db)
    db.close()
    assert state.examine_audit()[0] == AuditFault(3, "changed")
