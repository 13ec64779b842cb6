"""Returns by quarter in, how many came in time, late or not at all out."""

import polars as pl

from pipelines.catalog import Language
from pipelines.intake.chase import Chase
from pipelines.present import charts, display, spans
from pipelines.present.answers import Answer
from pipelines.present.charts import Part, Row, Tone
from pipelines.present.marks import Picture
from pipelines.present.text import say

#: In time, late, not received.
STAGES: tuple[tuple[Tone, str], ...] = (("going", "on_time"), ("arrived", "late"), ("waiting", "missing"))
#: Quarters drawn; more stand in the table.
QUARTERS = 6


def picture(received: list[Answer], timely: list[Answer], language: Language, *, wide: int = 620) -> Picture:
    """One bar a quarter, newest first; both lists hold the same quarters."""
    rows = [_row(a, b, language) for a, b in zip(received, timely, strict=True) if a.denominator]
    rows.sort(key=lambda r: spans.start(r[0]), reverse=True)
    stages = {tone: say(f"timely.{name}", language) for tone, name in STAGES}
    figure = charts.stacked([row for _, row in rows[:QUARTERS]], stages, wide=wide)
    heads = [say("column.period", language), *stages.values()]
    table = [[row.name, *(display.number(p.value, language) for p in row.parts)] for _, row in rows]
    return Picture(
        figure, finding(rows, language), pl.DataFrame(table, schema=dict.fromkeys(heads, pl.String), orient="row")
    )


def _row(received: Answer, timely: Answer, language: Language) -> tuple[str, Row]:
    owed, came, early = (round(v or 0) for v in (received.denominator, received.numerator, timely.numerator))
    counts = {"on_time": early, "late": max(0, came - early), "missing": max(0, owed - came)}
    period = str(received.at["period"])
    name = capital(spans.span(period, language))
    parts = tuple(_part(tone, key, counts[key], owed, name, language) for tone, key in STAGES)
    return period, Row(name, display.fraction(came, owed, language), parts)


def capital(text: str) -> str:
    """The words as they begin a sentence."""
    return text[:1].upper() + text[1:]


def _part(tone: Tone, key: str, n: int, owed: int, name: str, language: Language) -> Part:
    text = display.number(n, language)
    values = {"name": name, "part": text, "whole": display.number(owed, language)}
    return Part(tone, n, text, say("timely.hover", language, **values, stage=say(f"timely.{key}", language)))


def finding(rows: list[tuple[str, Row]], language: Language) -> str:
    """The newest quarter in counts."""
    if not rows:
        return say("quality.title_none", language)
    newest = rows[0][1]
    early, late, missing = (p.text for p in newest.parts)
    return say("timely.finding", language, period=newest.name, early=early, late=late, missing=missing)


def chase_table(found: tuple[Chase, ...], language: Language) -> pl.DataFrame:
    """One row a district: returns missing, returns to mend, the deadline."""
    heads = [say(f"timely.column_{h}", language) for h in ("district", "missing", "mend", "deadline")]
    rows = [
        [
            c.district_name or c.district,
            display.number(len(c.missing), language),
            display.number(len(c.to_mend), language),
            spans.day(c.deadline, language),
        ]
        for c in found
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def chase_finding(found: tuple[Chase, ...], language: Language) -> str:
    """How many districts are to be reminded, and of how many returns."""
    missing, mend = sum(len(c.missing) for c in found), sum(len(c.to_mend) for c in found)
    if not found:
        return say("timely.nobody", language)
    values = {"n": len(found), "missing": display.number(missing, language), "mend": display.number(mend, language)}
    return say("timely.chase", language, **values)
