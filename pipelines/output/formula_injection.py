"""Escaping of text that a spreadsheet would run as a formula (CWE-1236); numbers stay numbers."""

import re

import polars as pl

#: What Excel, LibreOffice and Google Sheets may read as the start of a formula, in ASCII and
#: full-width forms.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+\-−]?\d+([.,]\d+)*(\s?%)?")


def escape_formula(text: str) -> str:
    """Put an apostrophe before text that begins like a formula; negative numbers are kept."""
    if not text.startswith(_STARTS) or _NUMBER.fullmatch(text):
        return text
    return "'" + text


def escape_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Escape every text of the frame."""
    texts = frame.select(pl.col(pl.String)).columns
    return frame.with_columns(_escape_expression(pl.col(name)).alias(name) for name in texts)


def _escape_expression(text: pl.Expr) -> pl.Expr:
    formula = pl.any_horizontal(map(text.str.starts_with, _STARTS))
    number = text.str.contains(f"^(?:{_NUMBER.pattern})$")
    return pl.when(formula & ~number).then(pl.lit("'") + text).otherwise(text)
