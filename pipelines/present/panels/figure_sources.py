"""Where a figure comes from, in words and tables: what it counts, cells, gaps, changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.catalog import Kpi, Language, choices, fields, measures
from pipelines.present.chart_data import (
    ChartWithTable,
    DataPoint,
    points_table,
    tabulate_items,
    text_table,
)
from pipelines.present.charts import draw_changes
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import has_text, translate, translate_each
from pipelines.present.kpi_result import KpiResult, list_caveats, unit_label
from pipelines.present.panels import definitions
from pipelines.warehouse.facts import DERIVED_FIELDS

CELL_HEADS = ("ward", "district", "period", "side", "what", "value", "text", "file", "cell", "day")
VERSION_HEADS = ("at", "text", "value", "state", "file", "cell", "sender", "origin", "receipt")
CHANGE_HEADS = ("day", "cause", "side", "cells", "difference")
BRIDGE_HEADS = ("ward", "district", "period", "side", "before", "after", "difference", "cause")
#: Letters of a fingerprint that tell two files apart.
FINGERPRINT = 12
#: What names one cell.
CELL = ("side", "field", "reporter", "period")


def definition_table(a: KpiResult, place: str, language: Language) -> pl.DataFrame:
    """Return what the figure counts and does not, and what it is here: one row an item."""
    kpi = a.kpi
    asked = definitions.list_forms(kpi, language)
    items = {
        "definition": kpi.definition.of(language),
        "caveats": list_caveats(kpi, language),
        "formula": definitions.format_formula(kpi, language).replace("`", ""),
        "unit": unit_label(kpi, language),
        "forms": asked,
        "value": a.format_sentence(place, language)
        if not a.is_known
        else _write_value(a, language),
        "coverage": a.format_coverage(language),
        "model": definitions.describe_model(kpi, language),
    }
    rows = []
    for name, text in items.items():
        if text:
            rows.append((translate(f"lineage.item_{name}", language), text))
    return text_table(translate_each("lineage.column_", ("item", "words"), language), rows)


def _write_value(a: KpiResult, language: Language) -> str:
    return " · ".join(filter(None, (a.format_with_unit(language), a.format_base(language))))


def cell_finding(cells: pl.DataFrame, language: Language) -> str:
    """Write of how many cells the figure is made, and what they add up to."""
    if cells.is_empty():
        return translate("lineage.cells_none", language)
    sums = dict(cells.group_by("side").agg(pl.col("value").sum(), pl.len()).rows_by_key("side"))
    (above, count), *_ = sums.get("numerator", [(0, 0)])
    values = {"sum": _number(above, language), "n": _number(count, language)}
    if "denominator" not in sums:
        reporters = _number(cells["reporter"].n_unique(), language)
        return translate("lineage.cells", language, **values, reporters=reporters)
    below, base = sums["denominator"][0]
    more = {"base": _number(below, language), "m": _number(base, language)}
    return translate("lineage.cells_ratio", language, **values, **more)


def _number(value: float, language: Language) -> str:
    return numbers.format_number(value, language)


def select_shown(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the rows to show: who stands on no register counts 0 and has sent nothing."""
    if "submission" not in cells.columns or "file" not in cells.columns:
        return cells
    return cells.filter((pl.col("value") != 0) | (pl.col("submission").fill_null("") != ""))


def add_texts(cells: pl.DataFrame, versions: pl.DataFrame) -> pl.DataFrame:
    """Add the field of each cell and the text as it was sent."""
    named = cells.with_columns(field=pl.col("measure").replace(DERIVED_FIELDS))
    if versions.is_empty():
        return named.with_columns(text=pl.lit(""))
    key = [*CELL, "submission"]
    taken = versions.filter(pl.col("state") == "accepted")
    texts = taken.select(*key, "text").unique(key, keep="last")
    return named.join(texts, on=key, how="left", maintain_order="left")


def cell_table(cells: pl.DataFrame, language: Language, zone: ZoneInfo) -> pl.DataFrame:
    """Return one row a cell, return or slip that is counted."""
    rows = [_cell_row(row, language, zone) for row in cells.iter_rows(named=True)]
    return text_table(translate_each("lineage.column_", CELL_HEADS, language), rows)


def _cell_row(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> list[str]:
    received = row.get("received")
    return [
        row["ward_name"],
        row["district_name"] or "",
        periods.format_quarter_tick(row["period"], language),
        translate(f"lineage.side_{row['side']}", language),
        _name_measure(row, language),
        _number(row["value"], language),
        row.get("text") or "",
        row.get("file") or "",
        _format_cell(row),
        periods.format_day(received.astimezone(zone).date(), language) if received else "",
    ]


def _name_measure(row: Mapping[str, Any], language: Language) -> str:
    """Name what the row counts: a line of a form, a service, or a form that came."""
    code = str(row["measure"])
    if "service" in row:
        return choices("service")[row["service"]].label.of(language)
    if "form" in row:
        return translate(f"form.{row['form']}", language)
    return measures()[code].label.of(language) if code in measures() else code


def _format_cell(row: Mapping[str, Any]) -> str:
    if "referral" in row:
        return str(row["referral"])
    return "!".join(filter(None, (row.get("sheet"), row.get("cell"))))


def version_table(found: pl.DataFrame, language: Language, zone: ZoneInfo) -> pl.DataFrame:
    """Return one row a version of a cell: when, the text sent, what was taken, file and sender."""
    rows = [_version_row(row, language, zone) for row in found.iter_rows(named=True)]
    return text_table(translate_each("lineage.column_", VERSION_HEADS, language), rows)


def _version_row(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> list[str]:
    at: datetime = row["received"].astimezone(zone)
    state = "withdrawn" if row["withdrawn"] else row["state"]
    origin = f"lineage.origin_{row['origin']}"
    return [
        f"{periods.format_day(at.date(), language)} {at:%H:%M}",
        row["text"] or "",
        numbers.NOT_REPORTED if row["value"] is None else _number(row["value"], language),
        translate(f"lineage.state_{state}", language),
        row["file"] or "",
        _format_cell(row),
        row["sender"] or row["reporter"],
        translate(origin, language) if has_text(origin) else str(row["origin"]),
        f"{row['submission']} · {str(row['file_sha256'])[:FINGERPRINT]}",
    ]


def gap_finding(gaps: pl.DataFrame, language: Language) -> str:
    """Write how many values and returns the figure lacks, by reason."""
    if gaps.is_empty():
        return translate("lineage.complete", language)
    counts = dict.fromkeys(("not_sent", "blank", "blocked"), 0)
    counts.update(gaps.group_by("reason").len().rows())
    values = {reason: _number(count, language) for reason, count in counts.items()}
    return translate("lineage.gaps", language, **values)


def gap_table(gaps: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a missing return or cell, newest quarter first."""
    heads = translate_each(
        "lineage.column_", ("ward", "district", "period", "what", "why"), language
    )
    return tabulate_items(heads, gaps.to_dicts(), _gap_row, language)


def _gap_row(row: dict[str, Any], language: Language) -> list[str]:
    what = fields()[row["field"]].label.of(language) if row["field"] else ""
    return [
        row["ward_name"],
        row["district_name"] or "",
        periods.format_quarter_tick(row["period"], language),
        what or translate(f"form.{row['form']}", language),
        translate(f"lineage.why_{row['reason']}", language),
    ]


def change_finding(history: pl.DataFrame, language: Language) -> str:
    """Write what the numerator is made of by cause: in time, late, corrected, other."""
    own = history.filter(pl.col("side") == "numerator")
    sums = dict(own.group_by("cause").agg(pl.col("difference").sum()).rows())
    total = _number(sum(sums.values()), language)
    parts: list[str] = []
    for cause in ("on_time", "late", "corrected", "other"):
        if sums.get(cause):
            number = _signed(sums[cause], language) if parts else _number(sums[cause], language)
            parts.append(translate(f"lineage.part_{cause}", language, n=number))
    if not parts:
        return translate("lineage.no_change", language)
    return translate("lineage.changes", language, sum=total, parts="; ".join(parts))


def _signed(value: float, language: Language) -> str:
    return numbers.format_difference(value, language)


def draw_history(history: pl.DataFrame, language: Language) -> ChartWithTable:
    """Return bars that add up to the numerator: in time, late, corrected, other, and the sum."""
    own = history.filter(pl.col("side") == "numerator")
    sums = dict(own.group_by("cause").agg(pl.col("difference").sum()).rows())
    changes = {cause: sums.get(cause, 0) for cause in ("on_time", "late", "corrected", "other")}
    return _draw_sums("", 0, changes, language)


def draw_bridge(found: pl.DataFrame, before: KpiResult, language: Language) -> ChartWithTable:
    """Return bars from the numerator of that day to today's: new, gone and corrected cells."""
    own = found.filter(pl.col("side") == "numerator")
    sums = {
        "new": _add_up(own.filter(pl.col("before").is_null())),
        "gone": _add_up(own.filter(pl.col("after").is_null())),
    }
    sums["corrected"] = _add_up(own) - sum(sums.values())
    return _draw_sums("then", before.numerator or 0, sums, language)


def _add_up(found: pl.DataFrame) -> float:
    return float(sum(found["difference"]))


def _draw_sums(
    start: str, value: float, changes: Mapping[str, float], language: Language
) -> ChartWithTable:
    """Return bars from `value`, named by `start`, through changes that are not 0, to the sum."""
    marks = [_step_mark(start, value, _number(value, language), language)] if start else []
    for cause, change in changes.items():
        if change:
            marks.append(_step_mark(cause, change, _signed(change, language), language))
    whole = value + sum(changes.values())
    marks.append(_step_mark("whole", whole, _number(whole, language), language))
    cause, difference = translate_each("lineage.column_", ("cause", "difference"), language)
    figure = draw_changes(marks, frozenset({"then", "whole"}))
    return ChartWithTable(figure, difference, points_table(marks, cause, difference))


def _step_mark(cause: str, value: float, text: str, language: Language) -> DataPoint:
    name = translate("lineage.whole" if cause == "whole" else f"lineage.cause_{cause}", language)
    return DataPoint(name, value, text, f"{name}: {text}", code=cause)


def change_table(history: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a day, cause and side, and one with the sum of each side."""
    rows = [_change_row(row, language) for row in history.iter_rows(named=True)]
    sums = history.group_by("side", maintain_order=True).agg(pl.col("difference", "cells").sum())
    whole = translate("lineage.whole", language)
    for row in sums.iter_rows(named=True):
        side = translate(f"lineage.side_{row['side']}", language)
        cells, number = (_number(row[name], language) for name in ("cells", "difference"))
        rows.append([whole, "", side, cells, number])
    return text_table(translate_each("lineage.column_", CHANGE_HEADS, language), rows)


def _change_row(row: Mapping[str, Any], language: Language) -> list[str]:
    return [
        periods.format_day(row["day"], language) if row["day"] else "",
        translate(f"lineage.cause_{row['cause']}", language),
        translate(f"lineage.side_{row['side']}", language),
        "" if row["cells"] is None else _number(row["cells"], language),
        _signed(row["difference"], language),
    ]


def bridge_finding(
    found: pl.DataFrame, before: KpiResult, after: KpiResult, language: Language
) -> str:
    """Write how the figure has changed since the day looked back to, and in how many cells."""
    key = "lineage.bridge" if found.height else "lineage.bridge_none"
    values = {"a": before.format_value(language), "b": after.format_value(language)}
    return translate(key, language, **values, n=_number(found.height, language))


def bridge_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a cell that is new, gone or corrected since that day."""
    heads = translate_each("lineage.column_", BRIDGE_HEADS, language)
    return tabulate_items(heads, found.to_dicts(), _bridge_row, language)


def _bridge_row(row: dict[str, Any], language: Language) -> list[str]:
    before, after = (
        numbers.NOT_REPORTED if row[name] is None else _number(row[name], language)
        for name in ("before", "after")
    )
    return [
        row["ward_name"],
        row["district_name"] or "",
        periods.format_quarter_tick(row["period"], language),
        translate(f"lineage.side_{row['side']}", language),
        before,
        after,
        _signed(row["difference"], language),
        translate(f"lineage.cause_{row['cause']}", language),
    ]


def name_figure(kpi: Kpi, language: Language) -> str:
    """Return code and name of a figure, as a list offers it."""
    return f"{kpi.label.of(language)} · {kpi.code}"
