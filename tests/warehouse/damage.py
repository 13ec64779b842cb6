"""Builds and pointers damaged at random: the newest whole build answers, doctor names the fault.

`python -m tests.warehouse.damage --damages 200` runs the long form; test_builds.py a short one.
"""

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

from pipelines.store.integrity_check import examine_home
from pipelines.store.paths import DataPaths
from pipelines.warehouse import build
from tests.warehouse.sample_home import answers, register, say, settings

VERSIONS = 3


def prepared(home: Path) -> Path:
    """A home with three builds, of the numbers 1 to 3."""
    register(home)
    for number in range(1, VERSIONS + 1):
        say(home, number)
        build.build_warehouse(settings(home))
    return home


def damage(path: Path, chance: random.Random) -> str:
    """Flip a bit, cut, fill with zeros or rubbish, or take away; what was done."""
    data = bytearray(path.read_bytes())
    at, how = (
        chance.randrange(len(data)),
        chance.choice(["flip", "cut", "zeros", "rubbish", "gone"]),
    )
    block = slice(at, at + 4096)
    if how == "flip":
        data[at] ^= 1 << chance.randrange(8)
    elif how == "cut":
        del data[at:]
    elif how == "zeros":
        data[block] = bytes(len(data[block]))
    elif how == "rubbish":
        data[block] = chance.randbytes(len(data[block]))
    path.unlink()
    if how != "gone":
        path.write_bytes(bytes(data))
    return how


def wrong(sound: Path, chance: random.Random) -> list[str]:
    """Damage a copy of a home with three builds; what then goes wrong."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(sound, home)
        newest = sorted(DataPaths(home).builds.glob("warehouse-*.duckdb"))[-1]
        pointer = DataPaths(home).builds / "current.json"
        path = chance.choice([newest, newest, pointer])
        before = path.read_bytes()
        how = damage(path, chance)
        if path.exists() and path.read_bytes() == before:
            return []
        seen, expected = answers(home), VERSIONS if path == pointer else VERSIONS - 1
        named = any(fault.code.startswith("doctor-") for fault in examine_home(settings(home)))
        # NOTE: a flipped bit in the pointer's white space or in an unchecked field leaves it true.
        unnoticed = [] if named or path == pointer else [f"{path.name} {how}: doctor says nothing"]
        return unnoticed + ([] if seen == expected else [f"{path.name} {how}: {seen} answered"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--damages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        sound = prepared(Path(folder) / "sound")
        faults = [fault for _ in range(given.damages) for fault in wrong(sound, chance)]
    sys.stdout.write(
        f"{given.damages} damaged builds and pointers: {len(faults)} faults {faults[:5]}\n"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
