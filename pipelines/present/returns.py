"""Returns received of those expected in, the heatmap of reporting out: places by periods, four nothings apart."""

import polars as pl

from pipelines.catalog import Language
from pipelines.present import charts, display, spans
from pipelines.present.answers import Answer, over_time
from pipelines.present.charts import Line
from pipelines.present.marks import Mark, Picture
from pipelines.present.text import say

#: Share received → class of colour: a full square is pale and silent, the more is missing the deeper it is.
LEVELS = ((1.0, 0), (0.95, 2), (0.9, 3), (0.75, 4), (0.0, 6))


def heatmap(found: list[Answer], column: str, language: Language, *, left: int = 120, written: bool = True) -> Picture:
    """One line a place in the order given, one square a period; `column` is district or ward; counts if `written`."""
    places = list(dict.fromkeys((str(a.at[column]), str(a.at[f"{column}_name"])) for a in found))
    lines = [_line(name, [a for a in found if a.at[column] == code], language) for code, name in places]
    table = {say(f"column.{column}", language): [line.name for line in lines]}
    for i, mark in enumerate(lines[0].marks if lines else ()):
        table[mark.name] = [_written(line.marks[i]) for line in lines if i < len(line.marks)]
    return Picture(
        charts.heatmap(lines, left=left, written=written),
        finding(found, len(lines), column, language),
        pl.DataFrame(table),
    )


def _line(name: str, found: list[Answer], language: Language) -> Line:
    marks = [_mark(m, a, name, language) for m, a in zip(over_time(found, language), _timed(found), strict=True)]
    return Line(name, tuple(marks), tuple(_level(a) for a in _timed(found)))


def _timed(found: list[Answer]) -> list[Answer]:
    return sorted(found, key=lambda a: spans.start(str(a.at["period"])))


def _mark(mark: Mark, a: Answer, name: str, language: Language) -> Mark:
    """A square carries words only when something is missing."""
    counts = display.fraction(a.numerator, a.denominator, language)
    when = spans.span(mark.code, language)
    if a.state != "reported" or not a.denominator:
        state = "not_applicable" if not a.denominator else a.state
        return Mark(mark.name, None, "", say(f"nothing.{state}", language, name=f"{name}, {when}"), state, mark.code)
    if not a.numerator:
        sentence = say(
            "quality.hover_none", language, name=name, period=when, n=display.number(a.denominator, language)
        )
        return Mark(mark.name, None, display.NOT_REPORTED, sentence, "not_reported", mark.code)
    text = "" if a.numerator == a.denominator else counts
    return Mark(
        mark.name, a.value, text, say("quality.hover", language, name=name, period=when, n=counts), code=mark.code
    )


def _level(a: Answer) -> int | None:
    share = (a.numerator or 0) / a.denominator if a.denominator else None
    return None if share is None else next(level for least, level in LEVELS if share >= least)


def _written(mark: Mark) -> str:
    return display.SIGNS.get(mark.state, mark.text or "✓")


def finding(found: list[Answer], places: int, column: str, language: Language) -> str:
    """How many places have all their returns in, for every period shown."""
    short = {a.at[column] for a in found if (a.numerator or 0) < (a.denominator or 0)}
    values = {"n": display.number(places - len(short), language), "whole": display.number(places, language)}
    return say("quality.finding", language, **values, level=say(f"level.{column}", language))


def named(quarter: str, language: Language) -> str:
    """The quarter in words."""
    return spans.span(quarter, language)


def missing(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a reporter that has not reported: place, district, form."""
    heads = [say(f"quality.column_{h}", language) for h in ("place", "district", "form")]
    rows = [[r["ward_name"], r["district_name"], say(f"form.{r['form']}", language)] for r in found.to_dicts()]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
