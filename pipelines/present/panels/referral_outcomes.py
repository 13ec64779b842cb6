"""Counts of referrals by newest state in, stacked bars, waiting ranges and the table of steps out.

A row of `outcomes` has service, period or half, issued, attended, started, completed, and where the slips stand now:
going, arrived, waiting, refused, lost, dropped, transferred, which add up to issued with completed. A row of `waiting`
has service, n, median, p90.
"""

from datetime import date
from typing import Any

import polars as pl

from pipelines.catalog import Language, choices
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, text_table
from pipelines.present.charts import StackedRow, StagePart, Tone, ValueRange
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each

TONES: tuple[Tone, ...] = ("done", "going", "arrived", "waiting", "refused", "lost")
STEPS = ("issued", "attended", "started", "completed", "waiting")
#: A rate or a ninetieth percentile on fewer says nothing: the counts are written.
FEW = 5


def prepare_rows(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """The frame with a `name` for every row and the six shares of a bar; services without a slip are left out.

    Dropped counts with lost; what was passed on to another receiver had arrived.
    """
    services = choices("service")
    by = next(c for c in ("service", "half", "period") if c in frame.columns)
    names = [
        services[c].label.of(language) if c in services else periods.format_period(c, language)
        for c in frame[by].to_list()
    ]
    shares = {
        "done": pl.col("completed"),
        "arrived": pl.col("arrived") + pl.col("transferred"),
        "lost": pl.col("lost") + pl.col("dropped"),
    }
    named = frame.with_columns(pl.Series("name", names, dtype=pl.String))
    full = named.with_columns(**shares) if "completed" in frame.columns else named
    kept = full.filter(pl.col("issued" if "issued" in full.columns else "n").fill_null(0) > 0)
    return (
        kept.sort("issued", descending=True)
        if by == "service" and "issued" in kept.columns
        else kept
    )


def reason_for_none(frame: pl.DataFrame) -> str:
    """Which sentence tells that there is nothing to tell: no slip was written, they are hidden, or nobody reported."""
    states = set(frame["state"].to_list())
    if "reported" in states:
        return "none"
    return next((state for state in ("suppressed", "not_reported") if state in states), "none")


def draw_outcomes(
    frame: pl.DataFrame, column: str, language: Language, *, wide: int = 620
) -> ChartWithTable:
    """One bar a row on one scale; `column` heads the names in the table."""
    names = {tone: translate(f"referrals.{tone}", language) for tone in TONES}
    rows = [_outcome_row(r, names, language) for r in frame.to_dicts()]
    table = {
        column: [r.name for r in rows],
        translate("referrals.issued", language): _format_column(frame, "issued", language),
    }
    table |= {names[t]: _format_column(frame, t, language) for t in TONES}
    alt = translate(
        "referrals.alt", language, n=numbers.format_number(_column_total(frame, "issued"), language)
    )
    return ChartWithTable(charts.draw_stacked(rows, names, wide=wide), alt, pl.DataFrame(table))


def _outcome_row(r: dict[str, Any], names: dict[Tone, str], language: Language) -> StackedRow:
    total = translate(
        "referrals.slips",
        language,
        n=r["issued"],
        count=numbers.format_number(r["issued"], language),
    )
    parts = [(tone, int(r[tone] or 0)) for tone in TONES]
    return StackedRow(
        r["name"], total, tuple(_outcome_part(r, tone, n, names, language) for tone, n in parts)
    )


def _outcome_part(
    r: dict[str, Any], tone: Tone, n: int, names: dict[Tone, str], language: Language
) -> StagePart:
    values = {
        "name": r["name"],
        "stage": names[tone].lower(),
        "part": numbers.format_number(n, language),
    }
    return StagePart(
        tone,
        n,
        values["part"],
        translate(
            "referrals.hover",
            language,
            **values,
            whole=numbers.format_number(r["issued"], language),
        ),
    )


def _format_column(frame: pl.DataFrame, column: str, language: Language) -> list[str]:
    return (
        [numbers.format_number(v, language) for v in frame[column].to_list()]
        if frame.height
        else []
    )


def _column_total(frame: pl.DataFrame, column: str) -> int:
    return int(frame[column].sum() or 0) if frame.height else 0


def outcome_finding(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """Which service has the most referrals, and how they ended; `none` as `why_none` gives it, here and below."""
    if not _column_total(frame, "issued"):
        return translate(f"referrals.{none}", language)
    first = frame.sort("issued", descending=True).row(0, named=True)
    values = {
        k: numbers.format_number(first[k], language) for k in ("issued", "done", "going", "waiting")
    }
    return translate("referrals.finding", language, name=first["name"], **values)


def waiting_finding(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """How many of all are still without an answer."""
    return _format_totals("by_quarter", frame, language, none)


def referrals_title(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """The page's finding: arrived out of issued, and how many have had no answer."""
    return _format_totals("title", frame, language, none)


def _format_totals(key: str, frame: pl.DataFrame, language: Language, none: str) -> str:
    """The sentence about all referrals; where every one has had an answer, its twin that says so."""
    whole = {k: _column_total(frame, k) for k in ("issued", "attended", "waiting")}
    key = key if whole["waiting"] else f"{key}_answered"
    values = {k: numbers.format_number(v, language) for k, v in whole.items()}
    return translate(
        f"referrals.{key}" if whole["issued"] else f"referrals.{none}", language, **values
    )


def steps_table(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a service and one for all: the steps as counts, arrivals in percent (or as counts when few)."""
    rows = frame.to_dicts()
    whole = {
        "name": translate("referrals.all", language),
        **{s: _column_total(frame, s) for s in STEPS},
    }
    texts = [
        [
            r["name"],
            *(numbers.format_number(r[s], language) for s in STEPS),
            _format_share(r, language),
        ]
        for r in (*rows, whole)
    ]
    heads = ["service", *STEPS, "share"]
    return pl.DataFrame(
        texts, schema=translate_each("referrals.column_", heads, language), orient="row"
    )


def _format_share(r: dict[str, Any], language: Language) -> str:
    issued, attended = r["issued"] or 0, r["attended"] or 0
    if issued < FEW:
        return numbers.format_counts(attended, issued, language)
    return numbers.format_number(100 * attended / issued, language, 1)


def draw_waiting(frame: pl.DataFrame, language: Language, none: str = "none") -> ChartWithTable:
    """Days from referral to arrival: the median as a dot, nine of ten as a ring; too few arrivals have neither."""
    rows = frame.sort("median", descending=True, nulls_last=True).to_dicts()
    ranges = [_waiting_range(r, language, first=i == 0) for i, r in enumerate(rows)]
    table = pl.DataFrame(
        {
            translate("referrals.column_service", language): [r["name"] for r in rows],
            translate("referrals.column_arrived", language): [
                numbers.format_number(r["n"], language) for r in rows
            ],
            translate("referrals.column_median", language): [
                numbers.format_number(r["median"], language) for r in rows
            ],
            translate("referrals.column_p90", language): [
                numbers.format_number(r["p90"], language) for r in rows
            ],
        }
    )
    few = "waiting_few" if rows else "waiting_none" if none == "none" else none
    alt = translate(f"referrals.{few}", language)
    if rows and rows[0]["median"] is not None:
        longest = numbers.format_number(rows[0]["median"], language)
        alt = translate("referrals.waiting_finding", language, name=rows[0]["name"], n=longest)
    return ChartWithTable(charts.draw_ranges(ranges) if rows else charts.NOTHING, alt, table)


def _waiting_range(r: dict[str, Any], language: Language, *, first: bool) -> ValueRange:
    if r["median"] is None:
        few = translate("referrals.too_few", language, n=numbers.format_number(r["n"], language))
        hover = translate("referrals.waiting_hover_few", language, name=r["name"], few=few)
        return ValueRange(r["name"], None, "", None, "", hover, few)
    near, far = (
        numbers.format_number(r["median"], language),
        numbers.format_number(r["p90"], language),
    )
    values = {
        "name": r["name"],
        "near": near,
        "far": far,
        "n": numbers.format_number(r["n"], language),
    }
    near_text = (
        translate("referrals.median_days", language, n=f"<b>{near}</b>")
        if first
        else f"<b>{near}</b>"
    )
    far_text = translate("referrals.p90_days", language, n=far) if first else far
    hover = translate("referrals.waiting_hover", language, **values)
    return ValueRange(r["name"], r["median"], near_text, r["p90"], far_text, hover)


def founding_table(points: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a point, oldest date first, undated ones last: point, district, founded, launched, confidence.

    `points` has ward_name, district_name, founded and launched (dates or null), confidence (a code of the catalogue).
    """
    rows = sorted(
        points.to_dicts(),
        key=lambda r: (r["founded"] is None, r["founded"] or date.max, r["ward_name"]),
    )
    heads = translate_each(
        "points.column_", ("point", "district", "founded", "launched", "confidence"), language
    )
    return pl.DataFrame(
        [_founding_row(r, language) for r in rows],
        schema=dict.fromkeys(heads, pl.String),
        orient="row",
    )


def _founding_row(r: dict[str, Any], language: Language) -> list[str]:
    days = [
        periods.format_day(r[at], language) if r[at] else numbers.NOT_REPORTED
        for at in ("founded", "launched")
    ]
    known = choices("confidence")
    sure = (
        known[r["confidence"]].label.of(language)
        if r["confidence"] in known
        else numbers.NOT_REPORTED
    )
    return [r["ward_name"], r["district_name"], *days, sure]


def founding_finding(points: pl.DataFrame, language: Language) -> str:
    """How many points have a date, and how many of these are certain."""
    dated = points.filter(pl.col("founded").is_not_null())
    certain = dated.filter(pl.col("confidence") == "certain").height
    values = {
        "dated": numbers.format_number(dated.height, language),
        "whole": numbers.format_number(points.height, language),
    }
    return translate(
        "points.timeline", language, **values, certain=numbers.format_number(certain, language)
    )


def facility_table(points: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a supporting facility: its name and how many points it supports; the column `facility` holds its code."""
    known = choices("supporting_facility")
    counted = points["facility"].drop_nulls().value_counts().rows() if points.height else []
    heads = translate_each("points.column_", ("facility", "supported"), language)
    rows = [
        [known[c].label.of(language), numbers.format_number(n, language)]
        for c, n in sorted(counted)
        if c in known
    ]
    return text_table(heads, rows)
