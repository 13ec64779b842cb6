"""Every trap in an inbox becomes one issue or is left alone; nothing hangs or is followed."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.intake.ingest.source_files import iter_source_paths, read_source, safe_name
from pipelines.settings import Limits

LIMITS = Limits()


def names(folder: Path) -> list[str]:
    return [path.name for path in iter_source_paths(folder)]


def test_a_plain_file_comes_through_whole(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"report")
    taken = read_source(tmp_path / "a.xlsx", LIMITS)
    assert (taken.name, taken.data, taken.issues) == ("a.xlsx", b"report", ())


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.xlsx",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "a.xlsx.part",
        "a.xlsx.crdownload",
        "~$a.xlsx",
        "a.tmp",
    ],
)
def test_litter_and_half_written_files_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["a.XLSX", "no ending", "a.csv", "báo cáo quý 3.xlsx"])
def test_other_names_are_reports_until_their_content_says_otherwise(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert names(tmp_path) == [name]


def test_folders_are_looked_into_but_not_through_links(tmp_path: Path) -> None:
    (tmp_path / "020").mkdir()
    (tmp_path / "020" / "a.xlsx").write_bytes(b"x")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert names(tmp_path) == ["a.xlsx", "loop"]


def trap(folder: Path, kind: str) -> Path:
    path = folder / "trap.xlsx"
    if kind == "link":
        (folder / "secret").write_bytes(b"secret")
        path.symlink_to(folder / "secret")
    elif kind == "link loop":
        path.symlink_to(path)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as held:
            held.bind(str(path))
    return path


@pytest.mark.parametrize("kind", ["link", "link loop", "pipe", "folder", "socket", "nothing"])
def test_what_is_no_regular_file_is_never_read(tmp_path: Path, kind: str) -> None:
    taken = read_source(trap(tmp_path, kind), LIMITS)
    assert (taken.data, [one.code for one in taken.issues]) == (None, ["F012"])


def test_a_device_is_never_read() -> None:
    assert [one.code for one in read_source(Path("/dev/zero"), LIMITS).issues] == ["F012"]


def test_a_file_of_ten_gigabytes_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    with (tmp_path / "a.xlsx").open("wb") as handle:
        handle.truncate(10 * 1024**3)
    taken = read_source(tmp_path / "a.xlsx", LIMITS)
    assert (taken.data, taken.issues[0].code, taken.issues[0].values["n"]) == (
        None,
        "F011",
        10 * 1024,
    )


def test_a_file_of_just_the_limit_is_taken(tmp_path: Path) -> None:
    small = replace(LIMITS, file_bytes=5)
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"123456")
    assert [read_source(tmp_path / name, small).data for name in "ab"] == [b"12345", None]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.xlsx", "a.xlsx"),
        ("ba\u0301o ca\u0301o.xlsx", "báo cáo.xlsx"),
        ("báo\ncáo.xlsx", "báocáo.xlsx"),
        ("a\u202excel.xlsx", "axcel.xlsx"),
        ("../../evil.xlsx", "....evil.xlsx"),
        ("\udce1.xlsx", ".xlsx"),
        ("\x00\x01", "file"),
        ("d" * 240 + ".xlsx", "d" * 145 + ".xlsx"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name)[0] == safe


def test_only_a_changed_name_is_mentioned() -> None:
    assert safe_name("ba\u0301o ca\u0301o.xlsx")[1] == ()
    assert [one.code for one in safe_name("a\n.xlsx")[1]] == ["F013"]
