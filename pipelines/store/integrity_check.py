"""Examine a home: every hash, chain, key and pointer; each fault says what to do about it."""

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.errors import CauNoiError, LedgerDamaged, StoreError
from pipelines.operating_system import is_open_to_others
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.atomic_files import hash_file
from pipelines.store.backup import staging_folder
from pipelines.store.integrity_fault import IntegrityFault
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from pipelines.store.schema import KINDS, SCHEMAS, Kind
from pipelines.store.state_db import StateDatabase

#: Where an earlier version copied to inside the home.
OLD_STAGING = ".restore.part"


def examine_home(settings: Settings) -> list[IntegrityFault]:
    """Return every fault of the home, gravest first; none when the home is sound."""
    faults: list[IntegrityFault] = []
    for part, check in CHECKS.items():
        try:
            faults.extend(check(settings))
        except (OSError, sqlite3.Error, CauNoiError) as error:
            name = getattr(error, "filename", None) or settings.home / part
            faults.append(IntegrityFault("doctor-unreadable", os.fspath(name)))
    return faults


def _examine_whole(settings: Settings) -> Iterator[IntegrityFault]:
    """Tell a home that an older restore has left half from a whole one, and from an empty one."""
    home = DataPaths(settings.home)
    has_rows = any(home.ledger.glob("*.parquet"))
    has_log = (home.ledger / "sequence.jsonl").exists() or (home.ledger / "head.json").exists()
    if (home.root / OLD_STAGING).exists() or (has_rows and not has_log):
        yield IntegrityFault("doctor-half", str(home.root))
    aside = staging_folder(home.root)
    if aside.exists():
        yield IntegrityFault("doctor-leftover", str(aside))


def _examine_modes(settings: Settings) -> Iterator[IntegrityFault]:
    """Name what others than its owner may read."""
    home = settings.home
    paths = (path for path in home.rglob("*") if not path.is_relative_to(DataPaths(home).keys))
    for path in sorted(paths):
        mode = path.lstat().st_mode
        is_plain = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
        if is_plain and is_open_to_others(mode):
            yield IntegrityFault("doctor-mode", str(path.relative_to(home)))


def _examine_ledger(settings: Settings) -> Iterator[IntegrityFault]:
    """NOTE: rows are only read when every file is what was written."""
    ledger = Ledger(settings.home)
    faults = ledger.verify()
    yield from faults
    if any(fault.grave for fault in faults):
        return

    for kind in KINDS:
        if not _matches_schema(ledger, kind):
            yield IntegrityFault("doctor-rows", kind)
    for name in ledger.list_orphans():
        yield IntegrityFault("doctor-orphan", name)


def _matches_schema(ledger: Ledger, kind: Kind) -> bool:
    return SCHEMAS[kind].is_valid(ledger.frame(kind).drop("order"))


def _examine_archive(settings: Settings) -> Iterator[IntegrityFault]:
    for name in Archive(settings.home).list_damaged():
        yield IntegrityFault("doctor-archive", name)


def _examine_keys(settings: Settings) -> Iterator[IntegrityFault]:
    folder = DataPaths(settings.home).keys
    try:
        PseudonymKeys(folder)
    except StoreError as error:
        yield IntegrityFault("doctor-key", str(error.values.get("name", "")))


def _examine_audit(settings: Settings) -> Iterator[IntegrityFault]:
    home = DataPaths(settings.home)
    # NOTE: a key that others may read is named by itself; nothing is checked with it.
    if home.state.exists() and not list(_examine_keys(settings)):
        for number in StateDatabase(settings.home).verify_audit()[:1]:
            yield IntegrityFault("doctor-audit", str(number))


def _examine_build(settings: Settings) -> Iterator[IntegrityFault]:
    """Check that the pointer names the file that was published, and that it is not behind."""
    pointer = DataPaths(settings.home).builds / "current.json"
    try:
        head = Ledger(settings.home).head()
        if pointer.exists():
            yield from _examine_pointer(pointer, head)
        elif head:
            yield IntegrityFault("doctor-no-build", pointer.name)
    except LedgerDamaged:
        return
    except (ValueError, KeyError, TypeError, RecursionError):
        yield IntegrityFault("doctor-pointer", pointer.name)


def _examine_pointer(pointer: Path, ledger_head: int) -> Iterator[IntegrityFault]:
    """Compare the build that a pointer names with the file and with the ledger."""
    card = json.loads(pointer.read_bytes())
    path = pointer.parent / f"{card['name']}.duckdb"
    if not path.is_file() or hash_file(path) != card["sha256"]:
        yield IntegrityFault("doctor-build", path.name)
    elif card["ledger_head"] < ledger_head:
        yield IntegrityFault("doctor-behind", path.name)


def _examine_disk(settings: Settings) -> Iterator[IntegrityFault]:
    if settings.home.exists():
        free = shutil.disk_usage(settings.home).free
        if free < settings.free_bytes:
            yield IntegrityFault("doctor-disk", str(free // (1024 * 1024)))


#: What is examined, by the part of the home that is named when it cannot be read.
CHECKS: dict[str, Callable[[Settings], Iterator[IntegrityFault]]] = {
    "": _examine_whole,
    ".": _examine_modes,
    "ledger": _examine_ledger,
    "archive": _examine_archive,
    "keys": _examine_keys,
    "state.sqlite": _examine_audit,
    "builds": _examine_build,
    "..": _examine_disk,
}
