"""Reading the state while its disk takes no writing: full, read-only, or held by another writer.

Whoever is on the list reads on. What only serves the running visits is kept in this process until
it can be written; what could not be written is counted, and the system page says it.
"""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from shutil import copyfile
from typing import Any, TypeVar

from pipelines.store.atomic_files import is_disk_error

SQL = Path(__file__).with_name("sql")
#: Statements that wait here for a disk; the oldest give way.
MOST_WAITING = 10_000
#: Events that no reader is shut out for; all others must stand in the trail before the act.
LOSABLE = ("sign_in", "refused", "sign_out")
#: A memory disk, where the system has one: it is not the one that is full.
MEMORY_DISK = Path("/dev/shm")

Result = TypeVar("Result")
_Statement = tuple[str, Mapping[str, object]]
_waiting: dict[Path, dict[tuple[str, object], _Statement]] = {}
_lost: Counter[Path] = Counter()
_snapshot: ContextVar[sqlite3.Connection | None] = ContextVar("snapshot", default=None)


def count_unwritten(state: Path) -> int:
    """Return how many events and notes of visits this process could not write."""
    return len(_waiting.get(state, ())) + _lost[state]


def current_snapshot() -> sqlite3.Connection | None:
    """Return the copy in memory that is read instead of the file, inside of `read_anyway`."""
    return _snapshot.get()


def read_anyway(read: Callable[..., Result]) -> Callable[..., Result]:
    """Decorate a method that reads the state: where the disk fails it reads a copy in memory."""

    @wraps(read)
    def read_file_or_copy(state: Any, /, *args: Any, **values: Any) -> Result:
        is_behind = _waiting.get(state.home.state)
        if not is_behind:
            try:
                return read(state, *args, **values)
            except (sqlite3.OperationalError, OSError) as error:
                if not is_disk_error(error):
                    raise
        with _open_snapshot(state.home.state) as copy:
            token = _snapshot.set(copy)
            try:
                return read(state, *args, **values)
            finally:
                _snapshot.reset(token)

    return read_file_or_copy


def write_later(write: Callable[..., None]) -> Callable[..., None]:
    """Decorate `execute`: notes about visits wait in this process for a disk that takes them."""

    @wraps(write)
    def write_or_keep(state: Any, name: str, /, **values: object) -> None:
        path = state.home.state
        try:
            for key, (earlier, given) in list(_waiting.get(path, {}).items()):
                write(state, earlier, **given)
                _waiting[path].pop(key, None)
            write(state, name, **values)
        except (sqlite3.OperationalError, OSError) as error:
            if not is_disk_error(error) or not name.startswith("visit"):
                raise
            if "login" in values:
                _keep(path, name, values)

    return write_or_keep


def lose_some(record: Callable[..., None]) -> Callable[..., None]:
    """Decorate `record_event`: an event of LOSABLE that cannot be written is counted instead."""

    @wraps(record)
    def record_or_count(state: Any, subject: str, what: str, *objects: str) -> None:
        try:
            record(state, subject, what, *objects)
        except (sqlite3.OperationalError, OSError) as error:
            if not is_disk_error(error) or what not in LOSABLE:
                raise
            _lost[state.home.state] += 1

    return record_or_count


def _keep(path: Path, name: str, values: Mapping[str, object]) -> None:
    waiting = _waiting.setdefault(path, {})
    key = (name, values["login"])
    waiting.pop(key, None)
    waiting[key] = (name, values)
    while len(waiting) > MOST_WAITING:
        waiting.pop(next(iter(waiting)))


@contextmanager
def _open_snapshot(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield the state as it stands in memory, with what waits for the disk.

    Raises sqlite3.Error when the file cannot be read either.
    """
    with closing(sqlite3.connect(":memory:")) as copy:
        if path.exists():
            _copy_into(path, copy)
        copy.executescript((SQL / "state.sql").read_text(encoding="utf-8"))
        for name, values in list(_waiting.get(path, {}).values()):
            copy.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"), values)
        copy.row_factory = sqlite3.Row
        yield copy


def _copy_into(path: Path, copy: sqlite3.Connection) -> None:
    """Copy a state file and its log into memory.

    NOTE: SQLite reads a log only where it may write beside it, and without it the last changes of
    the list of users would be missing.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as file:
            file.backup(copy)
        return
    elsewhere = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="caunoi-", dir=elsewhere) as folder:
        for each in (path, log):
            copyfile(each, Path(folder) / each.name)
        with closing(sqlite3.connect(Path(folder) / path.name)) as file:
            file.backup(copy)
