"""Readers never wait for a writer: on a full and on a read-only disk everybody listed reads."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.present.i18n import translate
from pipelines.store.state_db import StateDatabase
from tests.dashboard.security.conftest import USERS, Office, signed
from tests.dashboard.security.socket_client import Wire
from tests.store.small_disks import fill, make_read_only, run_quietly, small_disk

ROLES = ("lan", "city", "chief", "guest")


@pytest.fixture(scope="module")
def disk(
    planted_home: Path, provider: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("small")
    with small_disk(folder, 64 * 1024) as is_mounted:
        if not is_mounted:
            pytest.skip("this machine mounts no small disk")
        # The office that other tests share may be serving this home already.
        left_out = shutil.ignore_patterns("log.txt*", "state.sqlite*")
        shutil.copytree(planted_home, folder, dirs_exist_ok=True, ignore=left_out)
        StateDatabase(planted_home).copy_to(folder / "state.sqlite")
        (folder / "log.txt").symlink_to(tmp_path_factory.mktemp("log") / "log.txt")
        with signed(folder, provider) as office:
            yield office


def reads(office: Office, name: str) -> bool:
    """Does somebody who signs in now see the figures?"""
    with Wire(office, name) as wire:
        return translate("menu.compare", "vi") in str(wire.run())


def test_everybody_listed_reads_from_a_full_and_from_a_read_only_disk(disk: Office) -> None:
    assert reads(disk, "minh")
    fill(disk.home)
    assert [name for name in ROLES if not reads(disk, name)] == []
    (disk.home / "ballast").unlink()
    make_read_only(disk.home)
    assert [name for name in ROLES if not reads(disk, name)] == []
    with Wire(disk, "chief") as chief:
        assert str(disk.home.name) in chief.words("system")
    run_quietly("mount", "-o", "remount,rw", str(disk.home))
    assert reads(disk, "minh")
    assert USERS["guest"] in disk.state.list_users()
