"""Places compared in, the funnel, the ranks and the sentences of a fair comparison out."""

from typing import Any

import polars as pl

from pipelines.catalog import Kpi, Language, Text, measures
from pipelines.kpi.comparison import PlaceComparison
from pipelines.kpi.trend import TrendYears
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, text_table
from pipelines.present.charts import FunnelLimits, FunnelPoint, PlaceInterval
from pipelines.present.format import numbers
from pipelines.present.i18n import has_text as has
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import KpiResult, points_by_place, read_result, unit_label

#: How far out a position lies.
FAR = {"inside": 0, "above": 1, "below": 1, "far_above": 2, "far_below": 2}
#: Places a picture of intervals shows; more stand in the table only.
MOST = 32
YEARS = 5
#: Places named in a title.
NAMED = 3


def place_results(fair: PlaceComparison) -> list[KpiResult]:
    """Every place's answer, with its position among `at`."""
    return [read_result(row, fair.kpi.code) for row in fair.places.to_dicts()]


def draw_place_funnel(fair: PlaceComparison, level: str, language: Language) -> ChartWithTable:
    """Every place by its base and value inside the limits of chance; nothing to draw where a reason stands."""
    rows = [a for a in place_results(fair) if a.is_known and a.at["position"]]
    table = rank_table(fair, level, language)
    if fair.reason or not rows:
        return ChartWithTable({"data": [], "layout": {}}, format_reason(fair, language), table)
    marks = points_by_place(rows, language, column=level)
    dots = [
        FunnelPoint(m, a.denominator or 0, FAR[str(a.at["position"])])
        for m, a in zip(marks, rows, strict=True)
    ]
    level_words = translate(
        "card.mean", language, value=_format_axis_value(fair.kpi, fair.common, language)
    )
    figure = charts.draw_funnel(
        dots,
        _make_limits(fair.edges, language),
        fair.common,
        lambda v: _format_axis_value(fair.kpi, v, language, trimmed=True),
        (base_label(fair.kpi, language), level_words),
        counts=lambda v: numbers.format_number(v, language),
    )
    return ChartWithTable(figure, list_outside(fair, level, language), table)


def _make_limits(edges: pl.DataFrame, language: Language) -> FunnelLimits:
    columns = {name: tuple(edges[name].to_list()) for name in edges.columns}
    near, far = (columns["low"], columns["high"]), (columns["far_low"], columns["far_high"])
    return FunnelLimits(
        columns["base"],
        near,
        far,
        (numbers.format_percent(95, language, 0), numbers.format_percent(99.8, language)),
    )


def _format_axis_value(kpi: Kpi, value: float, language: Language, *, trimmed: bool = False) -> str:
    if not trimmed:
        return numbers.format_kpi_value(kpi, value, language)
    sign = "" if kpi.unit != "percent" else f"{numbers.NBSP}%" if language == "vi" else "%"
    return numbers.format_trimmed(value, language, 3) + sign


def base_label(kpi: Kpi, language: Language) -> str:
    """What the sizes under the funnel count."""
    parts = [_measure_label(code, language) for code in kpi.denominators]
    return " + ".join(parts)


def _measure_label(code: str, language: Language) -> str:
    if code in measures():
        return measures()[code].label.of(language)
    return (
        translate(f"definitions.counted_{code}", language)
        if has(f"definitions.counted_{code}")
        else code
    )


def counted_label(kpi: Kpi) -> Text:
    """The name of what is counted above the line; the figure's own where it has no base."""
    known = [measures()[code].label for code in kpi.numerators if code in measures()]
    if kpi.kind == "sum" or not known:
        return kpi.label
    return Text(" + ".join(t.vi for t in known), " + ".join(t.en for t in known))


def counted_unit(kpi: Kpi) -> str:
    """The unit of what is counted above the line."""
    known = [measures()[code].unit for code in kpi.numerators if code in measures()]
    return kpi.unit if kpi.kind == "sum" or not known else known[0]


def funnel_finding(fair: PlaceComparison, level: str, language: Language) -> str:
    """How many places lie outside the limits of chance, at 99.8 % first."""
    if fair.reason:
        return format_reason(fair, language)
    positions = [p for p in fair.places["position"].to_list() if p]
    far, near = (sum(FAR[p] == n for p in positions) for n in (2, 1))
    values = {
        "whole": numbers.format_number(len(positions), language),
        "level": translate(f"level.{level}", language),
    }
    if not far and not near:
        return translate("fair.finding_none", language, kpi=fair.kpi.label.of(language), **values)
    key = "fair.finding_far" if far else "fair.finding_near"
    return translate(
        key,
        language,
        kpi=fair.kpi.label.of(language),
        n=numbers.format_number(far or near, language),
        **values,
    )


def list_outside(fair: PlaceComparison, level: str, language: Language) -> str:
    """The places outside the limits by name and value, the farthest first."""
    if fair.reason:
        return format_reason(fair, language)
    common = _format_axis_value(fair.kpi, fair.common, language)
    out = _sort_outside(fair)
    if not out:
        return translate("fair.all_inside", language, common=common)
    named = [f"{a.at[f'{level}_name']} ({a.format_value(language)})" for a in out[:NAMED]]
    more = translate("fair.and_more", language, n=len(out) - NAMED) if len(out) > NAMED else ""
    return translate("fair.outside", language, names=", ".join(named) + more, common=common)


def _sort_outside(fair: PlaceComparison) -> list[KpiResult]:
    far = [(a, FAR.get(str(a.at["position"]), 0)) for a in place_results(fair)]
    return [
        a for a, f in sorted(far, key=lambda p: (-p[1], -abs((p[0].value or 0) - fair.common))) if f
    ]


def list_striking(fair: PlaceComparison, level: str, most: int) -> tuple[str, ...]:
    """The places worth setting side by side: those outside the limits, else the first and the last of the ranks."""
    if fair.reason:
        return ()
    ordered = [
        a for a in sorted(place_results(fair), key=lambda a: a.at["rank"] or 0) if a.at["rank"]
    ]
    chosen = _sort_outside(fair)[:most]
    if len(chosen) < 2:
        chosen = [ordered[0], ordered[-1]]
    wanted = {str(a.at[level]) for a in chosen}
    return tuple(str(a.at[level]) for a in ordered if str(a.at[level]) in wanted)


def format_reason(fair: PlaceComparison, language: Language) -> str:
    """Why places are not set side by side."""
    return translate(f"fair.reason_{fair.reason}", language, kpi=fair.kpi.label.of(language))


def list_notes(fair: PlaceComparison, language: Language) -> list[str]:
    """How the limits were made: exact for small places, widened where places differ more than chance."""
    if fair.reason:
        return []
    told = [translate(f"fair.method_{fair.method}", language)]
    if fair.spread.is_applied:
        told.append(
            translate(
                "fair.widened", language, phi=numbers.format_number(fair.spread.phi, language, 1)
            )
        )
    missing = fair.places.height - fair.places["position"].drop_nulls().len()
    if missing:
        told.append(translate("fair.missing", language, n=missing))
    return told


def rank_table(fair: PlaceComparison, level: str, language: Language) -> pl.DataFrame:
    """One row a place, highest first: rank, place, value, 95 % interval, the ranks it may have, its group."""
    heads = ["rank", level, "value", "base", "interval", "span", "group"]
    ordered = sorted(place_results(fair), key=lambda a: (a.at["rank"] is None, a.at["rank"] or 0))
    names = [
        translate(f"fair.column_{h}", language)
        if h != level
        else translate(f"column.{level}", language)
        for h in heads
    ]
    rows = [_rank_row(a, level, language) for a in ordered]
    return text_table(names, rows)


def ranked_codes(fair: PlaceComparison, level: str) -> list[str]:
    """The codes of the places in the order of `ranks`."""
    return [
        str(a.at[level])
        for a in sorted(
            place_results(fair), key=lambda a: (a.at["rank"] is None, a.at["rank"] or 0)
        )
    ]


def _rank_row(a: KpiResult, level: str, language: Language) -> list[str]:
    at: dict[str, Any] = a.at
    name = str(at[f"{level}_name"])
    if at["rank"] is None:
        return ["", name, a.format_value(language), a.format_base(language), "", "", ""]
    low, high = (_format_axis_value(a.kpi, at[end], language) for end in ("low", "high"))
    first, last = (numbers.format_number(at[end], language) for end in ("first", "last"))
    span = first if first == last else f"{first}–{last}"
    group = translate(f"fair.group_{at['position']}", language)
    return [
        numbers.format_number(at["rank"], language),
        name,
        a.format_value(language),
        a.format_base(language),
        f"{low}–{high}",
        span,
        group,
    ]


def draw_place_intervals(
    fair: PlaceComparison, level: str, language: Language, *, left: int = 130
) -> ChartWithTable:
    """Values with their intervals, highest first; with more than MOST places only the table."""
    rows = sorted((a for a in place_results(fair) if a.at["rank"]), key=lambda a: int(a.at["rank"]))
    table = rank_table(fair, level, language)
    if fair.reason or len(rows) > MOST:
        return ChartWithTable(
            {"data": [], "layout": {}}, funnel_finding(fair, level, language), table
        )
    marks = points_by_place(rows, language, column=level)
    drawn = [
        PlaceInterval(m, a.at["low"], a.at["high"], FAR[str(a.at["position"])] > 0)
        for m, a in zip(marks, rows, strict=True)
    ]
    text = translate(
        "card.mean", language, value=_format_axis_value(fair.kpi, fair.common, language)
    )
    return ChartWithTable(
        charts.draw_intervals(drawn, fair.common, text, left=left),
        rank_finding(fair, language),
        table,
    )


def rank_finding(fair: PlaceComparison, language: Language) -> str:
    """How far ranks go: how many places may hold the first rank."""
    if fair.reason:
        return format_reason(fair, language)
    firsts = [f for f in fair.places["first"].to_list() if f is not None]
    values = {
        "n": numbers.format_number(sum(f == 1 for f in firsts), language),
        "whole": numbers.format_number(len(firsts), language),
    }
    return translate("fair.ranks", language, **values)


def format_trend(told: TrendYears, kpi: Kpi, language: Language) -> str:
    """The trend mark in words, or why there is none."""
    values = {"kpi": kpi.label.of(language), "unit": unit_label(kpi, language), "need": YEARS}
    years = told.years[-YEARS:]
    span = {
        "first": years[0] if years else "",
        "last": years[-1] if years else "",
        "n": len(told.years),
    }
    if told.reason:
        return translate(f"trend.{told.reason}", language, **values, **span)
    chi2 = numbers.format_number(told.chi2, language, 1)
    return translate(f"trend.{told.direction}", language, **values, **span, chi2=chi2)
