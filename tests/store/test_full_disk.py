"""On a disk that fills up nothing is lost and nothing is half there; with room again, all goes on.

A small tmpfs of its own where mounting is allowed, a limit on the size of files where it is not.
`CAUNOI_FULL_DISKS=20` runs the long form.
"""

import os
import random
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.errors import StoreFull
from pipelines.store.archive import Archive
from pipelines.store.ledger import Ledger
from tests.intake.ingest.sample_files import desk
from tests.store.crash import sent

DISKS = int(os.environ.get("CAUNOI_FULL_DISKS", "2"))


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """A file system of this size at `folder`; False when this machine allows none."""
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    mounted = (
        mount is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=True)


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(home: Path) -> list[str]:
    """Receive until there is no room; the receipts given."""
    receipts: list[str] = []
    mine = desk(home)
    with pytest.raises(StoreFull):
        for number in range(10_000):
            receipts += [outcome.submission for outcome in mine.receive([sent(number)])]
    return receipts


def look(home: Path, receipts: list[str]) -> None:
    """Every receipt stands once and whole, no other return is there, and no half file."""
    ledger = Ledger(home)
    assert ledger.verify() == []
    assert ledger.frame("submissions")["submission"].to_list() == receipts
    assert ledger.frame("values").height == 2 * len(receipts)
    assert Archive(home).list_damaged() == []
    assert not list(home.rglob("*.part"))


@pytest.mark.parametrize("seed", range(DISKS))
def test_a_full_disk_loses_no_receipt_and_leaves_nothing_half(tmp_path: Path, seed: int) -> None:
    kilobytes = random.Random(seed).randrange(600, 900)
    with small_disk(tmp_path, kilobytes) as mounted:
        if mounted:
            (tmp_path / "ballast").write_bytes(b"x" * 64 * 1024)
        with small_files(kilobytes if not mounted else resource.RLIM_INFINITY):
            receipts = fill(tmp_path)
        assert receipts or not mounted
        look(tmp_path, receipts)
        (tmp_path / "ballast").unlink(missing_ok=True)
        more = desk(tmp_path).receive([sent(len(receipts))])
        look(tmp_path, [*receipts, more[0].submission])
