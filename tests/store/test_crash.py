"""A short run of tests/store/crash.py, which says how to run the long one."""

import random
from itertools import count
from pathlib import Path

import pytest

from tests.store.crash import acknowledged, kill_once, lost_doubled_halved

pytestmark = pytest.mark.slow


def test_killed_at_any_instant_no_receipt_is_lost_doubled_or_halved(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    for turn in count():
        if turn >= 4 and acknowledged(tmp_path):
            break
        # NOTE: on a busy machine a short life ends before the first receipt: later workers live
        # longer.
        kill_once(tmp_path, chance, longest=0.25 if acknowledged(tmp_path) else 0.25 * (turn + 1))
    assert lost_doubled_halved(tmp_path) == (0, 0, 0)
