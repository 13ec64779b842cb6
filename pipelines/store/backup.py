"""Back up everything that cannot be made again, and restore it.

Ledger, archive, state, settings and events go along; builds are made again. Keys go along only when
asked for: a copy of a key kept beside the data would outlive its erasure.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
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
from pipelines.store.commit_log import ANCHOR
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, ensure_dir, made_private
from pipelines.store.state_db import StateDatabase

#: The log is moved in last: until it is there, the ledger is empty.
LAST = "ledger/sequence.jsonl"
#: Where a restore copies to before it moves everything to its place.
STAGING = ".restore.part"
#: The entry of the audit trail that says a backup was made.
EVENT = "backup"


@dataclass(frozen=True)
class Backup:
    """What was copied, and where the ledger stood."""

    path: Path
    files: int
    bytes: int
    ledger_head: int


@dataclass(frozen=True)
class StorageState:
    """What a home takes on its disk, in bytes, and when it was last backed up (ISO 8601)."""

    ledger: int
    builds: int
    free: int
    backed_up: str = ""


def describe_storage(root: Path) -> StorageState:
    """Return the sizes of ledger and builds, the room left, and the moment of the last backup."""
    paths = DataPaths(root)
    ledger, builds = _folder_bytes(paths.ledger), _folder_bytes(paths.builds)
    events = StateDatabase(root).list_events() if paths.state.exists() else []
    backups = [event.at for event in events if event.what == EVENT]
    return StorageState(ledger, builds, shutil.disk_usage(root).free, max(backups, default=""))


def _folder_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def make_backup(root: Path, target: Path, *, with_keys: bool = False) -> Backup:
    """Copy the home at `root` to the new folder `target`; raises StoreError, StoreFull.

    The copy is whole or not there.
    """
    if target.exists():
        raise StoreError(f"{target} is already there", code="backup_exists", name=str(target))
    aside = ensure_dir(target.parent) / f".{target.name}.part"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        head = _copy_home(root, aside, with_keys)
        manifest = {str(path.relative_to(aside)): hash_file(path) for path in _list_files(aside)}
        content = json.dumps({"ledger_head": head, "files": manifest}, indent=1)
        write_atomically(aside / MANIFEST, content.encode())
        aside.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise translate_disk_error(error) from error

    size = sum(path.stat().st_size for path in _list_files(target))
    return Backup(target, len(manifest), size, head)


def restore_backup(source: Path, root: Path) -> Backup:
    """Copy a backup into a home without a ledger.

    Raises StoreError when either is not as it should be. Nothing is written before every name,
    kind, size and hash of the backup was found right. A restore that was cut off may be repeated.
    """
    staging = root / STAGING
    _check_target(root)
    manifest = inspect_backup(source)
    shutil.rmtree(staging, ignore_errors=True)
    try:
        for name, digest in manifest.files.items():
            copy_verified(source, name, digest, staging / name)
        _move_in(staging, root, list(manifest.files))
    except StoreError:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    except OSError as error:
        raise translate_disk_error(error) from error
    return Backup(source, len(manifest.files), 0, Ledger(root).head())


def _check_target(root: Path) -> None:
    """Raise StoreError for a home that is in use, or whose folders are links."""
    if _is_in_use(DataPaths(root)):
        raise StoreError(f"{root} already holds a ledger", code="restore_in_use", name=str(root))
    for folder in FOLDERS:
        if (root / folder).is_symlink():
            raise StoreError(f"{folder} is a link", code="restore_link", name=str(root / folder))


def _is_in_use(home: DataPaths) -> bool:
    """True when a ledger stands here that no cut-off restore has left."""
    is_cut_off = (home.root / STAGING).exists() and not (home.root / LAST).exists()
    return any(home.ledger.glob("*.parquet")) and not is_cut_off


def _move_in(staging: Path, root: Path, names: list[str]) -> None:
    """Move every file to its place, the log last; what SQLite left beside an old state goes."""
    folders = {(root / name).parent for name in names}
    for folder in folders:
        if folder == root:
            ensure_dir(folder)
        else:
            made_private(folder)
    for leftover in root.glob("state.sqlite-*"):
        leftover.unlink()

    for name in sorted(names, key=lambda name: name == LAST):
        (staging / name).replace(root / name)
    for folder in folders:
        sync_folder(folder)
    shutil.rmtree(staging)


def _copy_home(root: Path, aside: Path, with_keys: bool) -> int:
    """Copy what a backup holds; return the number of the ledger's last batch."""
    home, copy = DataPaths(root), DataPaths(aside)
    ledger = Ledger(root)
    with ledger.writer_lock():
        head = ledger.head()
        ledger_files = _list_ledger_files(ledger)
        _copy_files(ledger_files, copy.ledger)

    _copy_files(_list_files(home.archive), copy.archive)
    if home.state.exists():
        StateDatabase(root).copy_to(copy.state)
    single_files = (root / "settings.toml", root / "events.toml", home.boundaries)
    _copy_files(filter(Path.exists, single_files), aside)
    if with_keys:
        _copy_files(home.keys.glob("*.key"), copy.keys)
    return head


def _list_ledger_files(ledger: Ledger) -> list[Path]:
    """Return the committed files of a ledger, its log, its witness and the audit trail's note."""
    names: list[str] = []
    for entry in ledger.sequence.entries():
        names += entry.part_names
    paths = [ledger.folder / name for name in names]
    paths += [ledger.sequence.path, ledger.sequence.witness, ledger.folder / ANCHOR]
    return list(filter(Path.exists, paths))


def _copy_files(paths: Iterable[Path], folder: Path) -> None:
    ensure_dir(folder)
    for path in paths:
        copied = folder / path.name
        write_synced(copied, path.read_bytes())
        status = path.stat()
        # NOTE: the archive tells by its files' times how long they are kept.
        os.utime(copied, ns=(status.st_atime_ns, status.st_mtime_ns))


def _list_files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder in order, hidden ones left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path
