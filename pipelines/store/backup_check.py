"""Judge a backup before anything of it is used: names, kinds, sizes, hashes, ledger and state.

The manifest is no proof of who wrote it: only files that a home has are taken, under their own
names.
"""

import hashlib
import json
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import StoreError
from pipelines.operating_system import open_unlinked
from pipelines.settings import MEGABYTE, REFERENCE_FOLDER
from pipelines.store.atomic_files import make_folder, open_private, write_all
from pipelines.store.ledger import Ledger
from pipelines.store.schema import KINDS

MANIFEST = "manifest.json"
FOLDERS = ("ledger", "archive", "keys", REFERENCE_FOLDER)
#: The names of a home's own reference tables.
TABLE = re.compile(r"[a-z][a-z_]*\.(?:csv|toml)")
MOST_FILES = 1_000_000
_KINDS = "|".join(KINDS)
#: What a backup may hold: each name, and the most bytes under it.
LAYOUT: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"ledger/[0-9]{6,12}-(?:" + _KINDS + r")\.parquet"), 1024 * MEGABYTE),
    (
        re.compile(r"ledger/[0-9]{6,12}-[0-9]{6,12}-(?:" + _KINDS + r")-[0-9]{3,9}\.parquet"),
        1024 * MEGABYTE,
    ),
    (re.compile(r"ledger/segments\.json"), 256 * MEGABYTE),
    (re.compile(r"ledger/sequence\.jsonl"), 1024 * MEGABYTE),
    (re.compile(r"ledger/(?:head|audit)\.json"), MEGABYTE),
    (re.compile(r"archive/[0-9a-f]{64}(?:\.account)?"), 256 * MEGABYTE),
    (re.compile(rf"{REFERENCE_FOLDER}/{TABLE.pattern}"), 64 * MEGABYTE),
    (re.compile(r"keys/[A-Za-z0-9][A-Za-z0-9-]*\.key"), 4096),
    (re.compile(r"state\.sqlite"), 4096 * MEGABYTE),
    (re.compile(r"report\.docx"), 64 * MEGABYTE),
    (re.compile(r"(?:settings\.toml|events\.toml|boundaries\.json)"), MEGABYTE),
    (re.compile(re.escape(MANIFEST)), 256 * MEGABYTE),
)
_SQL = Path(__file__).parent / "sql"
_CHUNK = MEGABYTE


@dataclass(frozen=True)
class BackupManifest:
    """Every file of a backup with its SHA-256, and where its ledger stood."""

    ledger_head: int
    files: dict[str, str]


def inspect_backup(source: Path) -> BackupManifest:
    """Return the manifest of a backup that is sound in every part.

    Raises StoreError with the name of the part that is not.
    """
    present = set(_walk(source, source))
    if MANIFEST not in present:
        raise StoreError(f"{source} has no manifest", code="backup_damaged", name=str(source))
    manifest = _read_manifest(source)
    listed = set(manifest.files)
    _refuse_first(sorted(listed - present), "backup_damaged")
    _refuse_first(sorted(present - listed - {MANIFEST}), "backup_unsafe")

    for name, digest in manifest.files.items():
        if _digest(source / name) != digest:
            raise _fault("backup_damaged", name)
    _judge_ledger(source, manifest)
    _judge_state(source)
    return manifest


def check_layout(source: Path) -> None:
    """Raise StoreError with the first file that a backup does not have, or that is too large."""
    for _ in _walk(source, source):
        pass


def copy_verified(source: Path, name: str, digest: str, target: Path) -> None:
    """Copy one file and its time; raises StoreError when it is no longer what was inspected."""
    make_folder(target.parent)
    seen = hashlib.sha256()
    with open_private(target, os.O_EXCL) as handle:
        for piece in _pieces(source / name):
            seen.update(piece)
            write_all(handle, piece)
        os.fsync(handle.fileno())
    if seen.hexdigest() != digest:
        raise _fault("backup_damaged", name)
    status = (source / name).lstat()
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _walk(source: Path, folder: Path) -> Iterator[str]:
    """Yield the names of all files; raises StoreError at the first that a backup does not have."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        raise _fault("backup_damaged", str(folder)) from None

    for number, entry in enumerate(entries):
        name = str(Path(entry.path).relative_to(source))
        # NOTE: what scandir knows itself lacks the number of links on Windows.
        status = os.lstat(entry.path)
        if number >= MOST_FILES:
            raise _fault("backup_large", name)
        if stat.S_ISDIR(status.st_mode) and name in FOLDERS:
            yield from _walk(source, Path(entry.path))
            continue
        # A hard link may lead to a file outside the backup.
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise _fault("backup_unsafe", name)
        _judge_name(name, status.st_size)
        yield name


def _judge_name(name: str, size: int = 0) -> None:
    limit = next((limit for pattern, limit in LAYOUT if pattern.fullmatch(name)), None)
    if limit is None:
        raise _fault("backup_unsafe", name or MANIFEST)
    if size > limit:
        raise _fault("backup_large", name)


def _read_manifest(source: Path) -> BackupManifest:
    """Return the manifest as it stands; raises StoreError for a wrong type or an unsafe name."""
    try:
        data = b"".join(_pieces(source / MANIFEST))
        plain = json.loads(data, object_pairs_hook=_without_doubles)
        manifest = BackupManifest(plain["ledger_head"], plain["files"])
        _check_types(manifest)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _fault("backup_damaged", MANIFEST) from None

    for name in manifest.files:
        _judge_name(name)
    # NOTE: on some disks two names that differ in case only are one file.
    folded = set(map(str.casefold, manifest.files))
    is_doubled = len(folded) < len(manifest.files)
    if MANIFEST in manifest.files or is_doubled:
        raise _fault("backup_unsafe", MANIFEST)
    return manifest


def _check_types(manifest: BackupManifest) -> None:
    """Raise TypeError unless the manifest holds a number and texts."""
    if type(manifest.ledger_head) is not int or type(manifest.files) is not dict:
        raise TypeError("types")
    for digest in manifest.files.values():
        if type(digest) is not str:
            raise TypeError("types")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; raises ValueError when a name stands twice in it."""
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise ValueError("a name stands twice")
    return mapping


def _digest(path: Path) -> str:
    seen = hashlib.sha256()
    for piece in _pieces(path):
        seen.update(piece)
    return seen.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    """The content of a regular file that is no link; raises StoreError for anything else."""
    try:
        descriptor = open_unlinked(path)
    except OSError:
        raise _fault("backup_damaged", path.name) from None
    with os.fdopen(descriptor, "rb") as handle:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _fault("backup_unsafe", path.name)
        while piece := handle.read(_CHUNK):
            yield piece


def _judge_ledger(source: Path, manifest: BackupManifest) -> None:
    """The backup's own ledger is whole, and stands where the manifest says."""
    ledger = Ledger(source)
    faults = ledger.verify()
    if faults:
        raise _fault("backup_damaged", faults[0].subject)
    if ledger.head() != manifest.ledger_head:
        raise _fault("backup_damaged", MANIFEST)


def _judge_state(source: Path) -> None:
    """Raise StoreError when the state holds a trigger or view that is not our own.

    They are programs, which any write would run.
    """
    path = source / "state.sqlite"
    if not path.exists():
        return
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with (
            closing(sqlite3.connect(address, uri=True)) as theirs,
            closing(sqlite3.connect(":memory:")) as ours,
        ):
            ours.executescript((_SQL / "state.sql").read_text("utf-8"))
            foreign = _programs(theirs) - _programs(ours)
    except sqlite3.Error:
        raise _fault("backup_damaged", path.name) from None
    if foreign:
        raise _fault("backup_unsafe", path.name)


def _programs(state: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(state.execute((_SQL / "state_programs.sql").read_text("utf-8")))


def _refuse_first(names: list[str], code: str) -> None:
    if names:
        raise _fault(code, names[0])


def _fault(code: str, name: str) -> StoreError:
    return StoreError(f"{code}: {name}", code=code, name=name)
