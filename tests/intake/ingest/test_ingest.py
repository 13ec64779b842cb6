"""A whole inbox, as folders on a shared disk look: traps, twins and copies end in their place."""

import json
import os
import shutil
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import polars as pl
import pytest

from pipelines.intake.ingest import IngestResult, ingest_files, remove_expired, watch_folder
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from tests.intake.bad_inputs.base import with_text
from tests.intake.test_round_trip import filled_form
from tests.processes import PATIENCE

LONG = "ấ" * 100


@pytest.fixture(scope="module")
def report() -> bytes:
    return filled_form("A", "D-00646")[0]


def settings(home: Path) -> Settings:
    return Settings(home=home, free_bytes=0)


def inbox(home: Path) -> Path:
    folder = DataPaths(home).incoming
    folder.mkdir(parents=True)
    return folder


def named(text: str, size: int) -> str:
    """A name of exactly so many bytes."""
    stem = text.encode()[: size - 5].decode(errors="ignore")
    return stem + "x" * (size - 5 - len(stem.encode())) + ".xlsx"


def traps(folder: Path, report: bytes) -> None:
    """The 22 entries of an inbox that are no ordinary file."""
    (folder.parent / "elsewhere").write_bytes(report)
    (folder / "link.xlsx").symlink_to(folder.parent / "elsewhere")
    (folder / "loop.xlsx").symlink_to(folder / "loop.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "folder.xlsx").mkdir()
    with (folder / "sparse.xlsx").open("wb") as handle:
        handle.truncate(10 * 1024**3)
    for name in (
        "a.part",
        "b.crdownload",
        "~$c.xlsx",
        ".hidden.xlsx",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
    ):
        (folder / name).write_bytes(report)
    (folder / "report\u202excel.xlsx").write_bytes(report)
    (folder / named(LONG, 245)).write_bytes(report)
    (folder / "line\nbreak.xlsx").write_bytes(report)
    for form in ("NFC", "NFD"):
        (folder / unicodedata.normalize(form, "Thanh Liệt.xlsx")).write_bytes(report)
    (folder / "UPPER.XLSX").write_bytes(report)
    (folder / "no extension").write_bytes(report)
    (folder / "future.xlsx").write_bytes(report)
    os.utime(folder / "future.xlsx", (4_102_444_800, 4_102_444_800))
    (folder / "closed.xlsx").write_bytes(report)
    (folder / "closed.xlsx").chmod(0)


def test_an_inbox_full_of_traps_is_received_once_and_left_clean(
    tmp_path: Path, report: bytes
) -> None:
    folder = inbox(tmp_path)
    traps(folder, report)
    outcomes = ingest_files([folder], settings(tmp_path))
    assert [one.known for one in outcomes if one.is_accepted].count(False) == 1
    codes = {one.name: [issue.code for issue in one.issues] for one in outcomes}
    assert {codes[f"{n}.xlsx"][0] for n in ("link", "loop", "pipe", "folder")} == {"F012"}
    assert codes["sparse.xlsx"] == ["F011"]
    assert {"linebreak.xlsx", "reportxcel.xlsx"} <= set(codes)
    left = {path.name for path in folder.iterdir()}
    assert left == {
        "a.part",
        "b.crdownload",
        "~$c.xlsx",
        ".hidden.xlsx",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
    }
    assert Ledger(tmp_path).frame("submissions").filter(pl.col("status") != "returned").height == 1
    assert (tmp_path / "elsewhere").read_bytes() == report


@pytest.mark.parametrize("size", [150, 200, 245, 255])
def test_a_name_as_long_as_the_disk_allows_does_no_harm(
    tmp_path: Path, report: bytes, size: int
) -> None:
    (inbox(tmp_path) / named(LONG, size)).write_bytes(report)
    assert all(
        one.is_accepted for one in ingest_files([DataPaths(tmp_path).incoming], settings(tmp_path))
    )
    assert len(list(DataPaths(tmp_path).processed.iterdir())) == 2


def test_a_file_to_mend_leaves_with_its_report_and_its_marked_workbook(tmp_path: Path) -> None:
    (inbox(tmp_path) / "a.xlsx").write_bytes(with_text("O5"))
    (outcome,) = ingest_files([DataPaths(tmp_path).incoming], settings(tmp_path))
    stem = f"{outcome.submission}-a.xlsx"
    assert {path.name for path in DataPaths(tmp_path).failed.iterdir()} == {
        stem,
        f"{stem}.json",
        f"{stem}-sua.xlsx",
    }
    told = json.loads((DataPaths(tmp_path).failed / f"{stem}.json").read_text())
    assert "V023" in {issue["code"] for issue in told["issues"]}


def test_a_file_with_personal_data_is_nowhere_afterwards(tmp_path: Path) -> None:
    (inbox(tmp_path) / "a.xlsx").write_bytes(with_text("anh Nguyễn Văn An, 0912 345 678", "G20"))
    (outcome,) = ingest_files([DataPaths(tmp_path).incoming], settings(tmp_path))
    assert [one.code for one in outcome.issues] == ["P001"]
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in ("Nguyễn Văn An", "0912 345 678", "0912345678"):
        assert secret.encode() not in everything
    assert [path.suffix for path in DataPaths(tmp_path).failed.iterdir()] == [".json"]


def test_the_same_file_again_and_again_is_received_once(tmp_path: Path, report: bytes) -> None:
    folder = inbox(tmp_path)
    for _ in range(3):
        (folder / "a.xlsx").write_bytes(report)
        (outcome,) = ingest_files([folder], settings(tmp_path))
        assert outcome.status == "accepted"
    assert outcome.known
    assert Ledger(tmp_path).frame("submissions").height == 1


def test_the_watched_inbox_receives_what_has_settled(tmp_path: Path, report: bytes) -> None:
    chosen, seen = settings(tmp_path), []
    stop: SimpleQueue[int] = SimpleQueue()
    folder = inbox(tmp_path)
    hurried = Settings(home=tmp_path, free_bytes=0, limits=type(chosen.limits)(settle_seconds=0.1))

    def heard(outcomes: list[IngestResult]) -> None:
        seen.extend(outcomes)
        stop.put(1)

    watching = Thread(
        target=watch_folder, args=(hurried, stop, heard), kwargs={"poll_seconds": 0.05}
    )
    watching.start()
    (folder / "a.xlsx.part").write_bytes(report)
    shutil.move(folder / "a.xlsx.part", folder / "a.xlsx")
    watching.join(timeout=PATIENCE)
    assert [one.status for one in seen] == ["accepted"]


def test_what_stood_aside_long_enough_is_removed(tmp_path: Path, report: bytes) -> None:
    (inbox(tmp_path) / "a.xlsx").write_bytes(report)
    ingest_files([DataPaths(tmp_path).incoming], settings(tmp_path))
    assert remove_expired(settings(tmp_path), datetime.now(UTC)) == []
    assert len(remove_expired(settings(tmp_path), datetime.now(UTC) + timedelta(days=31))) == 3


def test_a_clock_set_back_changes_no_order(tmp_path: Path) -> None:
    late, early = datetime(2022, 10, 17, tzinfo=UTC), datetime(2022, 10, 16, tzinfo=UTC)
    ingest_files([("a.xlsx", with_text("30", "E28"))], settings(tmp_path), received_at=late)
    ingest_files([("b.xlsx", with_text("31", "E28"))], settings(tmp_path), received_at=early)
    newest = Ledger(tmp_path).newest_values().filter(field="a20")
    assert newest["value"].to_list() == [31]


def test_two_officers_for_one_unit_the_later_counts_and_both_stay(tmp_path: Path) -> None:
    outcomes = ingest_files(
        [("a.xlsx", with_text("30", "E28")), ("b.xlsx", with_text("31", "E28"))], settings(tmp_path)
    )
    assert [(c.before, c.after) for c in outcomes[1].changes if c.field == "a20"] == [(30, 31)]
    assert Ledger(tmp_path).frame("values").filter(field="a20")["value"].to_list() == [30, 31]
