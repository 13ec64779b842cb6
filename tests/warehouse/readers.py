"""Ten readers ask while builds are published: no error, no mixture, no stale answer.

`python -m tests.warehouse.readers --builds 60` runs the long form; test_readers.py a short one.
"""

import argparse
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.warehouse import build, publish
from tests.processes import PATIENCE
from tests.warehouse.sample_home import heard, register, say, settings

READERS = 10


@dataclass
class Seen:
    """What all readers saw together."""

    answers: int = 0
    mixed: int = 0
    #: Answers of an older build than the newest that was published when they were asked for.
    stale: int = 0
    #: The number of the newest build.
    newest: int = 1
    errors: list[str] = field(default_factory=list)
    #: When each number was first seen, and when it was published.
    first: dict[int, float] = field(default_factory=dict)
    published: dict[int, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def slowest(self) -> float:
        """Seconds from publication to the first reader's answer, the worst of all numbers."""
        return max(self.first.get(n, float("inf")) - at for n, at in self.published.items())


def read(home: Path, seen: Seen, stop: threading.Event) -> None:
    """Ask again and again, as a page does, the current build, opened once."""
    store: WarehouseReader | None = None
    while not stop.is_set():
        newest = seen.newest
        try:
            if store is None or store.name != publish.find_current_build(home).name:
                if store:
                    store.close()
                store = kpi.open_store(settings(home))
            numbers = heard(store)
        except Exception as error:
            seen.errors.append(repr(error))
            continue
        with seen.lock:
            seen.answers += 1
            seen.mixed += len(numbers) != 1
            seen.stale += max(numbers, default=0) < newest
            for number in numbers:
                seen.first.setdefault(number, time.monotonic())


def run(home: Path, builds: int, seconds: float, readers: int = READERS) -> Seen:
    """Publish `builds` builds, one every `seconds`, while the readers ask."""
    register(home)
    say(home, 1)
    build.build_warehouse(settings(home))
    seen, stop = Seen(), threading.Event()
    threads = [threading.Thread(target=read, args=(home, seen, stop)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for number in range(2, builds + 2):
        began = time.monotonic()
        say(home, number)
        build.build_warehouse(settings(home))
        seen.published[number], seen.newest = time.monotonic(), number
        time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    give_up = time.monotonic() + PATIENCE
    while builds + 1 not in seen.first and time.monotonic() < give_up:
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--builds", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen = run(Path(folder), given.builds, 1.0)
    told = f"{given.builds} builds, {READERS} readers, {seen.answers} answers: "
    told += f"{len(seen.errors)} errors, {seen.mixed} mixed, {seen.stale} stale"
    sys.stdout.write(f"{told}, newest seen after at most {seen.slowest:.2f} s {seen.errors[:2]}\n")
    sys.exit(bool(seen.errors or seen.mixed or seen.stale or seen.slowest > 2))


if __name__ == "__main__":
    main()
