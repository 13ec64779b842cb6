"""Read the files of a folder: each opened once, never through a link, never beyond the limit.

Traps that stand in inboxes (links, pipes, folders with a file's name, endless files) become issues,
not hangs.
"""

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.intake.issues import Issue, make_issue
from pipelines.operating_system import open_unlinked
from pipelines.settings import MEGABYTE, Limits

#: Never reports: half-written downloads and what systems leave in folders.
_HALF = (".part", ".partial", ".crdownload", ".download", ".tmp")
_LITTER = {"thumbs.db", "desktop.ini"}
OWNER_PREFIX = "~$"
#: Bytes, so that a receipt before a name and a word after it still fit the disk's 255.
_LONGEST_NAME = 150
_LONGEST_ENDING = 20


@dataclass(frozen=True)
class FileStamp:
    """Tell whether a path still is the file that was read."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def from_stat(cls, status: os.stat_result) -> "FileStamp":
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True)
class SourceFile:
    """Hold a file as it was read; without data when an issue says why."""

    name: str
    data: bytes | None
    issues: tuple[Issue, ...] = ()
    path: Path | None = None
    stamp: FileStamp | None = None


def iter_source_paths(path: Path) -> Iterator[Path]:
    """Yield the reports at `path`: itself, or what stands in the folder and its folders.

    They come in name order, litter left out.
    """
    if not _is_folder(path):
        yield path
        return
    for child in sorted(path.iterdir(), key=lambda entry: entry.name):
        if not _is_litter(child.name):
            yield from _iter_child_paths(child)


def _is_folder(path: Path) -> bool:
    """Is it a folder to look into, and neither a link nor a folder with a file's name?"""
    return path.is_dir() and not path.is_symlink() and path.suffix.lower() not in (".xlsx", ".csv")


def _iter_child_paths(path: Path) -> Iterator[Path]:
    """Yield the reports at `path` in a folder; a folder that cannot be read stands for itself."""
    try:
        yield from iter_source_paths(path)
    except OSError:
        yield path


def read_source(path: Path, limits: Limits) -> SourceFile:
    """Read one entry; never blocks, never follows a link, never raises for what stands there."""
    name, renamed = safe_name(path.name)
    try:
        descriptor = open_unlinked(path)
    except OSError:
        is_file = _is_regular_file(path)
        code = "F014" if is_file else "F012"
        unreadable = make_issue(code)
        return SourceFile(name, None, (unreadable, *renamed), path)
    try:
        data, problem, stamp = _read_descriptor(descriptor, limits)
    except OSError:
        data, problem, stamp = None, make_issue("F014"), None
    finally:
        os.close(descriptor)
    issues = (problem, *renamed) if problem else renamed
    return SourceFile(name, data, issues, path, stamp)


def _read_descriptor(
    descriptor: int, limits: Limits
) -> tuple[bytes | None, Issue | None, FileStamp | None]:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return None, make_issue("F012"), None
    stamp = FileStamp.from_stat(status)
    if status.st_size > limits.file_bytes:
        return None, make_size_issue(status.st_size, limits), stamp
    with os.fdopen(descriptor, "rb", closefd=False) as handle:
        data = handle.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        return None, make_size_issue(len(data), limits), stamp
    return data, None, stamp


def make_size_issue(size: int, limits: Limits) -> Issue:
    return make_issue("F011", n=-(-size // MEGABYTE), limit=limits.file_bytes // MEGABYTE)


def safe_name(name: str) -> tuple[str, tuple[Issue, ...]]:
    """Return a name that can be stored and shown, and F013 when it had to be changed."""
    whole = unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))
    printable = "".join(filter(_is_printable, whole))
    short = _shorten_name(printable.strip() or "file")
    if short == whole:
        return short, ()
    return short, (make_issue("F013", name=short),)


def _is_printable(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "C" and letter not in "/\\\ufffd"


def _shorten_name(name: str) -> str:
    """Shorten a name to the bytes it may have, its ending kept."""
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = _truncate_bytes(ending, _LONGEST_ENDING) if stem else ""
    room = _LONGEST_NAME - len(f"{dot}{ending}".encode())
    return f"{_truncate_bytes(stem or name, room)}{dot}{ending}"


def _truncate_bytes(text: str, size: int) -> str:
    """Return the beginning of a text that fits into so many bytes."""
    return text.encode()[: max(size, 0)].decode(errors="ignore")


def _is_litter(name: str) -> bool:
    low = name.lower()
    return low.startswith((".", OWNER_PREFIX)) or low in _LITTER or low.endswith(_HALF)


def _is_regular_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
