"""Looks a home over: every hash, chain, key and pointer; out come faults, each with what to do about it."""

import json
import shutil
from collections.abc import Iterator

from pipelines.errors import LedgerDamaged, StoreError
from pipelines.privacy.keys import Keys
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.fault import Fault
from pipelines.store.files import sha256
from pipelines.store.home import Home
from pipelines.store.ledger import Ledger
from pipelines.store.rows import KINDS, SCHEMAS, Kind
from pipelines.store.state import State


def examine(settings: Settings) -> list[Fault]:
    """Every fault of the home, gravest first; an empty list is a clean bill of health."""
    looks = (_ledger, _archive, _keys, _audit, _build, _disk)
    return [fault for look in looks for fault in look(settings)]


def _ledger(settings: Settings) -> Iterator[Fault]:
    ledger = Ledger(settings.home)
    faults = ledger.verify()
    yield from faults
    if not any(f.grave for f in faults):
        yield from (Fault("doctor-rows", kind) for kind in KINDS if not _typed(ledger, kind))
        yield from (Fault("doctor-orphan", name) for name in ledger.orphans())


def _typed(ledger: Ledger, kind: Kind) -> bool:
    return SCHEMAS[kind].is_valid(ledger.frame(kind).drop("order"))


def _archive(settings: Settings) -> Iterator[Fault]:
    yield from (Fault("doctor-archive", name) for name in Archive(settings.home).damaged())


def _keys(settings: Settings) -> Iterator[Fault]:
    folder = Home(settings.home).keys
    try:
        Keys(folder)
    except StoreError as error:
        yield Fault("doctor-key", str(error.values.get("name", "")))


def _audit(settings: Settings) -> Iterator[Fault]:
    if Home(settings.home).state.exists():
        yield from (Fault("doctor-audit", str(n)) for n in State(settings.home).verify_audit()[:1])


def _build(settings: Settings) -> Iterator[Fault]:
    """The pointer names a file that is what was published, and it answers for the whole ledger."""
    home = Home(settings.home)
    pointer = home.builds / "current.json"
    try:
        head = Ledger(settings.home).head()
        if not pointer.exists():
            if head:
                yield Fault("doctor-no-build", pointer.name)
            return
        card = json.loads(pointer.read_bytes())
        path = home.builds / f"{card['name']}.duckdb"
        if not path.is_file() or sha256(path) != card["sha256"]:
            yield Fault("doctor-build", path.name)
        elif card["ledger_head"] < head:
            yield Fault("doctor-behind", path.name)
    except LedgerDamaged:
        return
    except (ValueError, KeyError, TypeError):
        yield Fault("doctor-pointer", pointer.name)


def _disk(settings: Settings) -> Iterator[Fault]:
    if settings.home.exists():
        free = shutil.disk_usage(settings.home).free
        if free < settings.free_bytes:
            yield Fault("doctor-disk", str(free // (1024 * 1024)))
