"""A few places in, their figures side by side and their small pictures over time out."""

import polars as pl

from pipelines.catalog import Language
from pipelines.present import charts, display
from pipelines.present.answers import Answer, definition, over_time, unit_of
from pipelines.present.charts import Series
from pipelines.present.marks import Picture, listing
from pipelines.present.text import say
from pipelines.reference.places import sort_key

#: Figures set side by side: teams, reach, clients, referrals, points, returns.
CODES = (
    *("T01", "T03", "T06", "C01", "O01", "O04", "V01", "S01", "B03"),
    *("P01", "K01", "K05", "K09", "K10", "R01", "R08", "Q01", "Q02"),
)


def table(places: list[tuple[str, dict[str, Answer]]], language: Language) -> pl.DataFrame:
    """One row a figure, one column a place; `places` are names with their answers by code."""
    heads = {say("beside.column_figure", language): pl.String, **{name: pl.String for name, _ in places}}
    rows = [[_label(code, language), *(_cell(found.get(code), language) for _, found in places)] for code in CODES]
    return pl.DataFrame(rows, schema=heads, orient="row")


def _label(code: str, language: Language) -> str:
    kpi = definition(code)
    unit = unit_of(kpi, language)
    name = kpi.label.of(language)
    return name if unit.casefold() in name.casefold() or kpi.denominator else f"{name} ({unit})"


def _cell(a: Answer | None, language: Language) -> str:
    return a.text(language) if a else display.NOT_APPLICABLE


def small(found: list[Answer], whole: list[Answer], column: str, language: Language, *, wide: int) -> Picture:
    """One small line a place over the same quarters, in Vietnamese order; rates have the whole's line behind."""
    rows: dict[str, list[Answer]] = {}
    for a in found:
        rows.setdefault(str(a.at[column]), []).append(a)
    series = [_series(code, answers, column, language) for code, answers in rows.items()]
    series.sort(key=lambda s: sort_key(s.name))
    mean = [m.value for m in over_time(whole, language)] if whole and whole[0].kpi.denominator else None
    kpi = found[0].kpi if found else None
    shown = any(m.value is not None for s in series for m in s.marks)
    figure = charts.multiples(series, mean, wide=wide) if shown else {"data": [], "layout": {}}
    alt = say("beside.small_alt", language, kpi=kpi.label.of(language) if kpi else "", n=len(series))
    return Picture(figure, alt, _long(series, column, language))


def _series(code: str, found: list[Answer], column: str, language: Language) -> Series:
    return Series(str(found[0].at[f"{column}_name"]), code, tuple(over_time(found, language)))


def _long(series: list[Series], column: str, language: Language) -> pl.DataFrame:
    """One row a place, one column a quarter."""
    if not series:
        return listing([], say(f"column.{column}", language), "")
    heads = [say(f"column.{column}", language), *(m.name for m in series[0].marks)]
    rows = [[s.name, *(m.text for m in s.marks)] for s in series]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
