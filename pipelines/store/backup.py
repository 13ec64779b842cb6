"""A copy of everything that cannot be made again, and the way back: home in, folder with a manifest out; and reverse.

Ledger, archive, state and settings go along; builds are made again. Keys go along only when asked for: a copy of a
key kept beside the data would outlive its erasure.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import StoreError
from pipelines.store.files import full, sha256, sync_folder, write_whole
from pipelines.store.home import Home, made
from pipelines.store.ledger import Ledger
from pipelines.store.state import State

MANIFEST = "manifest.json"
#: The log is copied back last: until it is there, the ledger is empty.
LAST = "ledger/sequence.jsonl"


@dataclass(frozen=True)
class Backup:
    """What was copied, and where the ledger stood."""

    path: Path
    files: int
    bytes: int
    ledger_head: int


def backup(root: Path, target: Path, *, with_keys: bool = False) -> Backup:
    """Copy the home at `root` to the new folder `target`; whole or not there. Raises StoreError, StoreFull."""
    if target.exists():
        raise StoreError(f"{target} is already there", code="backup_exists", name=str(target))
    aside = made(target.parent) / f".{target.name}.part"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        head = _copy(root, aside, with_keys)
        manifest = {str(p.relative_to(aside)): sha256(p) for p in _files(aside)}
        write_whole(aside / MANIFEST, json.dumps({"ledger_head": head, "files": manifest}, indent=1).encode())
        aside.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise full(error) from error
    return Backup(target, len(manifest), sum(p.stat().st_size for p in _files(target)), head)


def restore(source: Path, root: Path) -> Backup:
    """Copy a backup into a home without a ledger; raises StoreError when either is not as it should be."""
    if Home(root).ledger.exists() and any(Home(root).ledger.glob("*.parquet")):
        raise StoreError(f"{root} already holds a ledger", code="restore_in_use", name=str(root))
    manifest = _manifest(source)
    for name in sorted(manifest["files"], key=lambda n: n == LAST):
        path = root / name
        made(path.parent)
        shutil.copy2(source / name, path)
        path.chmod(0o600 if path.suffix == ".key" else 0o644)
    if (root / "keys").exists():
        (root / "keys").chmod(0o700)
    faults = Ledger(root).verify()
    if faults:
        raise StoreError(f"the restored ledger is not sound: {faults[0].subject}", code="backup_damaged")
    return Backup(source, len(manifest["files"]), 0, Ledger(root).head())


def _copy(root: Path, aside: Path, with_keys: bool) -> int:
    home, copied = Home(root), Home(aside)
    ledger = Ledger(root)
    with ledger.locked():
        head = ledger.head()
        names = [part.name for entry in ledger.sequence.entries() for part in entry.parts.values()]
        known = [*names, ledger.sequence.path.name, ledger.sequence.witness.name]
        _copy_files([home.ledger / n for n in known if (home.ledger / n).exists()], copied.ledger)
    _copy_files(_files(home.archive), copied.archive)
    if home.state.exists():
        State(root).copy_to(copied.state)
    _copy_files([p for p in (root / "settings.toml", home.boundaries) if p.exists()], aside)
    if with_keys:
        _copy_files(home.keys.glob("*.key"), copied.keys)
        made(copied.keys).chmod(0o700)
    return head


def _copy_files(paths: Iterator[Path] | list[Path], folder: Path) -> None:
    made(folder)
    for path in paths:
        shutil.copy2(path, folder / path.name)


def _files(folder: Path) -> Iterator[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith("."))


def _manifest(source: Path) -> dict[str, dict[str, str]]:
    try:
        manifest: dict[str, dict[str, str]] = json.loads((source / MANIFEST).read_bytes())
        wrong = next((n for n, digest in manifest["files"].items() if sha256(source / n) != digest), None)
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"{source} is not a whole backup", code="backup_damaged", name=str(source)) from error
    if wrong is not None:
        raise StoreError(f"{wrong} in the backup is damaged", code="backup_damaged", name=wrong)
    return manifest
