"""Kill an ingest at random instants: no receipt is lost, none doubled, no return half kept.

`python -m tests.store.crash --kills 500` runs the long form; test_crash.py a short one.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines.store.archive import Archive
from pipelines.store.ledger import Ledger
from tests.intake.ingest.sample_files import File, desk, file
from tests.intake.validation.sample_returns import filled

BATCH = 3
KILLS_PER_HOME = 50
LONGEST_LIFE = 0.25


def worker(home: Path) -> None:
    """Receive return after return, from the last acknowledged on; acknowledge each on the disk."""
    mine = desk(home)
    at = len(acknowledged(home))
    mine.receive([sent(number) for number in range(max(0, at - 2 * BATCH), at)])
    with (home / "acknowledged").open("a") as log:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            files = [sent(number) for number in range(at, at + BATCH)]
            for outcome in mine.receive(files):
                log.write(json.dumps([at, outcome.submission]) + "\n")
                at += 1
            log.flush()
            os.fsync(log.fileno())


def sent(number: int) -> File:
    """The return with this number: its own period and values, so that each can be told apart."""
    period = f"{1990 + number // 4 % 36}-Q{number % 4 + 1}"
    return file(filled("B", period, only=("b20", "b21"), b20=number, b21=number))


def acknowledged(home: Path) -> list[tuple[int, str]]:
    """Number and receipt of every return somebody was given a receipt for."""
    log = home / "acknowledged"
    whole = log.read_text().rpartition("\n")[0] if log.exists() else ""
    return [tuple(json.loads(line)) for line in whole.splitlines()]


def kill_once(home: Path, chance: random.Random, longest: float = LONGEST_LIFE) -> None:
    """Start a worker, let it work for a moment, kill it."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "POLARS_MAX_THREADS": "1",
    }
    command = [sys.executable, "-m", "tests.store.crash", "--worker", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, longest))
        process.send_signal(signal.SIGKILL)


def lost_doubled_halved(home: Path) -> tuple[int, int, int]:
    """How many receipts are gone, returns stand twice, and returns lack rows or bytes."""
    ledger, archive = Ledger(home), Archive(home)
    faults = ledger.verify()
    assert faults == [], faults
    submissions = ledger.frame("submissions")
    receipts = set(submissions["submission"])
    lost = sum(receipt not in receipts for _, receipt in acknowledged(home))
    doubled = submissions.height - submissions["canonical_sha256"].n_unique()
    values = dict(ledger.frame("values").group_by("submission").len().iter_rows())
    lines = dict(ledger.frame("records").group_by("submission").len().iter_rows())
    whole = {(2, len(sent(0).ret.records))}
    halved = sum((values.get(r, 0), lines.get(r, 0)) not in whole for r in receipts)
    halved += sum(not archive.read_account(digest) for digest in submissions["file_sha256"])
    return lost, doubled, halved


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", type=Path)
    given = parser.parse_args()
    if given.worker:
        worker(given.worker)
    chance = random.Random(given.seed)
    result, receipts = (0, 0, 0), 0
    for start in range(0, given.kills, KILLS_PER_HOME):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            for _ in range(min(KILLS_PER_HOME, given.kills - start)):
                kill_once(home, chance)
            result = tuple(a + b for a, b in zip(result, lost_doubled_halved(home), strict=True))
            receipts += len(acknowledged(home))
    sys.stdout.write(
        f"{given.kills} kills, {receipts} receipts: lost, doubled, halved = {result}\n"
    )
    sys.exit(result != (0, 0, 0))


if __name__ == "__main__":
    main()
