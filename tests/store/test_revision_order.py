"""Corrections may arrive in any order and any number of times: the result is the same."""

import random
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.store.latest_values import select_newest_values
from pipelines.store.schema import empty_frame, to_frame
from tests.intake.ingest.sample_files import newest, send, team
from tests.long_form import FULL

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

ORDERS = 1000 if FULL else 80
UNITS = [(f"D-{n:05d}", f"2022-Q{q}") for n in range(5) for q in (1, 2, 3)]


def corrections(order: list[tuple[str, str]]) -> pl.DataFrame:
    """Four versions of every unit's return, the nth with the value n, units in the order given."""
    at = datetime(2022, 10, 17, tzinfo=UTC)
    sent = dict.fromkeys(UNITS, 0)
    rows = []
    for seq, unit in enumerate(order, 1):
        sent[unit] += 1
        state = "blocked" if sent[unit] == 3 else "accepted"
        where = (
            *unit,
            "a04",
            str(sent[unit]),
            sent[unit],
            None,
            state,
            "final",
            "A",
            "E7",
            at,
            sent[unit],
        )
        rows.append((seq, f"s{seq}", "A", *where))
    return to_frame("values", rows).with_row_index("order")


def test_random_orders_end_the_same() -> None:
    order = UNITS * 4
    ends, chance = set(), random.Random(1)
    for _ in range(ORDERS):
        chance.shuffle(order)
        rows = corrections(order)
        end = select_newest_values(rows, empty_frame("decisions")).select(
            "reporter", "period", "value", "flagged"
        )
        ends.add(tuple(sorted(end.iter_rows())))
        assert rows.height == len(order)
    assert ends == {tuple(sorted((*unit, 4, False) for unit in UNITS))}


@pytest.mark.parametrize("seed", range(3))
def test_older_versions_that_come_again_change_nothing(tmp_path: Path, seed: int) -> None:
    versions = [team(a20=30 + n) for n in range(4)]
    for version in versions:
        send(tmp_path, version)
    again = versions * 2
    random.Random(seed).shuffle(again)
    assert all(outcome.known for outcome in send(tmp_path, *again))
    assert newest(tmp_path, "a20") == (33, False)
