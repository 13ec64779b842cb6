"""Kill a compaction before any of its steps on files: the ledger says what it said before.

`python -m tests.store.compaction_crash --kills 500` runs the long form; test_compaction.py a short
one.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pipelines.store.compaction as merging
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame
from tests.store.test_ledger import value

STEPS = ("open", "os.rename", "os.remove")
#: Batches merged once, then twice, and those that a third merge finds.
BATCHES = (6, 1, 4)


def fill(home: Path) -> int:
    """Make merged and new batches, so that a merge writes, replaces and removes; count them."""
    ledger = Ledger(home)
    number = 0
    for batches in BATCHES:
        if number:
            merging.compact_ledger(ledger)
        for _ in range(batches):
            number += 1
            rows = [list(value(number, submission=f"s{number}")) for _ in range(3)]
            for at, row in enumerate(rows):
                row[3] = f"D-0000{at}"
            ledger.append(LedgerBatch(values=to_frame("values", list(map(tuple, rows)))))
    return number


def compact_until(home: Path, step: int) -> int:
    """Compact, and die before this step on files of the home; return how many were done."""
    done = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal done
        if event in STEPS and str(home) in str(arguments[0]):
            done += 1
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    merging.compact_ledger(Ledger(home))
    return done


def kill_all(homes: list[Path]) -> None:
    """Fill one home, and for each kill leave a copy of it in which a compaction was killed."""
    # NOTE: rows are first touched in children: a fork of a process with Polars' threads may hang.
    sound = homes[0].with_name("sound")
    run_child(lambda: fill(sound))
    steps = int(run_child(lambda: count_steps(sound)))
    # NOTE: fewer kills than steps are spread over all of them, the last one included.
    stride = max((steps - 1) / max(len(homes) - 1, 1), 1.0)
    for number, home in enumerate(homes):
        shutil.copytree(sound, home)
        step = round(number * stride) % steps + 1
        run_child(lambda home=home, step=step: compact_until(home, step))


def count_steps(sound: Path) -> int:
    trial = sound.with_name("trial")
    shutil.copytree(sound, trial)
    return compact_until(trial, 0)


def run_child(work: Callable[[], int]) -> str:
    """Return what some work in a forked process answers; empty when it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writer, str(work()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as answer:
        return answer.read()


def find_faults(sound: Path, home: Path) -> list[str]:
    """Return what a killed compaction has changed: nothing, and the next one goes on."""
    before, after = Ledger(sound), Ledger(home)
    rows = before.frame("values")
    faults = [fault.subject for fault in after.verify()]
    if not after.frame("values").equals(rows):
        faults.append("rows")
    merging.compact_ledger(after)
    own = after.frame("values", reporters=["D-00001"])
    if not own.equals(rows.filter(reporter="D-00001")) or after.head() != before.head():
        faults.append("later")
    merging.undo_compaction(after)
    if not after.frame("values").equals(rows) or after.list_orphans():
        faults.append("undone")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="leave the killed homes here, unjudged")
    given = parser.parse_args()
    if given.folder:
        kill_all([given.folder / str(number) for number in range(given.kills)])
        return
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder) / str(number) for number in range(given.kills)]
        kill_all(homes)
        faults = [fault for home in homes for fault in find_faults(Path(folder) / "sound", home)]
    sys.stdout.write(f"{given.kills} kills: {faults or 'no fault'}\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
