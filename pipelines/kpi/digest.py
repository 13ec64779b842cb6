"""A frame in, a short hash out: printed by the screen and by a notebook, equal when both hold the same answer."""

import hashlib

import polars as pl

#: Digits that count: sums of floats differ in the last ones from run to run.
DIGITS = 9
LENGTH = 8


def digest(frame: pl.DataFrame) -> str:
    """Eight hexadecimal digits over column names and rows, in whatever order the rows came."""
    lines = sorted("\t".join(_plain(v) for v in row) for row in frame.iter_rows())
    text = "\n".join(["\t".join(frame.columns), *lines])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:LENGTH]


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    return "" if value is None else str(value)
