"""The pointer to the build that answers: switched atomically, checked when read, with a way back.

A published file is never written again and never read under a changing name: DuckDB caches databases by path.
"""

import contextlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.errors import BuildDamaged, NoBuild
from pipelines.store.atomic_files import hash_file, write_atomically
from pipelines.store.paths import DataPaths

POINTER = "current.json"


@dataclass(frozen=True)
class PublishedBuild:
    """What the pointer says: the file that answers and what it stands on."""

    name: str
    path: Path
    sha256: str
    ledger_head: int
    content_hash: str
    built_at: str


def publish_build(
    home: Path, path: Path, ledger_head: int, content_hash: str, built_at: str
) -> None:
    """Point at `path`; its own card stays beside it so that a lost pointer can be found again."""
    card = {
        "name": path.stem,
        "sha256": hash_file(path),
        "ledger_head": ledger_head,
        "content_hash": content_hash,
        "built_at": built_at,
    }
    data = json.dumps(card, indent=1).encode()
    write_atomically(path.with_suffix(".json"), data)
    write_atomically(DataPaths(home).builds / POINTER, data)


def find_current_build(home: Path) -> PublishedBuild:
    """The build that answers; when its pointer or any byte of it is damaged, the newest whole one.

    Raises NoBuild in a home without builds, BuildDamaged where none of them is whole.
    """
    folder = DataPaths(home).builds
    cards = [folder / POINTER, *sorted(folder.glob("warehouse-*.json"), reverse=True)]
    for card in cards:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found = _read_card(folder, card)
            if _is_whole(found):
                return found
    if any(card.exists() for card in cards):
        raise BuildDamaged("no build in this home is whole")
    raise NoBuild("no finished build in this home")


def next_build_number(folder: Path) -> int:
    taken = [
        int(p.stem.rsplit("-", 1)[1])
        for p in folder.glob("warehouse-*.*")
        if p.stem.rsplit("-", 1)[1].isdigit()
    ]
    return max(taken, default=0) + 1


def sweep_leftovers(folder: Path) -> None:
    """Remove what killed builds left half written, and whole ones that were never published."""
    pointed = ""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        pointed = _read_card(folder, folder / POINTER).name
    for path in [
        *folder.glob("warehouse-*.tmp"),
        *folder.glob("warehouse-*.wal"),
        *folder.glob("*.part"),
    ]:
        path.unlink(missing_ok=True)
    for path in folder.glob("warehouse-*.duckdb"):
        if path.stem != pointed and not path.with_suffix(".json").exists():
            path.unlink(missing_ok=True)


def prune_builds(folder: Path, keep: int) -> None:
    """Remove all but the newest `keep` builds; a file that is still open goes on answering its readers."""
    for path in sorted(folder.glob("warehouse-*.duckdb"))[:-keep]:
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)


def _read_card(folder: Path, card: Path) -> PublishedBuild:
    data = json.loads(card.read_text(encoding="utf-8"))
    name = str(data["name"])
    if Path(name).name != name:
        raise ValueError("a build lies in its own folder")
    fields = (
        str(data["sha256"]),
        int(data["ledger_head"]),
        str(data["content_hash"]),
        str(data["built_at"]),
    )
    return PublishedBuild(name, folder / f"{name}.duckdb", *fields)


def _is_whole(found: PublishedBuild) -> bool:
    """Is every byte what was published? Read once a file and process: a published file is never written again."""
    status = found.path.stat()
    return (
        _hash_cached(found.path, status.st_ino, status.st_size, status.st_mtime_ns) == found.sha256
    )


@lru_cache(maxsize=16)
def _hash_cached(path: Path, inode: int, size: int, changed: int) -> str:
    return hash_file(path)
