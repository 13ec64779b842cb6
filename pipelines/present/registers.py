"""Rows of the register of points in, the table of foundings with the confidence of each date out."""

from datetime import date
from typing import Any

import polars as pl

from pipelines.catalog import Language, choices
from pipelines.present import display, spans
from pipelines.present.text import say


def timeline(points: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a point, oldest date first, undated ones last: point, district, founded, launched, confidence.

    `points` has ward_name, district_name, founded and launched (dates or null), confidence (a code of the catalogue).
    """
    rows = sorted(points.to_dicts(), key=lambda r: (r["founded"] is None, r["founded"] or date.max, r["ward_name"]))
    heads = [say(f"points.column_{h}", language) for h in ("point", "district", "founded", "launched", "confidence")]
    return pl.DataFrame([_row(r, language) for r in rows], schema=dict.fromkeys(heads, pl.String), orient="row")


def _row(r: dict[str, Any], language: Language) -> list[str]:
    days = [spans.day(r[at], language) if r[at] else display.NOT_REPORTED for at in ("founded", "launched")]
    known = choices("confidence")
    sure = known[r["confidence"]].label.of(language) if r["confidence"] in known else display.NOT_REPORTED
    return [r["ward_name"], r["district_name"], *days, sure]


def finding(points: pl.DataFrame, language: Language) -> str:
    """How many points have a date, and how many of these are certain."""
    dated = points.filter(pl.col("founded").is_not_null())
    certain = dated.filter(pl.col("confidence") == "certain").height
    values = {"dated": display.number(dated.height, language), "whole": display.number(points.height, language)}
    return say("points.timeline", language, **values, certain=display.number(certain, language))


def facilities(points: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a supporting facility: its name and how many points it supports; the column `facility` holds its code."""
    known = choices("supporting_facility")
    counted = points["facility"].drop_nulls().value_counts().rows() if points.height else []
    heads = [say(f"points.column_{h}", language) for h in ("facility", "supported")]
    rows = [[known[c].label.of(language), display.number(n, language)] for c, n in sorted(counted) if c in known]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
