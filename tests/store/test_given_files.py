"""What somebody names on a command line is read when it is a file, and never waited for."""

import os
from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.store.atomic_files import is_disk_error
from pipelines.store.given_files import read_given_file
from tests.cli.conftest import Caunoi

NO_FILES = ("missing", "folder", "pipe", "loop", "endless", "x" * 5_000, "file/below")


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"12345")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "endless").symlink_to("/dev/zero")
    return tmp_path


@pytest.mark.parametrize("name", NO_FILES, ids=lambda name: name[:10])
@pytest.mark.parametrize("words", ["map FILE --on 2022-12-14", "export dhis2 --from FILE --out X"])
def test_what_is_no_file_is_refused_by_name(
    traps: Path, capsys: pytest.CaptureFixture[str], words: str, name: str
) -> None:
    given = [word.replace("FILE", str(traps / name)) for word in words.split()]
    answer = Caunoi(traps / "home", capsys)(*given, "--json")
    assert (answer.code, answer.error) == (2, "file_missing")


@pytest.mark.parametrize("name", ["loop", "x" * 5_000, "file/below"], ids=lambda name: name[:10])
def test_a_path_where_nothing_can_stand_is_refused_by_name(
    traps: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    answer = Caunoi(traps / "home", capsys)("backup", traps / name, "--json")
    assert (answer.code, answer.error) == (2, "path_unusable")


def test_a_lock_that_is_a_folder_is_refused_by_name(
    traps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (traps / "home" / "builds" / "build.lock").mkdir(parents=True)
    answer = Caunoi(traps / "home", capsys)("build", "--json")
    assert (answer.code, answer.error) == (2, "path_unusable")


def test_a_file_is_read_up_to_its_limit(traps: Path) -> None:
    assert read_given_file(traps / "file", 5) == b"12345"
    with pytest.raises(Refused) as caught:
        read_given_file(traps / "file", 4)
    assert caught.value.code == "file_too_large"


def test_an_error_that_comes_from_itself_is_looked_at_once() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__context__ = second, first
    assert not is_disk_error(first)
