"""Escaping of the texts of a frame for a spreadsheet: formulas and what would be obeyed."""

import polars as pl

from pipelines.present.format.escaping import (
    FORMULA_STARTS,
    OBEYED,
    PLAIN_NUMBER,
)

#: The pattern as Polars reads it, which knows no halves of characters and holds none.
_OBEYED = OBEYED.replace("\ud800-\udfff", "")


def escape_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Escape every text of the frame."""
    texts = frame.select(pl.col(pl.String)).columns
    return frame.with_columns(_escape_expression(pl.col(name)).alias(name) for name in texts)


def _escape_expression(text: pl.Expr) -> pl.Expr:
    formula = pl.any_horizontal(map(text.str.starts_with, FORMULA_STARTS))
    number = text.str.contains(f"^(?:{PLAIN_NUMBER})$")
    shown = text.str.replace_all(_OBEYED, "�")
    return pl.when(formula & ~number).then(pl.lit("'") + shown).otherwise(shown)
