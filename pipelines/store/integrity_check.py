"""Looks a home over: every hash, chain, key and pointer; out come faults, each with what to do about it."""

import json
import shutil
from collections.abc import Iterator

from pipelines.errors import LedgerDamaged, StoreError
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.atomic_files import hash_file
from pipelines.store.integrity_fault import IntegrityFault
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from pipelines.store.schema import KINDS, SCHEMAS, Kind
from pipelines.store.state_db import StateDatabase


def examine_home(settings: Settings) -> list[IntegrityFault]:
    """Every fault of the home, gravest first; an empty list is a clean bill of health."""
    looks = (
        _examine_ledger,
        _examine_archive,
        _examine_keys,
        _examine_audit,
        _examine_build,
        _examine_disk,
    )
    return [fault for look in looks for fault in look(settings)]


def _examine_ledger(settings: Settings) -> Iterator[IntegrityFault]:
    ledger = Ledger(settings.home)
    faults = ledger.verify()
    yield from faults
    if not any(f.grave for f in faults):
        yield from (
            IntegrityFault("doctor-rows", kind)
            for kind in KINDS
            if not _matches_schema(ledger, kind)
        )
        yield from (IntegrityFault("doctor-orphan", name) for name in ledger.list_orphans())


def _matches_schema(ledger: Ledger, kind: Kind) -> bool:
    return SCHEMAS[kind].is_valid(ledger.frame(kind).drop("order"))


def _examine_archive(settings: Settings) -> Iterator[IntegrityFault]:
    yield from (
        IntegrityFault("doctor-archive", name) for name in Archive(settings.home).list_damaged()
    )


def _examine_keys(settings: Settings) -> Iterator[IntegrityFault]:
    folder = DataPaths(settings.home).keys
    try:
        PseudonymKeys(folder)
    except StoreError as error:
        yield IntegrityFault("doctor-key", str(error.values.get("name", "")))


def _examine_audit(settings: Settings) -> Iterator[IntegrityFault]:
    if DataPaths(settings.home).state.exists():
        yield from (
            IntegrityFault("doctor-audit", str(n))
            for n in StateDatabase(settings.home).verify_audit()[:1]
        )


def _examine_build(settings: Settings) -> Iterator[IntegrityFault]:
    """The pointer names a file that is what was published, and it answers for the whole ledger."""
    home = DataPaths(settings.home)
    pointer = home.builds / "current.json"
    try:
        head = Ledger(settings.home).head()
        if not pointer.exists():
            if head:
                yield IntegrityFault("doctor-no-build", pointer.name)
            return
        card = json.loads(pointer.read_bytes())
        path = home.builds / f"{card['name']}.duckdb"
        if not path.is_file() or hash_file(path) != card["sha256"]:
            yield IntegrityFault("doctor-build", path.name)
        elif card["ledger_head"] < head:
            yield IntegrityFault("doctor-behind", path.name)
    except LedgerDamaged:
        return
    except (ValueError, KeyError, TypeError):
        yield IntegrityFault("doctor-pointer", pointer.name)


def _examine_disk(settings: Settings) -> Iterator[IntegrityFault]:
    if settings.home.exists():
        free = shutil.disk_usage(settings.home).free
        if free < settings.free_bytes:
            yield IntegrityFault("doctor-disk", str(free // (1024 * 1024)))
