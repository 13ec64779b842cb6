"""Answers as the figures give them, made by hand: small numbers, one row at a time."""

from collections.abc import Callable
from typing import Any

import pytest

from pipelines.present.kpi_result import KpiResult, read_result

Make = Callable[..., KpiResult]


@pytest.fixture
def make() -> Make:
    """`make("K01", 5, period="2022-Q1")`: a reported value; other states by name."""

    def made(
        code: str,
        value: float | None = None,
        *,
        state: str = "",
        of: tuple[float, float] | None = None,
        received: int = 9,
        **at: Any,
    ) -> KpiResult:
        known = state or ("reported" if value is not None else "not_reported")
        top, bottom = of or (value, None)
        row = {
            "value": value,
            "numerator": top,
            "denominator": bottom,
            "expected": 10,
            "received": received,
            "missing_by": {"blank": 0, "blocked": 0, "not_sent": 10 - received},
            "below_gate": received < 8,
            "qualifier": "=",
        }
        return read_result({**row, "state": known, "exactness": "exact", **at}, code)

    return made
