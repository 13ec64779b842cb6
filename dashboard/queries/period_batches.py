"""Ask one question for every quarter (half, year) of the data at once, and cut one period out.

All steps together take the warehouse hardly longer than one, and a reader who looks at one asks for
the next. Cutting changes nothing: every bucket of time is answered on its own, over the places in
force when the question ends.
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
    """What to ask instead of one period, and which rows of the result are the answer."""

    by: tuple[str, ...]
    period: str
    #: The column of time, and its values that were asked for.
    time: str
    buckets: tuple[str, ...]
    #: The reader asked for one period whole and gets no column of time.
    one: bool

    def select_rows(self, found: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that a question of their own would have given."""
        if self.one:
            return found.filter(pl.col(self.time) == self.buckets[0]).drop(self.time)
        return found.filter(pl.col(self.time).is_in(self.buckets))

    def split_rows(self, found: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Return what `select_rows` would for each step, by its code: found once for all."""
        parts = found.partition_by(self.time, maintain_order=True, include_key=False, as_dict=True)
        return {str(step): rows for (step,), rows in parts.items()}


def batch_periods(
    by: tuple[str, ...], period: str, data: Span, changes: Sequence[date]
) -> PeriodBatch | None:
    """Return how to ask for all steps of `data` at once; None for a span that is no step of it.

    `changes` are the days on which places began or ended: no step beyond the next change is asked
    along, since the places of a question are those in force at its end.
    """
    span = parse_period(period)
    time = _find_time(by)
    step = _TIMES.get(time) or _step_of_length(len(span))
    if step is None or span.finer:
        return None
    steps = _list_steps(data, step, _next_change(span.end, changes))
    wanted = [part.code for part in span.split_into(step)] if time else [span.code]
    if not set(wanted).issubset(part.code for part in steps):
        return None
    whole = Span(data.first, steps[-1].last).code
    if time:
        return PeriodBatch(by, whole, time, tuple(wanted), one=False)
    return PeriodBatch((*by, step), whole, step, tuple(wanted), one=True)


def _next_change(day: date, changes: Sequence[date]) -> date:
    """Return the first of `changes` after a day; the end of time when there is none."""
    return min((change for change in changes if change > day), default=date.max)


def _list_steps(data: Span, step: Step, before: date) -> list[Span]:
    """List the steps of the data that end before a day."""
    return [part for part in data.split_into(step) if part.end < before]


def _find_time(by: tuple[str, ...]) -> str:
    """Return the first column of time; empty without one."""
    return next((column for column in by if column in _TIMES), "")


def _step_of_length(quarters: int) -> Step | None:
    """Return the step that is as many quarters long; None when there is none."""
    return next((step for step, length in QUARTERS.items() if length == quarters), None)
