"""Damage at any place of the ledger is noticed, and never read as other numbers.

`CAUNOI_DAMAGES=200` runs the long form.
"""

import os
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import LedgerDamaged
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame

DAMAGES = int(os.environ.get("CAUNOI_DAMAGES", "20"))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sound")
    at = datetime(2022, 10, 17, tzinfo=UTC)
    for seq in range(4):
        rows = [
            (
                1,
                f"s{seq}",
                "A",
                f"D-{n:05d}",
                "2022-Q3",
                "a04",
                str(n),
                n,
                None,
                "accepted",
                "final",
                "A",
                "E7",
                at,
                1,
            )
            for n in range(50)
        ]
        Ledger(home).append(LedgerBatch(values=to_frame("values", rows)))
    return home


def damage(path: Path, chance: random.Random) -> None:
    """Flip a bit, cut the file, fill a stretch with zeros, or take it away."""
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data))
    how = chance.choice(["flip", "cut", "zeros", "gone"])
    if how == "flip":
        data[at] ^= 1 << chance.randrange(8)
    elif how == "cut":
        del data[at:]
    elif how == "zeros":
        data[at : at + 64] = b"\0" * len(data[at : at + 64])
    path.unlink()
    if how != "gone":
        path.write_bytes(bytes(data))


@pytest.mark.parametrize("seed", range(DAMAGES))
def test_every_damage_is_found_and_none_is_read_as_numbers(
    sound: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    home = tmp_path / "home"
    shutil.copytree(sound, home)
    path = chance.choice(
        [*sorted((home / "ledger").glob("*.parquet")), home / "ledger" / "sequence.jsonl"]
    )
    before = path.read_bytes()
    damage(path, chance)
    if path.exists() and path.read_bytes() == before:
        pytest.fail("this seed damages nothing")
    assert Ledger(home).verify() != []
    with pytest.raises(LedgerDamaged):
        Ledger(home).newest_values()
