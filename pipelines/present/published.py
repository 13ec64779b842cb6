"""Published figures beside ours in, the table with each difference and the sentence about them out.

A row has: figure, label_vi, label_en, unit, period, published, qualifier, computed, state (agrees, differs, claim),
source.
"""

from typing import Any

import polars as pl

from pipelines.catalog import Language, units
from pipelines.present import display, spans
from pipelines.present.text import say

COLUMNS = ("figure", "what", "period", "published", "computed", "difference", "verdict", "source")


def table(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a published figure, as text."""
    heads = {say(f"published.column_{c}", language): pl.String for c in COLUMNS}
    return pl.DataFrame([_row(r, language) for r in frame.to_dicts()], schema=heads, orient="row")


def _row(r: dict[str, Any], language: Language) -> list[str]:
    unit = units()[r["unit"]].label.of(language) if r["unit"] in units() else r["unit"]
    said = display.qualified(display.number(r["published"], language), r["qualifier"], language)
    ours = display.number(r["computed"], language, _decimals(r["computed"]))
    gap = (
        ""
        if r["published"] is None or r["computed"] is None
        else display.signed(r["computed"] - r["published"], language)
    )
    words = [r["figure"], r[f"label_{language}"], _when(r["period"], language), f"{said} {unit}", ours, gap]
    return [*words, say(f"published.{r['state']}", language), r["source"]]


def _decimals(value: float | None) -> int:
    return 0 if value is None or float(value).is_integer() else 2


def _when(period: str | None, language: Language) -> str:
    return spans.span(period, language) if period else ""


def finding(frame: pl.DataFrame, language: Language) -> str:
    """How many published figures ours agree with."""
    compared = frame.filter(pl.col("state") != "claim")
    agree = compared.filter(pl.col("state") == "agrees").height
    values = {"n": display.number(agree, language), "whole": display.number(compared.height, language)}
    return say("published.title", language, **values)
