"""Watch the inbox: receive files that stand still long enough, leave the others alone."""

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
    """Remember which files have not changed for long enough.

    `clock` is monotonic, never the time a file claims.
    """

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[FileStamp, float]] = field(default_factory=dict)
    _handled: dict[Path, FileStamp] = field(default_factory=dict)

    def find_settled(self, paths: list[Path]) -> list[Path]:
        """Return those of `paths` that were the same all the while; remember the rest."""
        now = self.clock()
        self._seen = self._read_stamps(paths, now)
        self._forget_changed()
        settled: list[Path] = []
        for path, (_, since) in self._seen.items():
            has_settled = now - since >= self._settle_seconds(path)
            if has_settled and path not in self._handled:
                settled.append(path)
        return settled

    def handle(self, paths: list[Path]) -> None:
        """Leave these alone as long as they stay the same: what was said of them is said once."""
        for path in paths:
            self._handled[path] = self._seen[path][0]

    def _read_stamps(self, paths: list[Path], now: float) -> dict[Path, tuple[FileStamp, float]]:
        """Map each path to its stamp and the time since when it has been the same."""
        seen = {}
        for path in paths:
            stamp = _read_stamp(path)
            if stamp is not None:
                before = self._seen.get(path, (None, now))
                seen[path] = (stamp, before[1] if before[0] == stamp else now)
        return seen

    def _forget_changed(self) -> None:
        """Forget the files that were handled and have changed or gone since."""
        current = {path: stamp for path, (stamp, _) in self._seen.items()}
        handled = self._handled.items()
        self._handled = {path: stamp for path, stamp in handled if current.get(path) == stamp}

    def _settle_seconds(self, path: Path) -> float:
        return self.seconds if path.suffix.lower() == ".xlsx" else self.seconds * CSV_SETTLE_FACTOR


@dataclass
class Watch:
    """Look at the inbox of one home again and again; what goes wrong is told once and goes by."""

    settings: Settings
    on_outcomes: Callable[[list[IngestResult]], None]
    #: Told an error and the file's name; an empty name where no one file is to blame.
    on_trouble: OnFault

    def __post_init__(self) -> None:
        self._settled = SettledFiles(self.settings.limits.settle_seconds)
        self._cleaned = -DAY_SECONDS
        self._told = ""

    def look(self) -> None:
        """Receive what has settled; once a day remove what has been kept long enough.

        Raises nothing.
        """
        self._guard(self._expire)
        if self._guard(self._receive):
            self._told = ""

    def _receive(self) -> None:
        inbox = ensure_dir(DataPaths(self.settings.home).incoming)
        ready = self._settled.find_settled(list(iter_source_paths(inbox)))
        if not ready:
            return
        outcomes: list[IngestResult] = []
        try:
            outcomes.extend(receive_files(ready, self.settings, on_fault=self.on_trouble))
            self._settled.handle(ready)
        finally:
            # NOTE: also what was received before the disk was full: a receipt is told and counted.
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
            text = f"{type(error).__name__} {error}"
            if text != self._told:
                self._told = text
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
    """Receive what settles in the inbox until `stop` holds something.

    A busy or full store leaves files where they are. `on_error` is told what goes wrong, with the
    name of the file where it is one file's. Once a day what has been kept long enough is removed.

    NOTE: a signal comes at any instant, also in the middle of the wait. A SimpleQueue may be filled
    then; an Event, whose lock the wait holds for a moment, stands still for ever, and so does a
    timed `get` of a SimpleQueue that finds its time already over. Asleep, nothing is held.
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
