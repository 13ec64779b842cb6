"""A backup holds everything that cannot be made again, and restores to the same rows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import StoreError
from pipelines.privacy.keys import Keys
from pipelines.store.archive import Archive
from pipelines.store.backup import backup, restore
from pipelines.store.home import Home
from pipelines.store.ledger import Ledger
from pipelines.store.rows import Batch, typed
from pipelines.store.state import State, User

DECISION = (1, "", datetime(2022, 10, 1, tzinfo=UTC), "close", None, "2022-Q3", None, None, "lan", "done")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = tmp_path / "home"
    Ledger(root).append(Batch(decisions=typed("decisions", [DECISION])))
    Archive(root).keep(b"report")
    State(root).grant(User("lan", "steward"))
    Keys(Home(root).keys).code("P-00646", "KH-0001")
    return root


def test_what_is_restored_is_what_was_backed_up(home: Path, tmp_path: Path) -> None:
    done = backup(home, tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "new")
    assert done.ledger_head == 1
    assert Ledger(tmp_path / "new").frame("decisions").equals(Ledger(home).frame("decisions"))
    assert Archive(tmp_path / "new").damaged() == [] and len(list(Home(tmp_path / "new").archive.iterdir())) == 1
    assert State(tmp_path / "new").users() == [User("lan", "steward")]


def test_keys_stay_behind_unless_asked_for(home: Path, tmp_path: Path) -> None:
    backup(home, tmp_path / "without")
    backup(home, tmp_path / "with", with_keys=True)
    assert not (tmp_path / "without" / "keys" / "P-00646.key").exists()
    restore(tmp_path / "with", tmp_path / "new")
    code = Keys(Home(home).keys).code("P-00646", "KH-0001")
    assert Keys(Home(tmp_path / "new").keys).code("P-00646", "KH-0001") == code


def test_a_damaged_backup_is_refused_and_nothing_is_copied(home: Path, tmp_path: Path) -> None:
    backup(home, tmp_path / "copy")
    next((tmp_path / "copy" / "ledger").glob("*.parquet")).write_bytes(b"other")
    with pytest.raises(StoreError) as refused:
        restore(tmp_path / "copy", tmp_path / "new")
    assert (refused.value.code, (tmp_path / "new").exists()) == ("backup_damaged", False)


@pytest.mark.parametrize("cut", ["manifest", "file"])
def test_an_incomplete_backup_is_refused(home: Path, tmp_path: Path, cut: str) -> None:
    backup(home, tmp_path / "copy")
    gone = "manifest.json" if cut == "manifest" else "ledger/sequence.jsonl"
    (tmp_path / "copy" / gone).unlink()
    with pytest.raises(StoreError):
        restore(tmp_path / "copy", tmp_path / "new")


def test_nothing_is_written_over(home: Path, tmp_path: Path) -> None:
    backup(home, tmp_path / "copy")
    for attempt in (lambda: backup(home, tmp_path / "copy"), lambda: restore(tmp_path / "copy", home)):
        with pytest.raises(StoreError):
            attempt()
