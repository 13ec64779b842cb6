"""The search for personal data grows with the length of a text, not with its square."""

import time

import pytest

from pipelines.privacy import pii

#: A cell of Excel holds so many letters.
LONGEST = 32_767
UNITS = ("_", "a", "1", "1 ", "0 9 ", "Aa ", "a@", "sn ", "không ", "+84 9 ", "số 1/", ".")


def cost(text: str) -> float:
    """Seconds of computing."""
    begin = time.process_time()
    pii.find(text)
    return time.process_time() - begin


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_cell_costs_as_much_as_its_pieces(unit: str) -> None:
    short, whole = (unit * LONGEST)[:2_000], (unit * LONGEST)[:LONGEST]
    # Sixteen times as long; the square would be 256 times as much.
    assert cost(whole) < 80 * cost(short) + 0.2


@pytest.mark.parametrize(
    "hidden", ["nguyenvan@example.com", "0912 345 678", "sinh ngày 01/02/1990", "Nguyễn Văn An"]
)
@pytest.mark.parametrize("before", [0, 900, 990, 1_000, 5_000])
def test_nothing_is_overlooked_where_two_pieces_meet(hidden: str, before: int) -> None:
    filler = ("từ " * LONGEST)[:before]
    assert pii.find(f"{filler} {hidden} {'từ ' * 500}") == pii.find(hidden) is not None
