"""What systems do differently with files and processes, under names that mean one thing on all.

Linux and macOS keep a mode with every file. Windows keeps rights with each user's folders: what
lies in a user's own folder is closed to others without our doing, and a mode says nothing there.
"""

import errno
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

#: Does a file's mode say who may read it?
HAS_FILE_MODES = hasattr(os, "getuid")
#: How often and how far apart a replacement is tried that another program's open file hinders.
TRIES, PAUSE_SECONDS = 20, 0.05


def _combine_flags(*names: str) -> int:
    """Return flags of os.open; one that a system lacks says nothing there."""
    flags = 0
    for name in names:
        flags |= getattr(os, name, 0)
    return flags


# NOTE: without O_BINARY Windows changes line ends and stops at byte 26.
READING = _combine_flags("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
WRITING = _combine_flags("O_WRONLY", "O_CREAT", "O_CLOEXEC", "O_BINARY")


def open_unlinked(path: Path) -> int:
    """Return a descriptor to read bytes from `path`, which never waits and never follows a link.

    Raises OSError: for a link too, also where the system cannot be told not to follow one.
    """
    descriptor = os.open(path, READING)
    if hasattr(os, "O_NOFOLLOW") or _is_the_file_itself(path, descriptor):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def _is_the_file_itself(path: Path, descriptor: int) -> bool:
    return os.path.samestat(path.lstat(), os.fstat(descriptor))


def is_open_to_others(mode: int) -> bool:
    """May others than its owner use a file of this mode? A system without modes says no."""
    return HAS_FILE_MODES and bool(mode & (stat.S_IRWXG | stat.S_IRWXO))


def set_mode(descriptor: int, mode: int) -> None:
    """Set the mode of an open file; another owner's and a system without modes keep theirs."""
    change_mode = getattr(os, "fchmod", None)
    if HAS_FILE_MODES and change_mode:
        with suppress(PermissionError):
            change_mode(descriptor, mode)


def replace_file(aside: Path, path: Path) -> None:
    """Put `aside` in the place of `path` at once; raises OSError.

    NOTE: Windows refuses while anybody has `path` open. Our own readers are gone in a moment.
    """
    for _ in range(0 if HAS_FILE_MODES else TRIES):
        with suppress(PermissionError):
            aside.replace(path)
            return
        time.sleep(PAUSE_SECONDS)
    aside.replace(path)


def sync_folder(folder: Path) -> None:
    """Write a folder's list of names to the disk; Windows does so itself and opens no folder."""
    if not HAS_FILE_MODES:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_running(process: int) -> bool:
    """Is there a process of this number?"""
    if Path("/proc/self").exists():
        return Path(f"/proc/{process}").exists()
    import psutil  # installed where the system has no /proc

    return bool(psutil.pid_exists(process))
