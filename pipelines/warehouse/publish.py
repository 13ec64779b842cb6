"""The pointer to the build that answers: switched atomically, checked when read, with a way back.

A published file is never written again and never read under a changing name: DuckDB caches
databases by path.
"""

import contextlib
import json
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.errors import BuildDamaged, NoBuild
from pipelines.reference.csv_tables import digest_definitions
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
    #: The version of the catalogue the build was made with; empty in builds before 0.2.
    catalogue: str = ""


def publish_build(
    home: Path, path: Path, ledger_head: int, content_hash: str, built_at: str
) -> None:
    """Point at `path`; a copy of its card stays beside it, to recover from a lost pointer."""
    card = {
        "name": path.stem,
        "sha256": hash_file(path),
        "ledger_head": ledger_head,
        "content_hash": content_hash,
        "built_at": built_at,
        "catalogue": digest_definitions(),
    }
    data = json.dumps(card, indent=1).encode()
    write_atomically(path.with_suffix(".json"), data)
    write_atomically(DataPaths(home).builds / POINTER, data)


def find_current_build(home: Path) -> PublishedBuild:
    """Find the build that answers: the one the pointer names, or else the newest whole one.

    The latter when the pointer or any byte of its build is damaged. Raises NoBuild in a home
    without builds, BuildDamaged where none of them is whole.
    """
    folder = DataPaths(home).builds
    cards = [folder / POINTER, *sorted(folder.glob("warehouse-*.json"), reverse=True)]
    for card in cards:
        build = _read_whole_build(folder, card)
        if build is not None:
            return build
    if any(card.exists() for card in cards):
        raise BuildDamaged("no build in this home is whole")
    raise NoBuild("no finished build in this home")


def _read_whole_build(folder: Path, card: Path) -> PublishedBuild | None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        build = _read_card(folder, card)
        if _is_whole(build):
            return build
    return None


def next_build_number(folder: Path) -> int:
    """Return the number after the highest of any file of a build, finished or not."""
    highest = 0
    for path in folder.glob("warehouse-*.*"):
        number = path.stem.rsplit("-", 1)[1]
        if number.isdigit():
            highest = max(highest, int(number))
    return highest + 1


def sweep_leftovers(folder: Path) -> None:
    """Remove what killed builds left half written, and whole ones that were never published."""
    current = ""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        current = _read_card(folder, folder / POINTER).name
    for pattern in ("warehouse-*.tmp", "warehouse-*.wal", "*.part"):
        for path in list(folder.glob(pattern)):
            path.unlink(missing_ok=True)
    for spilled in list(folder.glob("spill-*")):
        shutil.rmtree(spilled, ignore_errors=True)
    for path in folder.glob("warehouse-*.duckdb"):
        if path.stem != current and not path.with_suffix(".json").exists():
            path.unlink(missing_ok=True)


def prune_builds(folder: Path, keep: int) -> None:
    """Remove all but the newest `keep` builds; a file still open goes on answering its readers."""
    for path in sorted(folder.glob("warehouse-*.duckdb"))[:-keep]:
        # NOTE: Windows removes no open file; the next build tries again.
        with contextlib.suppress(PermissionError):
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)


def _read_card(folder: Path, card: Path) -> PublishedBuild:
    data = json.loads(card.read_text(encoding="utf-8"))
    name = str(data["name"])
    if Path(name).name != name:
        raise ValueError("a build lies in its own folder")
    return PublishedBuild(
        name=name,
        path=folder / f"{name}.duckdb",
        sha256=str(data["sha256"]),
        ledger_head=int(data["ledger_head"]),
        content_hash=str(data["content_hash"]),
        built_at=str(data["built_at"]),
        catalogue=str(data.get("catalogue", "")),
    )


def _is_whole(build: PublishedBuild) -> bool:
    """Is every byte what was published?

    A file is hashed once per process: a published file is never written again.
    """
    status = build.path.stat()
    sha256 = _hash_cached(build.path, status.st_ino, status.st_size, status.st_mtime_ns)
    return sha256 == build.sha256


@lru_cache(maxsize=16)
def _hash_cached(path: Path, inode: int, size: int, changed: int) -> str:
    return hash_file(path)
