"""The inbox, watched: files that stand still long enough are received, the others are left alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from pipelines.intake.ingest.file_away import remove_expired
from pipelines.intake.ingest.ingest import OnFault, receive_files
from pipelines.intake.ingest.result import IngestResult
from pipelines.intake.ingest.source_files import FileStamp, iter_source_paths
from pipelines.settings import Settings
from pipelines.store.paths import DataPaths, ensure_dir

#: A CSV has no end mark: only time tells that nobody is writing any more.
CSV_SETTLE_FACTOR = 12
POLL_SECONDS = 1.0
DAY_SECONDS = 86_400.0


@dataclass
class SettledFiles:
    """Which files have not changed for long enough; `clock` is monotonic, never the time a file claims."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[FileStamp, float]] = field(default_factory=dict)
    _handled: dict[Path, FileStamp] = field(default_factory=dict)

    def find_settled(self, paths: list[Path]) -> list[Path]:
        """Those of `paths` that were the same all the while; the rest is remembered for next time."""
        now = self.clock()
        seen = {}
        for path in paths:
            mark = _read_stamp(path)
            if mark is not None:
                before = self._seen.get(path)
                seen[path] = before if before and before[0] == mark else (mark, now)
        self._seen = seen
        self._handled = {
            path: mark
            for path, mark in self._handled.items()
            if path in seen and seen[path][0] == mark
        }
        waited = (
            path for path, (_, since) in seen.items() if now - since >= self._settle_seconds(path)
        )
        return [path for path in waited if path not in self._handled]

    def handle(self, paths: list[Path]) -> None:
        """Leave these alone as long as they stay the same: what was said of them is said once."""
        self._handled |= {path: self._seen[path][0] for path in paths}

    def _settle_seconds(self, path: Path) -> float:
        return self.seconds if path.suffix.lower() == ".xlsx" else self.seconds * CSV_SETTLE_FACTOR


@dataclass
class Watch:
    """The inbox of one home, looked at again and again; whatever goes wrong on the way is told, once, and goes by."""

    settings: Settings
    on_outcomes: Callable[[list[IngestResult]], None]
    #: Told an error and the file's name; an empty name where no one file is to blame.
    on_trouble: OnFault

    def __post_init__(self) -> None:
        self._settled = SettledFiles(self.settings.limits.settle_seconds)
        self._cleaned = -DAY_SECONDS
        self._told = ""

    def look(self) -> None:
        """Receive what has settled, and once a day remove what has been kept long enough; raises nothing."""
        self._guard(self._expire)
        if self._guard(self._receive):
            self._told = ""

    def _receive(self) -> None:
        ready = self._settled.find_settled(
            list(iter_source_paths(ensure_dir(DataPaths(self.settings.home).incoming)))
        )
        if not ready:
            return
        outcomes: list[IngestResult] = []
        try:
            outcomes.extend(receive_files(ready, self.settings, on_fault=self.on_trouble))
            self._settled.handle(ready)
        finally:
            # NOTE: also of what was received before the disk was full: a receipt is told and counted.
            if outcomes:
                self.on_outcomes(outcomes)

    def _expire(self) -> None:
        if time.monotonic() - self._cleaned >= DAY_SECONDS:
            self._cleaned = time.monotonic()
            remove_expired(self.settings, datetime.now(UTC))

    def _guard(self, act: Callable[[], None]) -> bool:
        """Do it; False when it failed. The same error, second after second, is told once."""
        try:
            act()
        except Exception as error:  # whatever it is: the next file is waiting
            said = f"{type(error).__name__} {error}"
            if said != self._told:
                self._told = said
                self.on_trouble(error, "")
            return False
        return True


def watch_folder(
    settings: Settings,
    stop: SimpleQueue[int],
    on_results: Callable[[list[IngestResult]], None] = lambda outcomes: None,
    on_error: OnFault = lambda error, name: None,
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Receive what settles in the inbox until `stop` holds something; a busy or full store leaves files where they are.

    `on_trouble` is told what goes wrong, with the name of the file where it is one file's. Once a day what has been
    kept long enough is removed.

    NOTE: a signal comes at any instant, also in the middle of the wait. A SimpleQueue may be filled then; an Event,
    whose lock the wait holds for a moment, stands still for ever, and so does a timed `get` of a SimpleQueue
    that finds its time already over. Asleep, nothing is held.
    """
    watching = Watch(settings, on_results, on_error)
    while True:
        watching.look()
        if _is_stopped(stop, poll_seconds):
            return


def _is_stopped(stop: SimpleQueue[int], seconds: float) -> bool:
    if stop.empty():
        time.sleep(seconds)
    try:
        stop.get_nowait()
    except Empty:
        return False
    return True


def _read_stamp(path: Path) -> FileStamp | None:
    try:
        return FileStamp.from_stat(path.lstat())
    except OSError:
        return None
