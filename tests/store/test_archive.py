"""The archive gives back the bytes it was given, once each, until their time is over."""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.errors import LedgerDamaged
from pipelines.store.archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def test_a_file_is_found_again_under_its_hash(archive: Archive) -> None:
    digest = archive.store_file(b"report")
    assert digest == hashlib.sha256(b"report").hexdigest()
    assert archive.read_file(digest) == b"report"


def test_the_same_bytes_are_stored_once(archive: Archive) -> None:
    assert len(set(archive.store_files([b"a", b"b", b"a"]))) == 2
    assert len(list(archive.folder.iterdir())) == 2


def test_damage_is_named_and_never_read(archive: Archive) -> None:
    digest = archive.store_file(b"report")
    archive.file_path(digest).write_bytes(b"retort")
    assert archive.list_damaged() == [digest]
    with pytest.raises(LedgerDamaged):
        archive.read_file(digest)


def test_a_file_that_is_gone_is_said_to_be_gone(archive: Archive) -> None:
    with pytest.raises(LedgerDamaged):
        archive.read_file("0" * 64)


def test_what_is_older_than_its_time_is_removed(archive: Archive) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    old, new = archive.store_file(b"old"), archive.store_file(b"new")
    for digest, days in ((old, 31), (new, 29)):
        stamp = (now - timedelta(days=days)).timestamp()
        os.utime(archive.file_path(digest), (stamp, stamp))
    assert archive.remove_expired(now, 30) == [old]
    assert archive.has_file(new)


def test_half_written_files_are_neither_read_nor_kept(archive: Archive) -> None:
    archive.store_file(b"report")
    (archive.folder / ".0000.1.part").write_bytes(b"ha")
    assert archive.list_damaged() == []
    archive.sweep_leftovers()
    assert len(list(archive.folder.iterdir())) == 1


def test_an_account_of_a_file_that_may_not_be_kept_stands_beside_its_hash(archive: Archive) -> None:
    digest = hashlib.sha256(b"names and codes").hexdigest()
    archive.folder.mkdir()
    archive.store_account(digest, b"codes only")
    assert (archive.read_account(digest), archive.has_file(digest), archive.list_damaged()) == (
        b"codes only",
        False,
        [],
    )
    next(archive.folder.iterdir()).write_bytes(b"x\ncodes only")
    assert archive.list_damaged() == [f"{digest}.account"]
