"""What becomes of a return: accepted, corrected, repeated, late, sent back or never kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import StoreBusy, StoreFull
from pipelines.intake.ingest.receive import Receiver
from pipelines.intake.ingest.steward_actions import approve_returns, close_period, withdraw_return
from pipelines.intake.issues import make_issue
from pipelines.intake.model import FieldValues
from pipelines.store.archive import Archive
from pipelines.store.atomic_files import file_lock
from pipelines.store.ledger import Ledger
from tests.intake.ingest.sample_files import (
    POINT,
    TEAM,
    desk,
    file,
    newest,
    send,
    settings,
    team,
    without,
)
from tests.intake.validation.sample_returns import GOOD_LINE, filled, records


def codes(outcome: object) -> set[str]:
    return {one.code for one in outcome.issues}


def test_a_good_return_is_accepted_and_its_file_kept(tmp_path: Path) -> None:
    sent = team()
    outcome = send(tmp_path, sent)[0]
    assert (outcome.status, outcome.form, outcome.unit, outcome.period) == (
        "accepted",
        "A",
        TEAM,
        "2022-Q3",
    )
    assert newest(tmp_path, "a04") == (8, False)
    assert Archive(tmp_path).read_file(sent.file_sha256) == sent.data
    row = Ledger(tmp_path).frame("submissions").row(0, named=True)
    assert (row["submission"], row["status"], row["file_sha256"]) == (
        outcome.submission,
        "accepted",
        sent.file_sha256,
    )


def test_the_same_file_again_changes_nothing_and_keeps_its_receipt(tmp_path: Path) -> None:
    first = send(tmp_path, team())[0]
    head = Ledger(tmp_path).head()
    again = send(tmp_path, team(), day=20)[0]
    assert (again.submission, again.known, codes(again)) == (first.submission, True, {"C003"})
    assert "09:30 ngày 17/10/2022" in again.issues[-1].build_message("vi")
    assert Ledger(tmp_path).head() == head


def test_a_table_saved_again_is_the_same_return(tmp_path: Path) -> None:
    send(tmp_path, team())
    for save in range(1, 101):
        assert send(tmp_path, team(save=save))[0].known
    assert Ledger(tmp_path).frame("submissions").height == 1


def test_two_equal_files_in_one_batch_count_once(tmp_path: Path) -> None:
    outcomes = send(tmp_path, team(), team(save=1))
    assert [o.known for o in outcomes] == [False, True]
    assert Ledger(tmp_path).frame("submissions").height == 1


def test_a_correction_says_what_it_replaces_and_replaces_only_that(tmp_path: Path) -> None:
    first = send(tmp_path, team(), team("2022-Q2"))[0]
    outcome = send(tmp_path, team(a20=31, a60=13), day=20)[0]
    assert outcome.replaced.submission == first.submission
    assert [(c.field, c.before, c.after) for c in outcome.changes] == [
        ("a20", 30, 31),
        ("a60", 12, 13),
    ]
    assert (newest(tmp_path, "a20"), newest(tmp_path, "a20", "2022-Q2")) == (
        (31, False),
        (30, False),
    )
    revisions = (
        Ledger(tmp_path)
        .frame("values")
        .group_by("submission", maintain_order=True)
        .first()["revision"]
    )
    assert revisions.to_list() == [1, 1, 2]


def test_an_older_version_sent_again_is_not_used(tmp_path: Path) -> None:
    send(tmp_path, team())
    send(tmp_path, team(a20=31))
    outcome = send(tmp_path, team())[0]
    assert codes(outcome) == {"C005"}
    assert newest(tmp_path, "a20") == (31, False)


def test_a_look_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    send(tmp_path, team())
    before = sorted(p for p in tmp_path.rglob("*"))
    outcome = desk(tmp_path).preview([team(a20=31), team(a20=31, save=1)])
    assert [(o.submission is None or o.known, len(o.changes)) for o in outcome] == [
        (True, 1),
        (True, 0),
    ]
    assert outcome[0].ret is not None
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_an_error_keeps_out_the_cells_it_names_and_nothing_else(tmp_path: Path) -> None:
    send(tmp_path, team())
    outcome = send(tmp_path, team(a13=99, a60=13))[0]
    assert outcome.status == "partly_accepted"
    assert newest(tmp_path, "a60") == (13, False)
    assert newest(tmp_path, "a13") == (3, True)
    assert outcome.ret is not None


def test_a_partly_accepted_return_sent_again_unchanged_changes_nothing(tmp_path: Path) -> None:
    first = send(tmp_path, team(a13=99))[0]
    again = send(tmp_path, team(a13=99))[0]
    assert (again.known, again.submission, again.status) == (
        True,
        first.submission,
        "partly_accepted",
    )
    assert codes(first) < codes(again)


def test_a_cell_that_was_not_understood_is_kept_as_sent(tmp_path: Path) -> None:
    wrong = make_issue("V023", "Mẫu A", "a20", "ba mươi")
    outcome = send(tmp_path, file(without(filled("A"), "a20"), wrong))[0]
    assert outcome.status == "partly_accepted"
    row = Ledger(tmp_path).frame("values").filter(field="a20").row(0, named=True)
    assert (row["text"], row["value"], row["state"]) == ("30", None, "unread")


def test_a_blank_cell_keeps_the_earlier_value_flagged(tmp_path: Path) -> None:
    send(tmp_path, team())
    outcome = send(tmp_path, team(a20=None))[0]
    assert outcome.status == "accepted_with_warnings" and "V025" in codes(outcome)
    assert newest(tmp_path, "a20") == (30, True)


def test_a_refused_file_leaves_its_issues_and_no_bytes(tmp_path: Path) -> None:
    refused = file(None, make_issue("F002"), refused=True)
    outcome = send(tmp_path, refused)[0]
    assert (outcome.status, codes(outcome)) == ("returned", {"F002"})
    assert not Archive(tmp_path).has_file(refused.file_sha256)
    assert Ledger(tmp_path).frame("issues")["code"].to_list() == ["F002"]
    assert send(tmp_path, refused)[0].known


def test_of_a_return_that_is_rejected_no_value_counts(tmp_path: Path) -> None:
    outcome = send(tmp_path, team("2022-Q3", make_issue("P002", "thừa")))[0]
    assert outcome.status == "returned"
    assert newest(tmp_path, "a20") is None


def test_after_the_close_a_return_waits_for_approval(tmp_path: Path) -> None:
    send(tmp_path, team())
    close_period(settings(tmp_path), "2022-Q3", "lan", "reported")
    outcome = send(tmp_path, team(a20=31))[0]
    assert (outcome.status, outcome.waiting, codes(outcome)) == (
        "accepted_with_warnings",
        True,
        {"C004"},
    )
    assert newest(tmp_path, "a20") == (30, False)
    assert approve_returns(settings(tmp_path), "lan", "checked", period="2022-Q3") == [
        outcome.submission
    ]
    assert newest(tmp_path, "a20") == (31, False)


def test_a_withdrawn_return_gives_way_and_may_come_again(tmp_path: Path) -> None:
    send(tmp_path, team())
    wrong = send(tmp_path, team(a20=31))[0]
    withdraw_return(settings(tmp_path), wrong.submission, "lan", "another ward's")
    assert newest(tmp_path, "a20") == (30, False)
    again = send(tmp_path, team(a20=31), day=25)[0]
    assert (again.known, again.submission != wrong.submission) == (False, True)
    assert newest(tmp_path, "a20") == (31, False)


def test_client_codes_are_stored_nowhere_but_as_keyed_hashes(tmp_path: Path) -> None:
    sent = file(filled("B"))
    outcome = send(tmp_path, sent)[0]
    assert outcome.is_accepted and not Archive(tmp_path).has_file(sent.file_sha256)
    client = Ledger(tmp_path).newest_records("C").filter(field="client")["text"][0]
    assert client in Archive(tmp_path).read_account(sent.file_sha256).decode()
    stored = b"".join(
        p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and p.suffix != ".parquet"
    )
    everything = (
        stored
        + repr([Ledger(tmp_path).frame(kind).rows() for kind in ("records", "issues")]).encode()
    )
    assert b"KH-0001" not in everything and len(client) == 16


def test_a_client_code_in_an_issue_is_hashed_as_well(tmp_path: Path) -> None:
    said = make_issue("V019", "Mẫu C", "client:P-00646-2022-1", "KH-0001")
    send(tmp_path, file(filled("B"), said))
    assert "KH-0001" not in repr(Ledger(tmp_path).frame("issues").rows())


def test_registers_are_received_like_any_file_and_known_to_the_next_return(tmp_path: Path) -> None:
    lines = ({"team_id": TEAM, "commune": "00646", "status": "active", "valid_from": "2022-09-15"},)
    ret = replace(
        filled("A"), form="D1", kind="register", unit="HN", period="", entries=FieldValues()
    )
    register = file(replace(ret, records=records("D1", "HN", None, lines)))
    outcomes = send(tmp_path, register, team())
    assert outcomes[0].is_accepted
    assert "rule-X05" in codes(outcomes[1])


def test_the_rules_see_what_came_in_the_same_batch(tmp_path: Path) -> None:
    outcomes = send(tmp_path, team("2022-Q2"), team("2022-Q3"))
    assert ["rule-X01" in codes(outcome) for outcome in outcomes] == [False, True]


def test_a_line_of_form_c_follows_its_newest_return(tmp_path: Path) -> None:
    def lines(period: str, status: str) -> object:
        line = {**GOOD_LINE, "status": status}
        ret = replace(
            filled("B", period, lines=()), entries=FieldValues(), form="C", kind="register"
        )
        return file(replace(ret, records=records("C", POINT, period, (line,))))

    send(tmp_path, lines("2022-Q4", "completed"))
    send(tmp_path, lines("2022-Q3", "attended"))
    rows = Ledger(tmp_path).newest_records("C")
    assert rows.filter(field="status")["text"].to_list() == ["completed"]


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path) -> None:
    full = Receiver(replace(settings(tmp_path), free_bytes=1 << 62))
    with pytest.raises(StoreFull):
        full.receive([team()])
    assert not Archive(tmp_path).folder.exists() and Ledger(tmp_path).head() == 0


def test_while_another_ingest_runs_one_waits_and_leaves(tmp_path: Path) -> None:
    with file_lock(tmp_path / "intake.lock"), pytest.raises(StoreBusy):
        send(tmp_path, team())
    assert send(tmp_path, team())[0].is_accepted


def test_a_desk_that_stays_open_sees_what_others_wrote(tmp_path: Path) -> None:
    mine = desk(tmp_path)
    mine.receive([team("2022-Q2")])
    send(tmp_path, team())
    assert mine.receive([team()])[0].known
