"""On a full and on a read-only disk every command ends in a sentence and leaves nothing half."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.store.ledger import Ledger
from pipelines.store.state_db import StateDatabase, User
from tests.cli.conftest import Answer, Caunoi, workbook
from tests.store.small_disks import fill, list_half_files, make_read_only, small_disk
from tests.store.square_boundaries import squares, written

#: What writes into the home, or (OUT) beside it, on the same disk.
WRITING = (
    "ingest FILE",
    "withdraw RECEIPT --why x",
    "close 2021-Q1 --why x",
    "build",
    "rebuild",
    "template A --unit 00646 --period 2022-Q4 --out OUT/a.xlsx",
    "template A --district 008 --period 2022-Q4 --out OUT/d.xlsx",
    "template D1 --out OUT/d1.xlsx",
    "check FILE --marked OUT/m.xlsx",
    "report 2022-Q3 --format docx --out OUT",
    "report 2022-Q3 --write-template OUT/t.docx",
    "export mart --out OUT",
    "export dhis2 --period 2022-Q3 --out OUT",
    "map MAP --on 2022-09-30",
    "alias Xa 00646",
    "user add a@b.example --role city",
    "backup OUT/copy",
)
#: What only reads, and answers as ever.
READING = ("status", "kpi T03 --period 2022-Q3", "doctor", "audit", "user list", "alias")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one return, built; a second one waits beside it."""
    folder = tmp_path_factory.mktemp("loaded")
    home = folder / "home"
    file = workbook(folder / "first.xlsx")
    assert cli.run_command(["ingest", str(file), "--home", str(home)]) == 0
    StateDatabase(home).save_user(User("chief@hanoi.example", "steward"))
    StateDatabase(home).record_event("chief@hanoi.example", "sign_in", "steward")
    workbook(folder / "next.xlsx", unit="D-00622")
    written(folder / "map.geojson", squares())
    return folder


@pytest.fixture(scope="module", params=["full", "read-only"])
def spoilt(
    request: pytest.FixtureRequest, loaded: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The same on a disk that takes nothing."""
    folder = tmp_path_factory.mktemp("disk")
    with small_disk(folder, 64 * 1024) as is_mounted:
        if not is_mounted:
            pytest.skip("this machine mounts no small disk")
        shutil.copytree(loaded, folder, dirs_exist_ok=True)
        (folder / "out").mkdir()
        if request.param == "full":
            fill(folder)
        else:
            make_read_only(folder)
        yield folder


def run(spoilt: Path, words: str, capsys: pytest.CaptureFixture[str]) -> Answer:
    given = {
        "FILE": str(spoilt / "next.xlsx"),
        "MAP": str(spoilt / "map.geojson"),
        "RECEIPT": Ledger(spoilt / "home").frame("submissions")["submission"][0],
    }
    named = [given.get(word, word.replace("OUT", str(spoilt / "out"))) for word in words.split()]
    return Caunoi(spoilt / "home", capsys)(*named)


@pytest.mark.parametrize("words", WRITING)
def test_a_command_that_writes_names_the_disk_and_leaves_nothing(
    spoilt: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = set(list_half_files(spoilt))
    answer = run(spoilt, words, capsys)
    assert answer.code in (1, 2), answer.err + answer.out
    assert str(spoilt) in (answer.err + answer.out).replace("\n", "")
    assert set(list_half_files(spoilt)) == before
    assert not any((spoilt / "out").iterdir())


@pytest.mark.parametrize("words", READING)
def test_a_command_that_reads_answers_as_ever(
    spoilt: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(spoilt, words, capsys).code in (0, 1)
