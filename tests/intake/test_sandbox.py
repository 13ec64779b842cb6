"""The child is limited, knows little, and costs one file when it has to be killed."""

import os
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.catalog import messages
from pipelines.intake.model import Return
from pipelines.intake.sandbox import RETURN_PARSER, IntakeSandbox, ParsingSession, parse_files
from pipelines.intake.sandbox_worker import SandboxTask
from pipelines.reference.places import Places
from pipelines.settings import MEGABYTE, Limits, Settings
from pipelines.spreadsheet.model import Workbook
from tests.intake.bad_inputs.base import good
from tests.intake.bad_inputs.cells import CELLS, SHEETS, TAKEN, TEXTS
from tests.intake.bad_inputs.files import CONTAINERS, XML

HERE = "tests.intake.test_sandbox"
QUICK = Settings(home=Path(), limits=Limits(child_seconds=1))
ROOM = Settings(home=Path())


def stuck(book: Workbook, places: Places, today: date, aliases: object) -> Return:
    """Understands nothing: never ends on a file whose first cell says so."""
    if any(cell.text == "dừng" for cell in book.sheets[0].cells.values()):
        time.sleep(60) if "ngủ" in book.sheets[0].comments else burn()
    return Return("", 0, "single", "", "")


def burn() -> None:
    while True:
        pass


def greedy(book: Workbook, places: Places, today: date, aliases: object) -> Return:
    """Asks for more memory than it may have."""
    bytearray(10**10)
    return Return("", 0, "single", "", "")


def faulty(book: Workbook, places: Places, today: date, aliases: object) -> Return:
    raise RuntimeError("our fault")


def dying(book: Workbook, places: Places, today: date, aliases: object) -> Return:
    """Ends as a process does whose reader aborts."""
    os.abort()


def csv(*words: str) -> bytes:
    return "".join(f"{word},1\n" for word in words).encode()


def test_a_file_that_never_ends_gets_its_sentence_and_the_rest_goes_on() -> None:
    files = [("a.csv", csv("một")), ("b.csv", csv("dừng")), ("c.csv", csv("hai"))]
    judged = list(parse_files(files, QUICK, f"{HERE}:stuck"))
    assert [[one.code for one in j.issues] for j in judged] == [[], ["F015"], []]
    assert [j.refused for j in judged] == [False, True, False]


@pytest.mark.parametrize(
    ("function", "code"), [("greedy", "F015"), ("faulty", "F006"), ("dying", "F015")]
)
def test_whatever_goes_wrong_in_the_child_is_an_issue_of_one_file(function: str, code: str) -> None:
    files = [("a.csv", csv("một")), ("b.csv", csv("hai"))]
    judged = list(parse_files(files, ROOM, f"{HERE}:{function}"))
    assert [[one.code for one in j.issues] for j in judged] == [[code], [code]]


def test_the_child_imports_neither_polars_nor_duckdb_and_none_of_our_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CAUNOI_SECRET", "x")
    with IntakeSandbox(SandboxTask(ROOM, RETURN_PARSER, date.today())) as child:
        assert child.unwanted == []
        assert b"CAUNOI_SECRET" not in Path(f"/proc/{child.pid}/environ").read_bytes()
        limits = Path(f"/proc/{child.pid}/limits").read_text()
    for row in ("Max address space", "Max core file size", "Max file size", "Max open files"):
        line = next(text for text in limits.splitlines() if text.startswith(row))
        assert "unlimited" not in line.split()[-3:-1]


def test_many_files_share_a_child_and_keep_their_order() -> None:
    few = Settings(home=Path(), limits=Limits(files_per_child=2))
    files = [(f"{n}.xlsx", good()) for n in range(3)] + [("x.csv", b"")]
    judged = list(parse_files(files, few))
    assert [j.name for j in judged] == [name for name, _ in files]
    assert len({j.file_sha256 for j in judged[:3]}) == 1
    assert [j.ret.unit if j.ret else "" for j in judged] == ["D-00646", "D-00646", "D-00646", ""]


def test_a_file_with_personal_data_is_not_handed_back() -> None:
    data = "Họ và tên,Số điện thoại,giá trị\nNguyễn Văn An,0912345678,1\n".encode()
    (judged,) = parse_files([("a.csv", data)], ROOM)
    assert {one.code for one in judged.issues} == {"P001"}
    assert (judged.data, judged.ret, judged.refused) == (None, None, True)
    assert "0912345678" not in repr(judged)


def test_every_bad_file_costs_at_most_250_good_ones_and_64_megabytes() -> None:
    """On a machine of today 250 forms take about a second of computing."""
    cases = [*CONTAINERS, *XML, *SHEETS, *CELLS, *TEXTS, *TAKEN]
    slow = {}
    with IntakeSandbox(SandboxTask(ROOM, RETURN_PARSER, date.today())) as child:
        child.request_parse("a.xlsx", good())
        started = _seconds(child.pid)
        for _ in range(50):
            child.request_parse("a.xlsx", good())
        most = 5 * (_seconds(child.pid) - started)
        before = _peak(child.pid)
        for case in cases:
            data = case.build()
            started = _seconds(child.pid)
            answer = child.request_parse(case.name, data)
            assert answer is not None, case.id
            assert all(one.code in messages() for one in answer.issues)
            if (took := _seconds(child.pid) - started) > most:
                slow[case.id] = took
        grown = _peak(child.pid) - before
    assert slow == {}
    # NOTE: the sent file itself, up to 10 MB and pickled, is in the child too.
    assert grown <= 64 * MEGABYTE


def _seconds(pid: int) -> float:
    """Computing time so far: other work on this machine is not the file's fault."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(
        next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    )


def test_a_session_keeps_its_process_from_batch_to_batch() -> None:
    task = SandboxTask(ROOM, RETURN_PARSER, date(2024, 1, 1))
    with ParsingSession() as session:
        session.parse("a.csv", csv("một"), task)
        first = session.pid
        session.parse("b.csv", csv("hai"), task)
        assert session.pid == first
        session.parse("c.csv", csv("ba"), replace(task, aliases={"xã Mới": "00646"}))
        assert session.pid != first
