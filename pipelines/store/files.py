"""Files that are whole or not there: written aside, synced, renamed, and the folder synced."""

import errno
import hashlib
import os
from pathlib import Path

from pipelines.errors import StoreFull


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that after a crash it is either complete or absent; raises StoreFull."""
    write_synced(path, data)
    sync_folder(path.parent)


def write_synced(path: Path, data: bytes) -> None:
    """The same, but the caller syncs the folder: once for many files. Raises StoreFull."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise full(error) from error


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def full(error: OSError) -> Exception:
    """StoreFull for a disk without room, the error itself otherwise."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StoreFull("no room left on the disk")
    return error


def sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
