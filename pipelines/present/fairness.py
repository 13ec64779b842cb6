"""Places compared in, the funnel, the ranks and the sentences of a fair comparison out."""

from typing import Any

import polars as pl

from pipelines.catalog import Kpi, Language, Text, measures
from pipelines.kpi.fair import Fair
from pipelines.kpi.trend import Years
from pipelines.present import charts, display
from pipelines.present.answers import Answer, answer, by_place, unit_of
from pipelines.present.charts import Dot, Edges, Whisker
from pipelines.present.marks import Picture
from pipelines.present.text import known as has
from pipelines.present.text import say

#: How far out a position lies.
FAR = {"inside": 0, "above": 1, "below": 1, "far_above": 2, "far_below": 2}
#: Places a picture of intervals shows; more stand in the table only.
MOST = 32
YEARS = 5
#: Places named in a title.
NAMED = 3


def found(fair: Fair) -> list[Answer]:
    """Every place's answer, with its position among `at`."""
    return [answer(row, fair.kpi.code) for row in fair.places.to_dicts()]


def funnel(fair: Fair, level: str, language: Language) -> Picture:
    """Every place by its base and value inside the limits of chance; nothing to draw where a reason stands."""
    rows = [a for a in found(fair) if a.known and a.at["position"]]
    table = ranks(fair, level, language)
    if fair.reason or not rows:
        return Picture({"data": [], "layout": {}}, reason(fair, language), table)
    marks = by_place(rows, language, column=level)
    dots = [Dot(m, a.denominator or 0, FAR[str(a.at["position"])]) for m, a in zip(marks, rows, strict=True)]
    level_words = say("card.mean", language, value=_value(fair.kpi, fair.common, language))
    figure = charts.funnel(
        dots,
        _edges(fair.edges, language),
        fair.common,
        lambda v: _value(fair.kpi, v, language, trimmed=True),
        (base_words(fair.kpi, language), level_words),
        counts=lambda v: display.number(v, language),
    )
    return Picture(figure, outside(fair, level, language), table)


def _edges(edges: pl.DataFrame, language: Language) -> Edges:
    columns = {name: tuple(edges[name].to_list()) for name in edges.columns}
    near, far = (columns["low"], columns["high"]), (columns["far_low"], columns["far_high"])
    return Edges(columns["base"], near, far, (display.percent(95, language, 0), display.percent(99.8, language)))


def _value(kpi: Kpi, value: float, language: Language, *, trimmed: bool = False) -> str:
    if not trimmed:
        return display.value(kpi, value, language)
    sign = "" if kpi.unit != "percent" else f"{display.NBSP}%" if language == "vi" else "%"
    return display.trimmed(value, language, 3) + sign


def base_words(kpi: Kpi, language: Language) -> str:
    """What the sizes under the funnel count."""
    parts = [_measure(code, language) for code in kpi.denominators]
    return " + ".join(parts)


def _measure(code: str, language: Language) -> str:
    if code in measures():
        return measures()[code].label.of(language)
    return say(f"definitions.counted_{code}", language) if has(f"definitions.counted_{code}") else code


def counted(kpi: Kpi) -> Text:
    """The name of what is counted above the line; the figure's own where it has no base."""
    known = [measures()[code].label for code in kpi.numerators if code in measures()]
    if kpi.kind == "sum" or not known:
        return kpi.label
    return Text(" + ".join(t.vi for t in known), " + ".join(t.en for t in known))


def counted_unit(kpi: Kpi) -> str:
    """The unit of what is counted above the line."""
    known = [measures()[code].unit for code in kpi.numerators if code in measures()]
    return kpi.unit if kpi.kind == "sum" or not known else known[0]


def finding(fair: Fair, level: str, language: Language) -> str:
    """How many places lie outside the limits of chance, at 99.8 % first."""
    if fair.reason:
        return reason(fair, language)
    positions = [p for p in fair.places["position"].to_list() if p]
    far, near = (sum(FAR[p] == n for p in positions) for n in (2, 1))
    values = {"whole": display.number(len(positions), language), "level": say(f"level.{level}", language)}
    if not far and not near:
        return say("fair.finding_none", language, kpi=fair.kpi.label.of(language), **values)
    key = "fair.finding_far" if far else "fair.finding_near"
    return say(key, language, kpi=fair.kpi.label.of(language), n=display.number(far or near, language), **values)


def outside(fair: Fair, level: str, language: Language) -> str:
    """The places outside the limits by name and value, the farthest first."""
    if fair.reason:
        return reason(fair, language)
    common = _value(fair.kpi, fair.common, language)
    out = _out(fair)
    if not out:
        return say("fair.all_inside", language, common=common)
    named = [f"{a.at[f'{level}_name']} ({a.text(language)})" for a in out[:NAMED]]
    more = say("fair.and_more", language, n=len(out) - NAMED) if len(out) > NAMED else ""
    return say("fair.outside", language, names=", ".join(named) + more, common=common)


def _out(fair: Fair) -> list[Answer]:
    far = [(a, FAR.get(str(a.at["position"]), 0)) for a in found(fair)]
    return [a for a, f in sorted(far, key=lambda p: (-p[1], -abs((p[0].value or 0) - fair.common))) if f]


def striking(fair: Fair, level: str, most: int) -> tuple[str, ...]:
    """The places worth setting side by side: those outside the limits, else the first and the last of the ranks."""
    if fair.reason:
        return ()
    ordered = [a for a in sorted(found(fair), key=lambda a: a.at["rank"] or 0) if a.at["rank"]]
    chosen = _out(fair)[:most]
    if len(chosen) < 2:
        chosen = [ordered[0], ordered[-1]]
    wanted = {str(a.at[level]) for a in chosen}
    return tuple(str(a.at[level]) for a in ordered if str(a.at[level]) in wanted)


def reason(fair: Fair, language: Language) -> str:
    """Why places are not set side by side."""
    return say(f"fair.reason_{fair.reason}", language, kpi=fair.kpi.label.of(language))


def notes(fair: Fair, language: Language) -> list[str]:
    """How the limits were made: exact for small places, widened where places differ more than chance."""
    if fair.reason:
        return []
    told = [say(f"fair.method_{fair.method}", language)]
    if fair.spread.applied:
        told.append(say("fair.widened", language, phi=display.number(fair.spread.phi, language, 1)))
    missing = fair.places.height - fair.places["position"].drop_nulls().len()
    if missing:
        told.append(say("fair.missing", language, n=missing))
    return told


def ranks(fair: Fair, level: str, language: Language) -> pl.DataFrame:
    """One row a place, highest first: rank, place, value, 95 % interval, the ranks it may have, its group."""
    heads = ["rank", level, "value", "base", "interval", "span", "group"]
    ordered = sorted(found(fair), key=lambda a: (a.at["rank"] is None, a.at["rank"] or 0))
    names = [say(f"fair.column_{h}", language) if h != level else say(f"column.{level}", language) for h in heads]
    rows = [_rank(a, level, language) for a in ordered]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def codes(fair: Fair, level: str) -> list[str]:
    """The codes of the places in the order of `ranks`."""
    return [str(a.at[level]) for a in sorted(found(fair), key=lambda a: (a.at["rank"] is None, a.at["rank"] or 0))]


def _rank(a: Answer, level: str, language: Language) -> list[str]:
    at: dict[str, Any] = a.at
    name = str(at[f"{level}_name"])
    if at["rank"] is None:
        return ["", name, a.text(language), a.base(language), "", "", ""]
    low, high = (_value(a.kpi, at[end], language) for end in ("low", "high"))
    first, last = (display.number(at[end], language) for end in ("first", "last"))
    span = first if first == last else f"{first}–{last}"
    group = say(f"fair.group_{at['position']}", language)
    return [
        display.number(at["rank"], language),
        name,
        a.text(language),
        a.base(language),
        f"{low}–{high}",
        span,
        group,
    ]


def whiskers(fair: Fair, level: str, language: Language, *, left: int = 130) -> Picture:
    """Values with their intervals, highest first; with more than MOST places only the table."""
    rows = sorted((a for a in found(fair) if a.at["rank"]), key=lambda a: int(a.at["rank"]))
    table = ranks(fair, level, language)
    if fair.reason or len(rows) > MOST:
        return Picture({"data": [], "layout": {}}, finding(fair, level, language), table)
    marks = by_place(rows, language, column=level)
    drawn = [
        Whisker(m, a.at["low"], a.at["high"], FAR[str(a.at["position"])] > 0) for m, a in zip(marks, rows, strict=True)
    ]
    text = say("card.mean", language, value=_value(fair.kpi, fair.common, language))
    return Picture(charts.whiskers(drawn, fair.common, text, left=left), rank_finding(fair, language), table)


def rank_finding(fair: Fair, language: Language) -> str:
    """How far ranks go: how many places may hold the first rank."""
    if fair.reason:
        return reason(fair, language)
    firsts = [f for f in fair.places["first"].to_list() if f is not None]
    values = {
        "n": display.number(sum(f == 1 for f in firsts), language),
        "whole": display.number(len(firsts), language),
    }
    return say("fair.ranks", language, **values)


def trend(told: Years, kpi: Kpi, language: Language) -> str:
    """The trend mark in words, or why there is none."""
    values = {"kpi": kpi.label.of(language), "unit": unit_of(kpi, language), "need": YEARS}
    years = told.years[-YEARS:]
    span = {"first": years[0] if years else "", "last": years[-1] if years else "", "n": len(told.years)}
    if told.reason:
        return say(f"trend.{told.reason}", language, **values, **span)
    chi2 = display.number(told.chi2, language, 1)
    return say(f"trend.{told.direction}", language, **values, **span, chi2=chi2)
