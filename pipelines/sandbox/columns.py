"""Write a column of a message shortly, and read it back: equal neighbours once, texts as one text.

Nearly all columns of a workbook repeat one value for many rows or are short texts. JSON goes
through every value of a list: a thousand texts cost more than one text of all of them.
"""

from collections.abc import Callable, Sequence
from itertools import chain, groupby, repeat
from typing import Any

#: A shorter column is written as it is.
LONG = 32
#: A column is written as runs when each stands for at least so many values.
MEAN_RUN = 4
#: More rows than any workbook has: runs may not ask for more memory than that.
MAX_ROWS = 2_000_000
#: Control characters between joined texts, and in place of one that is None.
_BETWEEN, _NONE = "\x1f", "\x00"
RUNS, TEXTS = "runs", "texts"


class MalformedColumn(ValueError):
    """The column is none that `pack_column` writes."""


def pack_column(values: Sequence[Any]) -> Any:
    """Return a column as a list, as `{"runs": [values, counts]}` or as `{"texts": text}`."""
    if len(values) < LONG:
        return values
    first = values[0]
    if type(first) is str and values.count(first) == len(values):
        return {RUNS: [[first], [len(values)]]}
    kinds = set(map(type, values))
    has_blanks = type(None) in kinds
    kinds.discard(type(None))
    # NOTE: 1, 1.0 and True are equal, and so are 0.0 and -0.0; as runs they would become one.
    if len(kinds) > 1 or float in kinds:
        return values
    if _are_runs_long(values[:LONG]):
        runs = _list_runs(values)
        if MEAN_RUN * len(runs) <= len(values):
            return {RUNS: list(zip(*runs, strict=True))}
    joined = _join_texts(values, has_blanks) if str in kinds else None
    return values if joined is None else {TEXTS: joined}


def _list_runs(values: Sequence[Any]) -> list[tuple[Any, int]]:
    """Return the value of each run of equal neighbours, and how many there are of it."""
    return [(value, len(list(run))) for value, run in groupby(values)]


def _are_runs_long(values: Sequence[Any]) -> bool:
    return MEAN_RUN * len(list(groupby(values))) <= len(values)


def _join_texts(values: Sequence[Any], has_blanks: bool) -> str | None:
    """Return texts and None as one text; None when one holds what stands between them."""
    blanks = values.count(None) if has_blanks else 0
    texts = [_NONE if value is None else value for value in values] if blanks else values
    joined = _BETWEEN.join(texts)
    has_marks = joined.count(_BETWEEN) != len(values) - 1
    return None if has_marks or joined.count(_NONE) != blanks else joined


def unpack_column(column: Any, check: Callable[[list[Any]], list[Any]]) -> list[Any]:
    """Return the values of a column; `check` returns what it is given, or raises.

    Raises MalformedColumn for what is no column.
    """
    if type(column) is list:
        return check(column)
    if type(column) is not dict or len(column) != 1:
        raise MalformedColumn("column")
    ((way, content),) = column.items()
    if way == TEXTS and type(content) is str:
        return _split_texts(content, check)
    if way == RUNS and type(content) is list and len(content) == 2:
        return _repeat_values(content[0], content[1], check)
    raise MalformedColumn("column")


def _split_texts(joined: str, check: Callable[[list[Any]], list[Any]]) -> list[Any]:
    texts: list[Any] = joined.split(_BETWEEN)
    if _NONE in joined:
        texts = [None if text == _NONE else text for text in texts]
    return check(texts)


def _repeat_values(values: Any, counts: Any, check: Callable[[list[Any]], list[Any]]) -> list[Any]:
    if type(values) is not list or type(counts) is not list or len(values) != len(counts):
        raise MalformedColumn("runs")
    if set(map(type, counts)) - {int} or min(counts, default=1) < 1:
        raise MalformedColumn("runs")
    if sum(counts) > MAX_ROWS:
        raise MalformedColumn("too long")
    return list(chain.from_iterable(map(repeat, check(values), counts)))
