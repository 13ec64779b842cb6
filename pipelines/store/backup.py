"""A copy of everything that cannot be made again, and the way back: home in, folder with a manifest out; and reverse.

Ledger, archive, state and settings go along; builds are made again. Keys go along only when asked for: a copy of a
key kept beside the data would outlive its erasure.
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import StoreError
from pipelines.store.atomic_files import (
    hash_file,
    sync_folder,
    translate_disk_error,
    write_atomically,
    write_synced,
)
from pipelines.store.backup_check import FOLDERS, MANIFEST, copy_verified, inspect_backup
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, ensure_dir, made_private
from pipelines.store.state_db import StateDatabase

#: The log is moved in last: until it is there, the ledger is empty.
LAST = "ledger/sequence.jsonl"
#: Where a restore copies to before it moves everything to its place.
STAGING = ".restore.part"


@dataclass(frozen=True)
class Backup:
    """What was copied, and where the ledger stood."""

    path: Path
    files: int
    bytes: int
    ledger_head: int


def make_backup(root: Path, target: Path, *, with_keys: bool = False) -> Backup:
    """Copy the home at `root` to the new folder `target`; whole or not there. Raises StoreError, StoreFull."""
    if target.exists():
        raise StoreError(f"{target} is already there", code="backup_exists", name=str(target))
    aside = ensure_dir(target.parent) / f".{target.name}.part"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        head = _copy_home(root, aside, with_keys)
        manifest = {str(p.relative_to(aside)): hash_file(p) for p in _list_files(aside)}
        write_atomically(
            aside / MANIFEST,
            json.dumps({"ledger_head": head, "files": manifest}, indent=1).encode(),
        )
        aside.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise translate_disk_error(error) from error
    return Backup(target, len(manifest), sum(p.stat().st_size for p in _list_files(target)), head)


def restore_backup(source: Path, root: Path) -> Backup:
    """Copy a backup into a home without a ledger; raises StoreError when either is not as it should be.

    Nothing is written before every name, kind, size and hash of the backup was found right. A restore
    that was cut off may be repeated.
    """
    home, staging = DataPaths(root), root / STAGING
    if _is_in_use(home):
        raise StoreError(f"{root} already holds a ledger", code="restore_in_use", name=str(root))
    for folder in FOLDERS:
        if (root / folder).is_symlink():
            raise StoreError(f"{folder} is a link", code="restore_link", name=str(root / folder))
    manifest = inspect_backup(source)
    shutil.rmtree(staging, ignore_errors=True)
    try:
        for name, digest in manifest.files.items():
            copy_verified(source, name, digest, staging / name)
        _move_in(staging, root, sorted(manifest.files, key=lambda name: name == LAST))
    except StoreError:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    except OSError as error:
        raise translate_disk_error(error) from error
    return Backup(source, len(manifest.files), 0, Ledger(root).head())


def _is_in_use(home: DataPaths) -> bool:
    """Does a ledger stand here that no cut-off restore has left?"""
    is_cut_off = (home.root / STAGING).exists() and not (home.root / LAST).exists()
    return any(home.ledger.glob("*.parquet")) and not is_cut_off


def _move_in(staging: Path, root: Path, names: list[str]) -> None:
    """Move every file to its place, the log last; what SQLite left beside an old state goes."""
    for folder in {(root / name).parent for name in names}:
        made_private(folder) if folder != root else ensure_dir(folder)
    for old in root.glob("state.sqlite-*"):
        old.unlink()
    for name in names:
        (staging / name).replace(root / name)
    for folder in {(root / name).parent for name in names}:
        sync_folder(folder)
    shutil.rmtree(staging)


def _copy_home(root: Path, aside: Path, with_keys: bool) -> int:
    home, copied = DataPaths(root), DataPaths(aside)
    ledger = Ledger(root)
    with ledger.writer_lock():
        head = ledger.head()
        names = [part.name for entry in ledger.sequence.entries() for part in entry.parts.values()]
        known = [*names, ledger.sequence.path.name, ledger.sequence.witness.name]
        _copy_files([home.ledger / n for n in known if (home.ledger / n).exists()], copied.ledger)
    _copy_files(_list_files(home.archive), copied.archive)
    if home.state.exists():
        StateDatabase(root).copy_to(copied.state)
    _copy_files([p for p in (root / "settings.toml", home.boundaries) if p.exists()], aside)
    if with_keys:
        _copy_files(home.keys.glob("*.key"), copied.keys)
    return head


def _copy_files(paths: Iterator[Path] | list[Path], folder: Path) -> None:
    ensure_dir(folder)
    for path in paths:
        copied = folder / path.name
        write_synced(copied, path.read_bytes())
        status = path.stat()
        # NOTE: the archive tells by its files' times how long they are kept.
        os.utime(copied, ns=(status.st_atime_ns, status.st_mtime_ns))


def _list_files(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith("."))
