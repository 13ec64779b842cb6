"""Back up everything that cannot be made again, and restore it.

Ledger, archive, state, settings, template, map and events go along; builds are made again. Keys go
along only when asked for: a copy of a key kept beside the data would outlive its erasure.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import StoreError
from pipelines.operating_system import sync_folder
from pipelines.settings import REFERENCE, REFERENCE_FOLDER
from pipelines.store.atomic_files import (
    hash_file,
    make_folder,
    translate_disk_error,
    write_atomically,
    write_synced,
)
from pipelines.store.backup_check import (
    FOLDERS,
    MANIFEST,
    TABLE,
    check_layout,
    copy_verified,
    inspect_backup,
)
from pipelines.store.commit_log import ANCHOR
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, ensure_dir
from pipelines.store.state_db import StateDatabase

STATE, SETTINGS, TEMPLATE = "state.sqlite", "settings.toml", "report.docx"
#: What gives rights or is run, beside the list of users in the state.
RIGHTS = (SETTINGS, TEMPLATE)
#: What a home without data may hold: notes that are made again, and the log.
DISPOSABLE = ("checked", "caunoi.log")
SQL = Path(__file__).with_name("sql")
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

    The copy is whole and could be restored, or it is not there.
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
        check_layout(aside)
        aside.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise translate_disk_error(error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)

    size = sum(path.stat().st_size for path in _list_files(target))
    return Backup(target, len(manifest), size, head)


def restore_backup(source: Path, root: Path, *, with_rights: bool = False) -> Backup:
    """Copy a backup to a new folder that takes the place of an empty home in one step.

    `with_rights`: users, settings and the office's template come back too; without it whoever wrote
    the backup says nothing about who may come in, or what is run. Raises StoreError, StoreFull when
    either is not as it should be.
    Nothing is written before every name, kind, size and hash of the backup was found right, and a
    restore that was cut off leaves the home as it was: it may be repeated.
    """
    _check_target(root)
    manifest = inspect_backup(source)
    names = [name for name in manifest.files if with_rights or name not in RIGHTS]
    aside = staging_folder(root)
    shutil.rmtree(aside, ignore_errors=True)
    try:
        make_folder(aside)
        for name in names:
            copy_verified(source, name, manifest.files[name], aside / name)
        if (aside / STATE).exists():
            _end_visits(aside / STATE, with_rights=with_rights)
        for folder in (*map(aside.joinpath, FOLDERS), aside):
            if folder.is_dir():
                sync_folder(folder)
        _take_place(aside, root)
    except OSError as error:
        raise translate_disk_error(error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Backup(source, len(names), 0, Ledger(root).head())


def staging_folder(root: Path) -> Path:
    """Return where a restore copies to before it takes the place of the home."""
    return root.with_name(f".{root.name}.restore.part")


def _check_target(root: Path) -> None:
    """Raise StoreError unless the home is not there or empty but for what is made again."""
    for path in (root, *map(root.joinpath, FOLDERS)):
        if path.is_symlink():
            raise StoreError(f"{path} is a link", code="restore_link", name=str(path))
    held = [path for path in root.glob("*") if not _can_be_made_again(path)]
    if held:
        raise StoreError(f"{held[0]} is there", code="restore_in_use", name=str(held[0]))


def _can_be_made_again(path: Path) -> bool:
    """Is it a note of checks, a log, or an empty folder?"""
    if path.name in DISPOSABLE:
        return not path.is_symlink()
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _end_visits(state: Path, *, with_rights: bool) -> None:
    """Forget every visit of a restored state, and without rights the list of users."""
    names = ("visits_end_all",) if with_rights else ("visits_end_all", "users_forget")
    with closing(sqlite3.connect(state)) as db, db:
        # NOTE: a state of an earlier version has not every table.
        for name in ("state", *names):
            db.executescript((SQL / f"{name}.sql").read_text(encoding="utf-8"))


def _take_place(aside: Path, root: Path) -> None:
    """Rename the whole copy to the home: before this step it is empty, after it whole."""
    if root.exists():
        for path in root.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    aside.rename(root)
    sync_folder(root.parent)


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
    names = (SETTINGS, TEMPLATE, "events.toml")
    single_files = (*map(root.joinpath, names), home.boundaries)
    _copy_files(filter(Path.is_file, single_files), aside)
    own_tables = _list_own_tables(root)
    if own_tables:
        _copy_files(own_tables, aside / REFERENCE_FOLDER)
    if with_keys:
        _copy_files(home.keys.glob("*.key"), copy.keys)
    return head


def _list_own_tables(root: Path) -> list[Path]:
    """Return the home's own reference tables; those delivered come with every copy of ours."""
    folder = root / REFERENCE_FOLDER
    if folder == REFERENCE or not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if TABLE.fullmatch(path.name)]


def _list_ledger_files(ledger: Ledger) -> list[Path]:
    """Return the committed files of a ledger, its log, its witness and the audit trail's note.

    Of merged batches the segments, and their own files as far as they still stand.
    """
    names = [name for run in ledger.segments.read().runs for name in run.names]
    for entry in ledger.sequence.entries():
        names += entry.part_names
    paths = [ledger.folder / name for name in names]
    paths += [ledger.sequence.path, ledger.sequence.witness, ledger.folder / ANCHOR]
    paths.append(ledger.segments.path)
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
