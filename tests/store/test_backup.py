"""A backup holds everything that cannot be made again, and restores to the same rows."""

from pathlib import Path

import pytest

from pipelines.errors import StoreError
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.store.archive import Archive
from pipelines.store.backup import make_backup, restore_backup
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.store.state_db import StateDatabase, User
from tests.store.sample_decision import DECISION


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = tmp_path / "home"
    Ledger(root).append(LedgerBatch(decisions=to_frame("decisions", [DECISION])))
    Archive(root).store_file(b"report")
    StateDatabase(root).save_user(User("lan", "steward"))
    PseudonymKeys(DataPaths(root).keys).pseudonym("P-00646", "KH-0001")
    return root


def test_what_is_restored_is_what_was_backed_up(home: Path, tmp_path: Path) -> None:
    done = make_backup(home, tmp_path / "copy")
    restore_backup(tmp_path / "copy", tmp_path / "new", with_rights=True)
    assert done.ledger_head == 1
    assert Ledger(tmp_path / "new").frame("decisions").equals(Ledger(home).frame("decisions"))
    assert (
        Archive(tmp_path / "new").list_damaged() == []
        and len(list(DataPaths(tmp_path / "new").archive.iterdir())) == 1
    )
    assert StateDatabase(tmp_path / "new").list_users() == [User("lan", "steward")]


def test_a_home_keeps_its_own_reference_tables(home: Path, tmp_path: Path) -> None:
    (home / "reference").mkdir()
    (home / "reference" / "targets.csv").write_text("kpi,area\n", encoding="utf-8")
    (home / "reference" / "Notes of ours.txt").write_text("no table", encoding="utf-8")
    make_backup(home, tmp_path / "copy")
    restore_backup(tmp_path / "copy", tmp_path / "new")
    restored = tmp_path / "new" / "reference"
    assert [(p.name, p.read_text()) for p in restored.iterdir()] == [("targets.csv", "kpi,area\n")]


def test_keys_stay_behind_unless_asked_for(home: Path, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "without")
    make_backup(home, tmp_path / "with", with_keys=True)
    assert not (tmp_path / "without" / "keys" / "P-00646.key").exists()
    restore_backup(tmp_path / "with", tmp_path / "new")
    code = PseudonymKeys(DataPaths(home).keys).pseudonym("P-00646", "KH-0001")
    assert PseudonymKeys(DataPaths(tmp_path / "new").keys).pseudonym("P-00646", "KH-0001") == code


def test_a_damaged_backup_is_refused_and_nothing_is_copied(home: Path, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "copy")
    next((tmp_path / "copy" / "ledger").glob("*.parquet")).write_bytes(b"other")
    with pytest.raises(StoreError) as refused:
        restore_backup(tmp_path / "copy", tmp_path / "new")
    assert (refused.value.code, (tmp_path / "new").exists()) == ("backup_damaged", False)


@pytest.mark.parametrize("cut", ["manifest", "file"])
def test_an_incomplete_backup_is_refused(home: Path, tmp_path: Path, cut: str) -> None:
    make_backup(home, tmp_path / "copy")
    gone = "manifest.json" if cut == "manifest" else "ledger/sequence.jsonl"
    (tmp_path / "copy" / gone).unlink()
    with pytest.raises(StoreError):
        restore_backup(tmp_path / "copy", tmp_path / "new")


def test_nothing_is_written_over(home: Path, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "copy")
    for attempt in (
        lambda: make_backup(home, tmp_path / "copy"),
        lambda: restore_backup(tmp_path / "copy", home),
    ):
        with pytest.raises(StoreError):
            attempt()
