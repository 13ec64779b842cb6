"""Files that are whole or not there, and that nobody but their owner may read.

Every file and folder of a home or a backup is made here, or handed to `make_private`: what others
may read never depends on the umask of whoever started the program.
"""

import errno
import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import StoreBusy, StoreFull

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def make_folder(folder: Path) -> Path:
    """Make the folder and its missing parents for the owner alone; leave others as they are."""
    missing = [folder, *folder.parents]
    for path in reversed([one for one in missing if not one.is_dir()]):
        path.mkdir(FOLDER_MODE, exist_ok=True)
        path.chmod(FOLDER_MODE)
    return folder


def make_private(path: Path) -> None:
    """Take a file or folder away from everybody but its owner.

    Links and others' files are left alone.
    """
    mode = path.lstat().st_mode
    is_folder = stat.S_ISDIR(mode)
    if not is_folder and not stat.S_ISREG(mode):
        return
    wanted = FOLDER_MODE if is_folder else FILE_MODE
    if stat.S_IMODE(mode) != wanted:
        with suppress(PermissionError):
            path.chmod(wanted)


@contextmanager
def open_private(path: Path, flags: int = os.O_TRUNC) -> Iterator[BinaryIO]:
    """Open a file for the owner alone to write bytes, unbuffered; `flags` as of os.open."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | flags, FILE_MODE)
    with os.fdopen(descriptor, "wb", buffering=0) as handle:
        with suppress(PermissionError):
            os.fchmod(descriptor, FILE_MODE)
        yield handle


def write_private(path: Path, data: bytes) -> None:
    """Write a file that can be made again: not synced, for the owner alone."""
    with open_private(path) as handle:
        write_all(handle, data)


def write_all(handle: BinaryIO, data: bytes) -> None:
    """Write every byte to an unbuffered file."""
    left = memoryview(data)
    while left:
        left = left[handle.write(left) :]


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, so that after a crash it is either complete or absent.

    Raises StoreFull.
    """
    write_synced(path, data)
    sync_folder(path.parent)


def write_in_place(path: Path, data: bytes) -> None:
    """Write a file that counts only when something else names it: no copy beside it is left.

    A crash may leave half of it. Raises StoreFull.
    """
    try:
        with open_private(path) as handle:
            write_all(handle, data)
            os.fsync(handle.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise translate_disk_error(error) from error


def write_synced(path: Path, data: bytes) -> None:
    """The same, but the caller syncs the folder: once for many files. Raises StoreFull."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open_private(aside) as handle:
            write_all(handle, data)
            os.fsync(handle.fileno())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise translate_disk_error(error) from error


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def translate_disk_error(error: OSError) -> Exception:
    """StoreFull for a disk without room, the error itself otherwise."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StoreFull("no room left on the disk")
    return error


def hash_file(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


WAIT_SECONDS = 30.0


@contextmanager
def file_lock(path: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock at `path`.

    Raises StoreBusy (Y002) when another process or thread keeps it too long. The lock goes with the
    process that held it, however that ends.
    """
    make_folder(path.parent)
    with open_private(path) as handle:
        deadline = time.monotonic() + wait_seconds
        without_waiting = fcntl.LOCK_EX | fcntl.LOCK_NB
        while True:
            try:
                fcntl.flock(handle, without_waiting)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise StoreBusy(f"another process holds {path.name}") from error
                time.sleep(0.05)
        yield
