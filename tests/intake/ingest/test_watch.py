"""The watched folder: files still being written are left alone, however long that takes."""

import signal
from pathlib import Path
from queue import SimpleQueue
from random import Random

import pytest

from pipelines import settings
from pipelines.errors import StoreFull
from pipelines.intake.ingest import receive
from pipelines.intake.ingest.result import IngestResult
from pipelines.intake.ingest.watch import SettledFiles, Watch, watch_folder
from pipelines.settings import Limits, Settings


class Clock:
    """A clock that stands still until told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def settled() -> tuple[SettledFiles, Clock]:
    clock = Clock()
    return SettledFiles(5.0, clock), clock


def test_a_workbook_is_ready_when_it_stood_still_for_five_seconds_a_csv_for_sixty(
    tmp_path: Path,
) -> None:
    files = [tmp_path / "a.xlsx", tmp_path / "b.csv"]
    for file in files:
        file.write_bytes(b"x")
    watched, clock = settled()
    ready = []
    for clock.now in (0, 4.9, 5, 59, 60):
        ready.append([path.name for path in watched.find_settled(files)])
    assert ready == [[], [], ["a.xlsx"], ["a.xlsx"], ["a.xlsx", "b.csv"]]


def test_a_file_that_grows_for_half_a_minute_is_left_alone_all_the_while(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    watched, clock = settled()
    for second in range(30):
        with file.open("ab") as handle:
            handle.write(b"x")
        clock.now = second
        assert watched.find_settled([file]) == []
    clock.now = 34
    assert watched.find_settled([file]) == [file]


def test_a_file_replaced_by_another_of_the_same_size_starts_anew(tmp_path: Path) -> None:
    file, other = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    file.write_bytes(b"x")
    watched, clock = settled()
    watched.find_settled([file])
    other.write_bytes(b"y")
    other.replace(file)
    clock.now = 6
    assert watched.find_settled([file]) == []


def test_a_file_that_went_away_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"x")
    watched, clock = settled()
    watched.find_settled([file])
    file.unlink()
    clock.now = 6
    assert watched.find_settled([file]) == []


def test_what_was_handled_and_stays_is_left_alone_until_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"x")
    watched, clock = settled()
    watched.find_settled([file])
    clock.now = 6
    watched.handle(watched.find_settled([file]))
    assert watched.find_settled([file]) == []
    file.write_bytes(b"xy")
    watched.find_settled([file])
    clock.now = 12
    assert watched.find_settled([file]) == [file]


@pytest.mark.parametrize(
    "error", [KeyError("n"), RecursionError(), UnicodeEncodeError("ascii", "a", 0, 1, "no")]
)
def test_a_fault_at_one_file_is_told_once_and_costs_that_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    seen: list[IngestResult] = []
    faults: list[tuple[Exception, str]] = []
    decide = receive.assess_file

    def failing(judged: receive.ParsedFileLike, *more: object) -> receive.Assessment:
        if judged.name == "b.csv":
            raise error
        return decide(judged, *more)

    monkeypatch.setattr(receive, "assess_file", failing)
    watching = in_a_hurry(tmp_path, seen, faults)
    for name in "abc":
        (tmp_path / "incoming" / f"{name}.csv").write_text(name)
    for _ in range(4):
        watching.look()
    assert [outcome.name for outcome in seen] == ["a.csv", "c.csv"]
    assert faults == [(error, "b.csv")]


def test_a_full_disk_is_told_once_and_its_files_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[IngestResult] = []
    faults: list[tuple[Exception, str]] = []
    with monkeypatch.context() as full:
        full.setattr(
            receive.Ledger, "check_room", lambda self: (_ for _ in ()).throw(StoreFull("full"))
        )
        watching = in_a_hurry(tmp_path, seen, faults)
        (tmp_path / "incoming" / "a.csv").write_text("a")
        for _ in range(4):
            watching.look()
        assert ([str(error) for error, _ in faults], seen) == (["full"], [])
    watching.look()
    assert [outcome.name for outcome in seen] == ["a.csv"]


def in_a_hurry(home: Path, seen: list[IngestResult], faults: list[tuple[Exception, str]]) -> Watch:
    """A watch that waits for nobody, over an inbox that is there."""
    (home / "incoming").mkdir()
    chosen = Settings(home=home, free_bytes=0, limits=Limits(settle_seconds=0))
    return Watch(chosen, seen.extend, lambda error, name: faults.append((error, name)))


def test_a_stop_asked_for_at_any_instant_is_heard(tmp_path: Path) -> None:
    chosen, stop, random = settings.load_settings(tmp_path), SimpleQueue[int](), Random(1)
    before = signal.signal(signal.SIGALRM, lambda number, _: stop.put(number))
    try:
        for _ in range(200):
            signal.setitimer(signal.ITIMER_REAL, random.uniform(0.00001, 0.0005))
            watch_folder(chosen, stop, poll_seconds=0.00002)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert stop.empty()
