"""Files cut or damaged on the way: none is taken for whole.

CAUNOI_FULL=1 tries every prefix and many more flips.
"""

import os
import random

import pytest

from pipelines.spreadsheet.gate import inspect_file, read_workbook
from pipelines.spreadsheet.limits import ReaderLimits
from tests.intake.bad_inputs.base import good

FULL = bool(os.environ.get("CAUNOI_FULL"))
FLIPS = 6_000 if FULL else 300
LIMITS = ReaderLimits()


def test_no_prefix_of_a_workbook_is_taken() -> None:
    data = good()
    lengths = (
        range(len(data)) if FULL else [*range(0, len(data), 97), *range(len(data) - 60, len(data))]
    )
    assert [n for n in lengths if inspect_file(data[:n], "a.xlsx", LIMITS).kind] == []


def test_a_damaged_workbook_is_refused_or_reads_as_before() -> None:
    data = good()
    truth = cells(data)
    chance = random.Random(20_240_301)
    for _ in range(FLIPS):
        spoilt = bytearray(data)
        for _ in range(chance.randint(1, 3)):
            spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        seen = cells(bytes(spoilt))
        assert seen is None or seen == truth


@pytest.mark.parametrize("seed", range(3 if not FULL else 30))
def test_rubbish_with_the_right_first_bytes_is_refused(seed: int) -> None:
    rubbish = random.Random(seed).randbytes(5_000)
    assert inspect_file(b"PK\x03\x04" + rubbish, "a.xlsx", LIMITS).kind is None


def cells(data: bytes) -> dict[str, dict[tuple[int, int], object]] | None:
    verdict = inspect_file(data, "a.xlsx", LIMITS)
    if verdict.kind is None:
        return None
    book, _ = read_workbook(data, verdict, LIMITS)
    return {
        sheet.name: {at: cell.value for at, cell in sheet.cells.items()} for sheet in book.sheets
    }
