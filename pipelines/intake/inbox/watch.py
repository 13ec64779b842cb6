"""The inbox, watched: files that stand still long enough are received, the others are left alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from pipelines.errors import StoreError
from pipelines.intake.inbox.aside import expire
from pipelines.intake.inbox.door import Mark, entries
from pipelines.intake.inbox.ingest import ingest
from pipelines.intake.inbox.outcome import Outcome
from pipelines.settings import Settings
from pipelines.store.home import Home, made

#: A CSV has no end mark: only time tells that nobody is writing any more.
CSV_SETTLE_FACTOR = 12
POLL_SECONDS = 1.0
DAY_SECONDS = 86_400.0


@dataclass
class Settled:
    """Which files have not changed for long enough; `clock` is monotonic, never the time a file claims."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[Mark, float]] = field(default_factory=dict)

    def ready(self, paths: list[Path]) -> list[Path]:
        """Those of `paths` that were the same all the while; the rest is remembered for next time."""
        now = self.clock()
        seen = {}
        for path in paths:
            mark = _mark(path)
            if mark is not None:
                before = self._seen.get(path)
                seen[path] = before if before and before[0] == mark else (mark, now)
        self._seen = seen
        return [path for path, (_, since) in seen.items() if now - since >= self._wait(path)]

    def _wait(self, path: Path) -> float:
        return self.seconds if path.suffix.lower() == ".xlsx" else self.seconds * CSV_SETTLE_FACTOR


def watch(
    settings: Settings,
    stop: SimpleQueue[int],
    on_outcomes: Callable[[list[Outcome]], None] | None = None,
    on_trouble: Callable[[StoreError], None] | None = None,
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Receive what settles in the inbox until `stop` holds something; a busy or full store leaves files where they are.

    Once a day what has been kept long enough is removed.

    NOTE: a signal comes at any instant, also in the middle of the wait. A SimpleQueue may be filled then; an Event,
    whose lock the wait holds for a moment, stands still for ever, and so does a timed `get` of a SimpleQueue
    that finds its time already over. Asleep, nothing is held.
    """
    inbox = made(Home(settings.home).incoming)
    settled, cleaned = Settled(settings.limits.settle_seconds), -DAY_SECONDS
    while True:
        if time.monotonic() - cleaned >= DAY_SECONDS:
            expire(settings, datetime.now(UTC))
            cleaned = time.monotonic()
        ready = settled.ready(list(entries(inbox)))
        try:
            outcomes = ingest(ready, settings) if ready else []
        except StoreError as error:
            outcomes = []
            if on_trouble:
                on_trouble(error)
        if outcomes and on_outcomes:
            on_outcomes(outcomes)
        if _told(stop, poll_seconds):
            return


def _told(stop: SimpleQueue[int], seconds: float) -> bool:
    if stop.empty():
        time.sleep(seconds)
    try:
        stop.get_nowait()
    except Empty:
        return False
    return True


def _mark(path: Path) -> Mark | None:
    try:
        return Mark.of(path.lstat())
    except FileNotFoundError:
        return None
