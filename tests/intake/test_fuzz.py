"""A short run of tests/intake/fuzz.py, which says how to run the long one."""

import pytest

from tests.intake.fuzz import run

pytestmark = pytest.mark.slow


def test_no_spoilt_file_raises_hangs_or_gives_a_wrong_number() -> None:
    tally = run(400, seed=20261126)
    assert tally.faults == []
    assert tally.taken > 40
    assert tally.numbers > 1000
