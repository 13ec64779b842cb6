"""Batches merged into segments say what they said, one by one and all together."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.errors import LedgerDamaged, StoreError
from pipelines.store.backup import make_backup, restore_backup
from pipelines.store.compaction import (
    compact_if_many,
    compact_ledger,
    count_unmerged,
    discard_merged,
    undo_compaction,
)
from pipelines.store.ledger import Ledger
from tests.store.compaction_crash import find_faults
from tests.store.test_ledger import day
from tests.store.test_ledger_index import OTHER, OWN, send_of

KILLS = 500 if os.environ.get("CAUNOI_FULL") else 8


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "home")
    for number, reporter in enumerate((OWN, OTHER, OTHER, OWN), 1):
        send_of(ledger, number, reporter)
    return ledger


def test_every_question_has_the_same_answer_after_a_merge(ledger: Ledger) -> None:
    def ask() -> list[object]:
        own = ledger.frame("values", reporters=[OWN]).rows()
        values, receipts = ledger.frame("values").rows(), ledger.frame("submissions").rows()
        early = ledger.newest_values(day(16)).rows()
        batch = ledger.batch_frame("values", f"{OTHER} 3").rows()
        return [own, values, receipts, early, batch, ledger.head(), ledger.verify()]

    before = ask()
    merged = compact_ledger(ledger)
    assert merged is not None
    assert (merged.batches, merged.rows, merged.files) == (4, 8, 2)
    assert ask() == before
    assert ledger.list_orphans() == []


def test_a_merged_reporter_is_read_from_one_file_and_new_batches(ledger: Ledger) -> None:
    compact_ledger(ledger)
    send_of(ledger, 5, OWN)
    for name in ("000001", "000004"):
        (ledger.folder / f"{name}-values.parquet").unlink()
    own = ledger.frame("values", reporters=[OWN])
    assert own.select("order", "value").rows() == [(0, 1), (3, 4), (4, 5)]


def test_runs_are_merged_again_while_they_are_not_much_larger(ledger: Ledger) -> None:
    compact_ledger(ledger)
    send_of(ledger, 5, OWN)
    compact_ledger(ledger)
    assert [(run.first, run.last) for run in ledger.segments.read().runs] == [(1, 4), (5, 5)]
    send_of(ledger, 6, OTHER)
    compact_ledger(ledger)
    assert [(run.first, run.last) for run in ledger.segments.read().runs] == [(1, 6)]
    assert ledger.frame("values")["value"].to_list() == [1, 2, 3, 4, 5, 6]
    assert ledger.verify() == []


def test_nothing_is_merged_unasked_while_few_batches_stand(ledger: Ledger) -> None:
    assert compact_if_many(ledger) is None
    assert count_unmerged(ledger) == 4


def test_there_is_a_way_back_until_the_own_files_are_discarded(ledger: Ledger) -> None:
    rows = ledger.frame("values").rows()
    compact_ledger(ledger)
    assert undo_compaction(ledger) == 4
    assert (ledger.frame("values").rows(), ledger.list_orphans()) == (rows, [])
    compact_ledger(ledger)
    assert discard_merged(ledger) == 8
    with pytest.raises(StoreError, match="000001-submissions"):
        undo_compaction(ledger)
    ledger.index.path.unlink()
    assert (ledger.frame("values").rows(), ledger.verify()) == (rows, [])
    assert ledger.frame("values", reporters=[OWN])["value"].to_list() == [1, 4]


@pytest.mark.parametrize("name", ["segments.json", "000001-000004-values-000.parquet"])
def test_a_damaged_segment_is_found_and_never_read_or_followed_by_a_removal(
    ledger: Ledger, name: str
) -> None:
    compact_ledger(ledger)
    path = ledger.folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert [fault.subject for fault in ledger.verify()] == [name]
    for reporters in (None, [OWN]):
        with pytest.raises(LedgerDamaged):
            Ledger(ledger.folder.parent).frame("values", reporters=reporters)
    with pytest.raises(StoreError):
        discard_merged(ledger)
    assert (ledger.folder / "000001-values.parquet").exists()


def test_segments_of_another_log_are_not_read(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(tmp_path / "other")
    for number in range(1, 5):
        send_of(other, number, OTHER)
    compact_ledger(other)
    for path in other.folder.glob("*-*-*-*.parquet"):
        (ledger.folder / path.name).write_bytes(path.read_bytes())
    ledger.segments.path.write_bytes(other.segments.path.read_bytes())
    assert [fault.subject for fault in ledger.verify()] == ["segments.json"]
    with pytest.raises(LedgerDamaged):
        ledger.frame("values")


def test_a_backup_brings_merged_batches_back(ledger: Ledger, tmp_path: Path) -> None:
    rows = ledger.frame("values").rows()
    compact_ledger(ledger)
    discard_merged(ledger)
    make_backup(ledger.folder.parent, tmp_path / "copy")
    restore_backup(tmp_path / "copy", tmp_path / "back")
    assert Ledger(tmp_path / "back").frame("values").rows() == rows


def test_two_merges_and_a_receipt_at_once_leave_one_whole_ledger(ledger: Ledger) -> None:
    home = ledger.folder.parent
    with ThreadPoolExecutor(3) as pool:
        merges = [pool.submit(compact_ledger, Ledger(home)) for _ in range(2)]
        pool.submit(send_of, Ledger(home), 5, OWN).result()
        assert any(merge.result() for merge in merges)
    assert ledger.frame("values")["value"].to_list() == [1, 2, 3, 4, 5]
    assert (ledger.verify(), count_unmerged(ledger) <= 1) == ([], True)


@pytest.mark.slow
def test_killed_at_any_step_the_ledger_is_what_it_was(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.store.compaction_crash", "--kills", str(KILLS)]
    subprocess.run([*command, "--folder", str(tmp_path)], check=True, timeout=600)
    homes = [tmp_path / str(number) for number in range(KILLS)]
    assert [find_faults(tmp_path / "sound", home) for home in homes] == [[]] * KILLS
