"""Which form a table is does not depend on the order of a set."""

import os
import subprocess
import sys

import pytest

from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.parsing.single_form import detect_form
from pipelines.spreadsheet.model import Cell, Sheet

SEEDS = ("1", "2", "3", "4")


def table(*codes: str) -> FormTable:
    cells = {(row, 1): Cell("s", row, 1, "text", c, c) for row, c in enumerate(codes, start=2)}
    return FormTable(Sheet("s", cells=cells), "single", "", 1, {"code": 1}, ())


@pytest.mark.parametrize(
    ("codes", "form"),
    [
        (("a01", "a02", "b10"), "A"),
        (("a01", "b10", "b11"), "B"),
        (("a01", "b10"), "A"),
        (("b10", "a01"), "B"),
        (("x1",), ""),
    ],
)
def test_the_form_is_that_of_most_codes_and_else_of_the_topmost(
    codes: tuple[str, ...], form: str
) -> None:
    assert detect_form(table(*codes)) == form


def test_a_tie_is_settled_alike_in_every_process() -> None:
    program = (
        "from tests.intake.parsing.test_detect_form import table\n"
        "from pipelines.intake.parsing.single_form import detect_form\n"
        "print(detect_form(table('b10', 'a01')))"
    )
    forms = set()
    for seed in SEEDS:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True
        )
        forms.add(done.stdout.strip())
    assert forms == {"B"}
