"""The outcomes of referrals: stacked bars by newest state, waiting times and the table of steps.

A row of `outcomes` has service, period or half, issued, attended, started, completed, and where the
slips stand now: going, arrived, waiting, refused, lost, dropped, transferred, which add up to
issued with completed. A row of `waiting` has service, n, median, p90.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from pipelines.catalog import Language, choices
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, list_names, tabulate_items, text_table
from pipelines.present.charts import StackedRow, StagePart, Tone, ValueRange
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_by_name, translate_each

TONES: tuple[Tone, ...] = ("done", "going", "arrived", "waiting", "refused", "lost")
STEPS = ("issued", "attended", "started", "completed", "waiting")
#: A rate or a ninetieth percentile on fewer says nothing: the counts are written.
FEW = 5


def prepare_rows(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return the frame with a `name` for every row and the six shares of a bar.

    Services without a slip are left out. Dropped counts with lost; what was passed on to another
    receiver had arrived.
    """
    by = next(column for column in ("service", "half", "period") if column in frame.columns)
    names = [_row_name(code, language) for code in frame[by].to_list()]
    rows = frame.with_columns(pl.Series("name", names, dtype=pl.String))
    if "completed" in rows.columns:
        rows = rows.with_columns(
            done=pl.col("completed"),
            arrived=pl.col("arrived") + pl.col("transferred"),
            lost=pl.col("lost") + pl.col("dropped"),
        )
    if "issued" not in rows.columns:
        return rows.filter(pl.col("n").fill_null(0) > 0)
    rows = rows.filter(pl.col("issued").fill_null(0) > 0)
    return rows.sort("issued", descending=True) if by == "service" else rows


def _row_name(code: str, language: Language) -> str:
    """Name a service or a period."""
    services = choices("service")
    if code in services:
        return services[code].label.of(language)
    return periods.format_period(code, language)


def reason_for_none(frame: pl.DataFrame) -> str:
    """Return why there is nothing to draw: `none` were written, or the state of the returns."""
    states = set(frame["state"].to_list())
    if "reported" in states:
        return "none"
    for state in ("suppressed", "not_reported"):
        if state in states:
            return state
    return "not_applicable"


def draw_outcomes(
    frame: pl.DataFrame, column: str, language: Language, *, wide: int = 620
) -> ChartWithTable:
    """Draw one bar a row on one scale; `column` heads the names in the table."""
    names = translate_by_name("referrals.", TONES, language)
    rows = [_outcome_row(row, names, language) for row in frame.to_dicts()]
    table = {
        column: list_names(rows),
        translate("referrals.issued", language): _format_column(frame, "issued", language),
    }
    for tone, name in names.items():
        table[name] = _format_column(frame, tone, language)
    total = numbers.format_number(_column_total(frame, "issued"), language)
    alt = translate("referrals.alt", language, n=total)
    return ChartWithTable(charts.draw_stacked(rows, names, wide=wide), alt, pl.DataFrame(table))


def _outcome_row(r: dict[str, Any], names: dict[Tone, str], language: Language) -> StackedRow:
    total = translate(
        "referrals.slips",
        language,
        n=r["issued"],
        count=numbers.format_number(r["issued"], language),
    )
    parts = []
    for tone in TONES:
        count = int(r[tone] or 0)
        parts.append(_outcome_part(r, tone, count, names, language))
    return StackedRow(r["name"], total, tuple(parts))


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
    if frame.is_empty():
        return []
    return [_format_days(value, language) for value in frame[column].to_list()]


def _format_days(value: float | None, language: Language) -> str:
    """Write a count of days: a median may lie half a day between two."""
    if value is None:
        return numbers.NOT_REPORTED
    return numbers.format_trimmed(value, language, 1)


def _column_total(frame: pl.DataFrame, column: str) -> int:
    return int(frame[column].sum() or 0) if frame.height else 0


def _column_totals(frame: pl.DataFrame, columns: Iterable[str]) -> dict[str, int]:
    return {column: _column_total(frame, column) for column in columns}


def outcome_finding(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """Write which service has the most referrals, and how they ended.

    `none` is what `reason_for_none` returns, here and below.
    """
    if not _column_total(frame, "issued"):
        return translate(f"referrals.{none}", language)
    first = frame.sort("issued", descending=True).row(0, named=True)
    values = {n: numbers.format_number(first[n], language) for n in ("issued", "done")}
    key = "referrals.finding" if first["done"] else "referrals.finding_none"
    text = translate(key, language, name=first["name"], **values)
    for stage in ("going", "waiting"):
        if first[stage]:
            count = numbers.format_number(first[stage], language)
            text += translate(f"referrals.finding_{stage}", language, n=count)
    return text


def format_arrived(frame: pl.DataFrame, language: Language) -> str:
    """Write how many of all referrals have reached the service; empty when there are none."""
    issued = _column_total(frame, "issued")
    if not issued:
        return ""
    return numbers.format_fraction(_column_total(frame, "attended"), issued, language)


def waiting_finding(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """Write how many of all are still without an answer."""
    return _format_totals("by_quarter", frame, language, none)


def referrals_title(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """Write the page's finding: arrived out of issued, and how many have had no answer."""
    return _format_totals("title", frame, language, none)


def _format_totals(key: str, frame: pl.DataFrame, language: Language, none: str) -> str:
    """Write the sentence about all referrals; another one where every one has had an answer."""
    totals = _column_totals(frame, ("issued", "attended", "waiting"))
    if not totals["issued"]:
        key = none
    elif not totals["waiting"]:
        key = f"{key}_answered"
    values = {count: numbers.format_number(total, language) for count, total in totals.items()}
    return translate(f"referrals.{key}", language, **values)


def steps_table(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a service and one for all; none without a referral.

    Steps are counts, arrivals in percent (or counts when there are few).
    """
    if frame.is_empty():
        return frame
    total = {**_column_totals(frame, STEPS), "name": translate("referrals.all", language)}
    rows = [_steps_row(row, language) for row in (*frame.to_dicts(), total)]
    heads = translate_each("referrals.column_", ("service", *STEPS, "share"), language)
    return pl.DataFrame(rows, schema=heads, orient="row")


def _steps_row(r: dict[str, Any], language: Language) -> list[str]:
    counts = [numbers.format_number(r[step], language) for step in STEPS]
    return [r["name"], *counts, _format_share(r, language)]


def _format_share(r: dict[str, Any], language: Language) -> str:
    issued, attended = r["issued"] or 0, r["attended"] or 0
    if issued < FEW:
        return numbers.format_counts(attended, issued, language)
    return numbers.format_number(100 * attended / issued, language, 1)


def draw_waiting(frame: pl.DataFrame, language: Language, none: str = "none") -> ChartWithTable:
    """Draw the days from referral to arrival: the median as a dot, nine of ten as a ring.

    Too few arrivals have neither.
    """
    frame = frame.sort("median", descending=True, nulls_last=True)
    rows = frame.to_dicts()
    table = {translate("referrals.column_service", language): [row["name"] for row in rows]}
    for head, column in (("arrived", "n"), ("median", "median"), ("p90", "p90")):
        name = translate(f"referrals.column_{head}", language)
        table[name] = _format_column(frame, column, language)
    figure = charts.NOTHING
    if rows:
        ranges = [_waiting_range(row, language, first=i == 0) for i, row in enumerate(rows)]
        figure = charts.draw_ranges(ranges)
    return ChartWithTable(figure, _longest_finding(rows, language, none), pl.DataFrame(table))


def _longest_finding(rows: list[dict[str, Any]], language: Language, none: str) -> str:
    """Write which service has the longest median, or why none has one."""
    if not rows:
        key = "waiting_none" if none == "none" else none
        return translate(f"referrals.{key}", language)
    longest = rows[0]
    if longest["median"] is None:
        return translate("referrals.waiting_few", language)
    days = _format_days(longest["median"], language)
    return translate("referrals.waiting_finding", language, name=longest["name"], n=days)


def _waiting_range(r: dict[str, Any], language: Language, *, first: bool) -> ValueRange:
    if r["median"] is None:
        few = translate("referrals.too_few", language, n=numbers.format_number(r["n"], language))
        hover = translate("referrals.waiting_hover_few", language, name=r["name"], few=few)
        return ValueRange(r["name"], None, "", None, "", hover, few)
    near = _format_days(r["median"], language)
    far = _format_days(r["p90"], language)
    arrived = numbers.format_number(r["n"], language)
    hover = translate(
        "referrals.waiting_hover", language, name=r["name"], near=near, far=far, n=arrived
    )
    near_text, far_text = f"<b>{near}</b>", far
    if first:
        near_text = translate("referrals.median_days", language, n=near_text)
        far_text = translate("referrals.p90_days", language, n=far)
    return ValueRange(r["name"], r["median"], near_text, r["p90"], far_text, hover)


def _founding_order(point: dict[str, Any]) -> tuple[bool, date, str]:
    """Return the sort key of a point: dated ones first, then by date and ward."""
    founded = point["founded"]
    return founded is None, founded or date.max, point["ward_name"]


def founding_table(points: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a point, oldest date first, undated ones last.

    `points` has ward_name, district_name, founded and launched (dates or null), and confidence (a
    code of the catalogue); the columns of the table are the same.
    """
    rows = sorted(points.to_dicts(), key=_founding_order)
    heads = translate_each(
        "points.column_", ("point", "district", "founded", "launched", "confidence"), language
    )
    return tabulate_items(heads, rows, _founding_row, language)


def _founding_row(r: dict[str, Any], language: Language) -> list[str]:
    founded = _format_day(r["founded"], language)
    launched = _format_day(r["launched"], language)
    confidence = numbers.NOT_REPORTED
    known = choices("confidence")
    if r["confidence"] in known:
        confidence = known[r["confidence"]].label.of(language)
    return [r["ward_name"], r["district_name"], founded, launched, confidence]


def _format_day(day: date | None, language: Language) -> str:
    return periods.format_day(day, language) if day else numbers.NOT_REPORTED


def founding_finding(points: pl.DataFrame, language: Language) -> str:
    """Write how many points have a date, and how many of these are certain."""
    dated = points.filter(pl.col("founded").is_not_null())
    if dated.is_empty():
        return translate("points.timeline_none", language)
    certain = dated.filter(pl.col("confidence") == "certain").height
    return translate(
        "points.timeline",
        language,
        dated=numbers.format_number(dated.height, language),
        whole=numbers.format_number(points.height, language),
        certain=numbers.format_number(certain, language),
    )


def facility_table(points: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a supporting facility: its name and how many points it supports.

    The column `facility` of `points` holds its code.
    """
    known = choices("supporting_facility")
    counted = []
    if points.height:
        counts = points["facility"].drop_nulls().value_counts()
        counted = sorted(counts.rows())
    heads = translate_each("points.column_", ("facility", "supported"), language)
    rows = []
    for code, count in counted:
        if code in known:
            name = known[code].label.of(language)
            supported = numbers.format_number(count, language)
            rows.append([name, supported])
    return text_table(heads, rows)
