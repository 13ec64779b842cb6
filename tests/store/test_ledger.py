"""The ledger keeps every receipt, gives the newest accepted value, and notices any damage."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import LedgerDamaged, StoreBusy, StoreFull
from pipelines.store.commit_log import GENESIS
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame


def day(number: int) -> datetime:
    return datetime(2022, 10, number, 9, tzinfo=UTC)


def value(
    number: int | None,
    *,
    submission: str = "s1",
    field: str = "a04",
    at: int = 17,
    state: str = "accepted",
) -> tuple:
    text = None if number is None else str(number)
    return (
        1,
        submission,
        "A",
        "D-00646",
        "2022-Q3",
        field,
        text,
        number,
        None,
        state,
        "final",
        "Mẫu A",
        "E7",
        day(at),
        1,
    )


def send(ledger: Ledger, *rows: tuple) -> None:
    ledger.append(LedgerBatch(values=to_frame("values", list(rows))))


def decide(
    ledger: Ledger, kind: str, *, period: str | None = None, target: str | None = None
) -> None:
    ledger.append(
        LedgerBatch(
            decisions=to_frame(
                "decisions", [(1, "", day(25), kind, None, period, None, target, "x", "y")]
            )
        )
    )


def newest(ledger: Ledger, **kwargs: object) -> dict[str, tuple[int, bool]]:
    frame = ledger.newest_values(**kwargs)
    return {r["field"]: (r["value"], r["flagged"]) for r in frame.iter_rows(named=True)}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path, wait_seconds=0.2)


def test_a_receipt_says_what_was_kept(ledger: Ledger) -> None:
    receipt = ledger.append(
        LedgerBatch(values=to_frame("values", [value(7), value(8, field="a05")]))
    )
    assert (receipt.seq, receipt.rows, receipt.total) == (1, 2, 15)
    assert receipt.sha256 == ledger.sequence.entries()[0].hash


def test_an_empty_ledger_answers_nothing_and_is_sound(ledger: Ledger) -> None:
    assert (ledger.head(), ledger.newest_values().height, ledger.verify()) == (0, 0, [])


def test_the_newest_accepted_value_counts_and_the_earlier_one_can_still_be_asked(
    ledger: Ledger,
) -> None:
    send(ledger, value(7))
    send(ledger, value(8, submission="s2", at=20))
    assert newest(ledger) == {"a04": (8, False)}
    assert newest(ledger, as_of=day(18)) == {"a04": (7, False)}
    assert ledger.frame("values").height == 2


@pytest.mark.parametrize("state", ["blocked", "blank", "unread"])
def test_an_unusable_cell_keeps_the_value_before_it_and_is_flagged(
    ledger: Ledger, state: str
) -> None:
    send(ledger, value(7))
    send(ledger, value(None, submission="s2", state=state))
    assert newest(ledger) == {"a04": (7, True)}


def test_a_withdrawn_return_is_as_if_never_sent(ledger: Ledger) -> None:
    send(ledger, value(7))
    send(ledger, value(9, submission="s2"))
    decide(ledger, "withdraw", target="s2")
    assert newest(ledger) == {"a04": (7, False)}


def test_after_the_close_a_value_waits_for_its_approval(ledger: Ledger) -> None:
    send(ledger, value(7))
    decide(ledger, "close", period="2022-Q3")
    send(ledger, value(9, submission="s2", at=28))
    assert newest(ledger) == {"a04": (7, False)}
    decide(ledger, "approve", target="s2")
    assert newest(ledger) == {"a04": (9, False)}


def test_within_one_batch_the_later_row_wins(ledger: Ledger) -> None:
    send(ledger, value(7), value(8, submission="s2"))
    assert newest(ledger) == {"a04": (8, False)}


@pytest.mark.parametrize("how", ["flip", "cut", "delete"])
def test_a_damaged_file_is_named(ledger: Ledger, how: str) -> None:
    send(ledger, value(7))
    path = next(ledger.folder.glob("*.parquet"))
    data = bytearray(path.read_bytes())
    if how == "delete":
        path.unlink()
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data) if how == "flip" else bytes(data[:-9]))
    assert [f.subject for f in ledger.verify()] == ["000001-values.parquet"]


def test_every_changed_byte_of_the_log_is_noticed(ledger: Ledger) -> None:
    for number in range(3):
        send(ledger, value(number, submission=f"s{number}"))
    log = ledger.sequence.path
    good = log.read_bytes()
    for at in [*range(0, len(good), 37), len(good) - 1]:
        log.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        assert [f.code for f in ledger.verify()] == ["doctor-sequence"], at
    log.write_bytes(good)
    assert ledger.verify() == []


def test_a_removed_line_in_the_middle_is_noticed(ledger: Ledger) -> None:
    for number in range(3):
        send(ledger, value(number, submission=f"s{number}"))
    lines = ledger.sequence.path.read_bytes().splitlines(keepends=True)
    ledger.sequence.path.write_bytes(lines[0] + lines[2])
    with pytest.raises(LedgerDamaged):
        ledger.head()


def test_lines_cut_off_the_end_are_noticed(ledger: Ledger) -> None:
    for number in range(3):
        send(ledger, value(number, submission=f"s{number}"))
    lines = ledger.sequence.path.read_bytes().splitlines(keepends=True)
    ledger.sequence.path.write_bytes(lines[0])
    assert [f.code for f in ledger.verify()] == ["doctor-sequence"]
    with pytest.raises(LedgerDamaged):
        ledger.sweep_orphans()


def test_a_crash_between_the_first_line_and_its_witness_is_no_fault(ledger: Ledger) -> None:
    send(ledger, value(7))
    ledger.sequence.witness.write_text(f'{{"seq": 0, "hash": "{GENESIS}"}}')
    assert (ledger.verify(), newest(ledger)) == ([], {"a04": (7, False)})


def test_a_lost_witness_stops_nobody_but_is_said(ledger: Ledger) -> None:
    send(ledger, value(7))
    ledger.sequence.witness.write_bytes(b"{")
    assert ([f.code for f in ledger.verify()], newest(ledger)) == (
        ["doctor-witness"],
        {"a04": (7, False)},
    )
    send(ledger, value(8, submission="s2"))
    assert ledger.verify() == []


def test_a_damaged_file_is_never_read_as_other_numbers(ledger: Ledger) -> None:
    send(ledger, value(7))
    path = next(ledger.folder.glob("*.parquet"))
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(LedgerDamaged):
        ledger.newest_values()


def test_a_torn_last_line_never_was_a_commit_and_the_next_append_cuts_it_off(
    ledger: Ledger,
) -> None:
    send(ledger, value(7))
    with ledger.sequence.path.open("ab") as handle:
        handle.write(b'{"seq": 2, "at"')
    assert (ledger.head(), newest(ledger)) == (1, {"a04": (7, False)})
    send(ledger, value(8, submission="s2"))
    assert (ledger.head(), newest(ledger), ledger.verify()) == (2, {"a04": (8, False)}, [])


def test_files_nobody_committed_are_swept(ledger: Ledger) -> None:
    send(ledger, value(7))
    (ledger.folder / "000002-values.parquet").write_bytes(b"half")
    assert ledger.sweep_orphans() == ["000002-values.parquet"]
    assert newest(ledger) == {"a04": (7, False)}


def test_a_second_pen_waits_and_then_leaves_with_a_reason(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.writer_lock(), pytest.raises(StoreBusy) as refused:
        send(Ledger(tmp_path, wait_seconds=0.1), value(7))
    assert refused.value.code == "Y002"
    send(ledger, value(7))
    assert ledger.head() == 1


def test_a_nearly_full_disk_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(StoreFull):
        send(Ledger(tmp_path, free_bytes=1 << 62), value(7))
    assert list(Ledger(tmp_path).folder.glob("*.parquet*")) == []


def test_the_newest_line_of_a_record_is_by_period_not_by_receipt(ledger: Ledger) -> None:
    def line(submission: str, period: str, status: str) -> tuple:
        where = (
            "C",
            "P-00646",
            period,
            "00646-2022-1",
            "status",
            status,
            "accepted",
            "Mẫu C",
            "H5",
            day(17),
            1,
        )
        return (1, submission, *where)

    ledger.append(
        LedgerBatch(
            records=to_frame(
                "records", [line("s1", "2022-Q4", "completed"), line("s2", "2022-Q3", "issued")]
            )
        )
    )
    assert ledger.newest_records("C")["text"].to_list() == ["completed"]


def test_a_blocked_cell_of_a_record_keeps_the_text_before_it(ledger: Ledger) -> None:
    def cell(submission: str, field: str, text: str, state: str = "accepted") -> tuple:
        where = (
            "C",
            "P-00646",
            "2022-Q3",
            "P-00646-2022-1",
            field,
            text,
            state,
            "Mẫu C",
            "H5",
            day(17),
            1,
        )
        return (1, submission, *where)

    first = [cell("s1", "status", "issued"), cell("s1", "service", "RF_HIV")]
    second = [cell("s2", "status", "completed"), cell("s2", "service", "RF_?", "blocked")]
    ledger.append(LedgerBatch(records=to_frame("records", first + second)))
    assert ledger.newest_records("C")["text"].to_list() == ["RF_HIV", "completed"]


def test_order_of_arrival_decides_and_nothing_else(ledger: Ledger) -> None:
    send(ledger, *[value(n, submission=f"s{n}", at=28 - n) for n in range(1, 9)])
    assert newest(ledger)["a04"][0] == 8
    assert ledger.frame("values")["order"].to_list() == list(range(8))
    assert isinstance(ledger.frame("values"), pl.DataFrame)
