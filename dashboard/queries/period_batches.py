"""One question put for every quarter (half, year) of the data at once, and the answer to one period cut out of it.

All steps together take the warehouse hardly longer than one, and a reader who looks at one asks for the next. Cutting
changes nothing: every bucket of time is answered on its own, over the places in force when the question ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.kpi.query import TIMES
from pipelines.reference.periods import QUARTERS, Span, Step, parse_period

_TIMES: dict[str, Step] = {"period": "quarter", **TIMES}


@dataclass(frozen=True)
class PeriodBatch:
    """What to ask instead, `by` and `period`, and which rows of it answer: those of `buckets` in column `time`."""

    by: tuple[str, ...]
    period: str
    time: str
    buckets: tuple[str, ...]
    #: The reader asked for one period whole and gets no column of time.
    one: bool

    def select_rows(self, found: pl.DataFrame) -> pl.DataFrame:
        """The rows that were asked for, as a question of their own would have given them."""
        if self.one:
            return found.filter(pl.col(self.time) == self.buckets[0]).drop(self.time)
        return found.filter(pl.col(self.time).is_in(self.buckets))


def batch_periods(
    by: tuple[str, ...], period: str, data: Span, changes: Sequence[date]
) -> PeriodBatch | None:
    """How to ask for all steps of `data` at once; None for a span that is no step of it.

    `changes` are the days on which places began or ended: no step beyond the next change is asked along, since the
    places of a question are those in force at its end.
    """
    span = parse_period(period)
    time = next((b for b in by if b in _TIMES), "")
    step = _TIMES.get(time) or next((s for s, n in QUARTERS.items() if n == len(span)), None)
    if step is None or span.finer:
        return None
    change = min((day for day in changes if day > span.end), default=date.max)
    every = [s for s in data.split_into(step) if s.end < change]
    wanted = tuple(s.code for s in (span.split_into(step) if time else [span]))
    if not set(wanted) <= {s.code for s in every}:
        return None
    whole = Span(data.first, every[-1].last).code
    return PeriodBatch(by if time else (*by, step), whole, time or step, wanted, one=not time)
