"""Files that are whole or not there, and that nobody but their owner may read.

Every file and folder of a home or a backup is made here, or handed to `make_private`: what others
may read never depends on the umask of whoever started the program.
"""

import errno
import glob
import hashlib
import io
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import StoreBusy, StoreFull
from pipelines.operating_system import (
    WRITING,
    is_running,
    replace_file,
    set_mode,
    sync_folder,
)

FILE_MODE, FOLDER_MODE = 0o600, 0o700
#: What the system and SQLite say of a disk that takes nothing, or that somebody else holds.
ERRNOS = frozenset(
    (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
    )
)
#: What the system says of a path at which something else stands, or nothing can.
PATH_ERRNOS = frozenset(
    (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EEXIST)
)
SQLITE_CODES = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    )
)


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
        # NOTE: on a disk that is read-only nobody can; whoever reads it goes on.
        with suppress(OSError):
            path.chmod(wanted)


@contextmanager
def open_private(path: Path, flags: int = os.O_TRUNC) -> Iterator[BinaryIO]:
    """Open a file for the owner alone to write bytes, unbuffered; `flags` as of os.open."""
    descriptor = os.open(path, WRITING | flags, FILE_MODE)
    with os.fdopen(descriptor, "wb", buffering=0) as handle:
        set_mode(descriptor, FILE_MODE)
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
        replace_file(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise translate_disk_error(error) from error


@contextmanager
def publish_together() -> Iterator[Callable[[Path], Path]]:
    """Write files for others that appear together, or not at all; raises StoreFull.

    Yields a function that returns the path to write to in place of the final one. Folders are made
    for it, and what a killed run has left beside the file is swept.
    """
    aside_of: dict[Path, Path] = {}
    folders: list[Path] = []

    def prepare(path: Path) -> Path:
        folders.extend(_make_missing(path.parent))
        sweep_leftovers(path)
        aside_of[path] = path.with_name(f".{path.name}.{os.getpid()}.part")
        return aside_of[path]

    try:
        yield prepare
        for aside in aside_of.values():
            _sync_file(aside)
        for path, aside in aside_of.items():
            replace_file(aside, path)
    except Exception as error:
        if is_disk_error(error):
            name = next(map(str, aside_of), "")
            raise StoreFull("the disk takes nothing", name=name) from error
        raise
    finally:
        for aside in aside_of.values():
            with suppress(OSError):
                aside.unlink(missing_ok=True)
        for folder in reversed(folders):
            # NOTE: a folder that holds a file stays.
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def publish_file(path: Path) -> Iterator[io.BytesIO]:
    """Yield a buffer that is written to `path` when the block has ended well; raises StoreFull.

    NOTE: a writer of zip files that meets a full disk fails once more when it is collected.
    """
    buffer = io.BytesIO()
    yield buffer
    with publish_together() as aside:
        aside(path).write_bytes(buffer.getvalue())


def _make_missing(folder: Path) -> list[Path]:
    """Make a folder and its parents; return those that were not there, the outermost first."""
    missing = [path for path in reversed((folder, *folder.parents)) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def sweep_leftovers(path: Path) -> None:
    """Remove what runs that were killed have left of a file: their processes are gone."""
    for leftover in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        number = leftover.name.split(".")[-2]
        if number.isdecimal() and not is_running(int(number)):
            with suppress(OSError):
                leftover.unlink()


def _sync_file(path: Path) -> None:
    # NOTE: Windows syncs only what is open to be written.
    with path.open("r+b") as handle:
        os.fsync(handle.fileno())


def is_disk_error(error: BaseException | None) -> bool:
    """Does an error, or one it comes from, say that a disk takes nothing (not now, or nobody)?

    NOTE: DuckDB, Polars and the writer of workbooks wrap the system's error in one of their own.
    """
    seen: set[int] = set()
    # NOTE: one raised from another that was met while it was handled comes from itself in the end.
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, sqlite3.Error):
            code = getattr(error, "sqlite_errorcode", None) or 0
            return code & 0xFF in SQLITE_CODES
        if isinstance(error, OSError) and error.errno in ERRNOS:
            return True
        if any(os.strerror(number) in str(error) for number in (errno.ENOSPC, errno.EROFS)):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_path_error(error: BaseException) -> bool:
    """Does an error say that no file can stand at its path?"""
    return isinstance(error, OSError) and error.errno in PATH_ERRNOS


def translate_disk_error(error: OSError) -> Exception:
    """StoreFull for a disk without room, the error itself otherwise."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS):
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
    # A tenth of a second, which commands that only read do not pay.
    from filelock import lock_descriptor, unlock_descriptor

    make_folder(path.parent)
    # NOTE: not cut to nothing, since Windows keeps what another process has locked.
    with open_private(path, flags=0) as handle:
        deadline = time.monotonic() + wait_seconds
        while not lock_descriptor(handle.fileno(), blocking=False):
            if time.monotonic() > deadline:
                raise StoreBusy(f"another process holds {path.name}")
            time.sleep(0.05)
        try:
            yield
        finally:
            unlock_descriptor(handle.fileno())
