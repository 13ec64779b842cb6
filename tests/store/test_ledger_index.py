"""The index finds a reporter's files, follows the log, and is made anew when it does not fit."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from pipelines.errors import LedgerDamaged
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame
from tests.store.test_ledger import day, value

OWN, OTHER = "D-00646", "D-00118"


def send_of(ledger: Ledger, number: int, reporter: str) -> None:
    row = list(value(number, submission=f"{reporter} {number}"))
    row[3] = reporter
    receipt = (
        1, row[1], "f" * 64, f"said {number}", "a.xlsx", "A", 1, "single", reporter, "2022-Q3",
        day(17), "accepted", "inbox",
    )  # fmt: skip
    values, submissions = to_frame("values", [tuple(row)]), to_frame("submissions", [receipt])
    ledger.append(LedgerBatch(values=values, submissions=submissions))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path)
    for number, reporter in enumerate((OWN, OTHER, OTHER, OWN), 1):
        send_of(ledger, number, reporter)
    return ledger


def test_a_reporters_rows_are_numbered_as_among_all_rows(ledger: Ledger) -> None:
    own = ledger.frame("values", reporters=[OWN])
    assert own.select("order", "value").rows() == [(0, 1), (3, 4)]
    assert own.equals(ledger.frame("values").filter(reporter=OWN))


def test_no_file_of_another_reporter_is_read(ledger: Ledger) -> None:
    (ledger.folder / "000002-values.parquet").unlink()
    assert ledger.newest_values(reporters=[OWN])["value"].to_list() == [4]
    with pytest.raises(LedgerDamaged):
        ledger.newest_values()


def test_a_return_is_found_by_what_it_says(ledger: Ledger) -> None:
    (sent,) = ledger.index.find_sent("said 2")
    assert (sent.receipt, sent.status, sent.received) == (f"{OTHER} 2", "accepted", day(17))
    assert ledger.index.find_statuses([f"{OWN} 4", "nobody"]) == {f"{OWN} 4": "accepted"}
    assert ledger.batch_frame("values", f"{OTHER} 3")["value"].to_list() == [3]


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_a_lost_or_damaged_index_is_made_anew(ledger: Ledger, content: bytes | None) -> None:
    ledger.index.path.unlink()
    if content is not None:
        ledger.index.path.write_bytes(content)
    assert ledger.frame("values", reporters=[OWN]).height == 2
    db = sqlite3.connect(ledger.index.path)
    assert db.execute("select seq from head").fetchall() == [(4,)]
    db.close()


def test_where_no_index_can_be_written_the_ledger_is_read_all_the_same(ledger: Ledger) -> None:
    ledger.index.path.unlink()
    ledger.index.path.mkdir()
    assert ledger.frame("values", reporters=[OWN])["value"].to_list() == [1, 4]


def test_the_index_of_another_log_is_forgotten(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(tmp_path / "other")
    send_of(other, 9, OWN)
    shutil.copy(ledger.index.path, other.index.path)
    assert other.frame("values", reporters=[OWN])["value"].to_list() == [9]


def test_the_head_is_read_without_the_lines_before_it(ledger: Ledger) -> None:
    log = ledger.sequence.path
    log.write_bytes(log.read_bytes().replace(b'"seq": 1}', b'"seq": 7}', 1))
    assert ledger.head() == 4
    assert [fault.code for fault in ledger.verify()] == ["doctor-sequence"]


def test_lines_behind_a_witness_that_lags_are_followed(ledger: Ledger) -> None:
    witness = ledger.sequence.witness
    early = witness.read_bytes()
    send_of(ledger, 5, OWN)
    witness.write_bytes(early)
    assert (ledger.head(), ledger.frame("values", reporters=[OWN]).height) == (5, 3)


def test_a_witness_of_an_earlier_version_is_understood(ledger: Ledger) -> None:
    seen = json.loads(ledger.sequence.witness.read_bytes())
    del seen["size"]
    ledger.sequence.witness.write_text(json.dumps(seen))
    assert ledger.head() == 4
    send_of(ledger, 5, OWN)
    assert (ledger.head(), ledger.verify()) == (5, [])


def test_what_a_crash_left_is_not_committed_with_the_next_batch(ledger: Ledger) -> None:
    (ledger.folder / "000005-records.parquet").write_bytes(b"half")
    send_of(ledger, 5, OWN)
    assert ledger.list_orphans() == []
