"""Kill -9 at random instants of a build: the build before answers, the next one holds everything.

`python -m tests.warehouse.crash --kills 500` runs the long form; test_crash.py a short one.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipelines.store.paths import DataPaths
from pipelines.warehouse.start import batches_behind, build_if_behind
from tests.warehouse.sample_home import answers, register, say, settings

LONGEST_LIFE = 0.6


def worker(home: Path, number: int) -> None:
    """Say number after number and build each, until killed."""
    while True:
        say(home, number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        build_if_behind(settings(home))
        number += 1


def kill_once(home: Path, number: int, chance: random.Random) -> int:
    """Start a worker, kill it while it builds; the highest number it had said by then."""
    command = [
        sys.executable,
        "-m",
        "tests.warehouse.crash",
        "--worker",
        str(home),
        "--number",
        str(number),
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        process.send_signal(signal.SIGKILL)
        lines = (first + process.stdout.read()).decode().rpartition("\n")[0].split()
    return int(lines[-1])


def prepared(home: Path) -> int:
    """A home with teams and a first build of the number 1."""
    register(home)
    say(home, 1)
    build_if_behind(settings(home))
    return answers(home)


def wrong(home: Path, before: int, chance: random.Random) -> tuple[int, list[str]]:
    """Kill a build that stood at `before`; return the number then answered, and the faults."""
    said = kill_once(home, before + 1, chance)
    seen, faults = answers(home), []
    if not before <= seen <= said + 1:
        faults.append(f"after the kill {seen} answered, not {before} to {said}")
    build_if_behind(settings(home))
    now = answers(home)
    if not said <= now <= said + 1 or batches_behind(settings(home)):
        faults.append(f"after recovery {now} answered, not {said}")
    faults += [
        f"{path.name} was left"
        for path in DataPaths(home).builds.iterdir()
        if path.suffix in (".tmp", ".part")
    ]
    return now, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", type=Path)
    parser.add_argument("--number", type=int, default=1)
    given = parser.parse_args()
    if given.worker:
        worker(given.worker, given.number)
    chance, faults = random.Random(given.seed), []
    with tempfile.TemporaryDirectory() as folder:
        number = prepared(Path(folder))
        for _ in range(given.kills):
            number, found = wrong(Path(folder), number, chance)
            faults += found
    sys.stdout.write(
        f"{given.kills} kills of a build, {number} numbers built: "
        f"{len(faults)} faults {faults[:5]}\n"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
