"""Published figures and ours in, the table with each difference and the sentence about them out."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from pipelines.catalog import Language, units
from pipelines.present import display, spans
from pipelines.present.claims import Returned, cause
from pipelines.present.text import say
from pipelines.reference.published import Published, published, sources

COLUMNS = ("figure", "what", "period", "published", "computed", "difference", "verdict", "source", "cause")
#: Letters of an article's own words that fit their column.
WORDS = 22
Ours = Mapping[str, float | None]


def verdict(figure: Published, ours: Ours) -> str:
    """`agrees` or `differs` for what a KPI answers and the demonstration or the returns should give; else `claim`."""
    value = ours.get(figure.id)
    if value is None:
        return "claim"
    return "agrees" if figure.agrees(value) else "differs"


def table(ours: Ours, language: Language, returned: Returned = MappingProxyType({})) -> pl.DataFrame:
    """One row a published figure, as text; `returned` holds the returns behind ours, to name the likely cause."""
    heads = {say(f"published.column_{c}", language): pl.String for c in COLUMNS}
    return pl.DataFrame([_row(p, ours, returned, language) for p in published()], schema=heads, orient="row")


def figures(told: pl.DataFrame) -> pl.DataFrame:
    """The columns of `table` that fit a page side by side."""
    return told[:, :-1]


def notes(told: pl.DataFrame) -> pl.DataFrame:
    """The rows of `table` with something to say: code, what, the words."""
    return told.filter(pl.nth(-1) != "").select(pl.nth(0, 1, -1))


def _row(p: Published, ours: Ours, returned: Returned, language: Language) -> list[str]:
    value = ours.get(p.id)
    computed = "" if value is None else _written(p, value, language)
    what = p.label_vi if language == "vi" else p.label_en
    words = [p.id, what, _when(p, language), _said(p, language), computed, _gap(p, value, language)]
    return [
        *words,
        say(f"published.{verdict(p, ours)}", language),
        _where(p, language),
        cause(p, value, returned, language),
    ]


def _written(p: Published, value: float, language: Language) -> str:
    if p.unit == "dong":
        return display.short_money(value, language)
    return display.number(value, language, 0 if float(value).is_integer() else 2)


def _when(p: Published, language: Language) -> str:
    return spans.span(p.period, language) if spans.readable(p.period) else p.period


def _said(p: Published, language: Language) -> str:
    """The figure with its word and unit; where the article has only words, those."""
    if p.value is None:
        return p.text if len(p.text) <= WORDS else p.text[:WORDS].rstrip(" ,;") + "…"
    unit = units()[p.unit].label.of(language) if p.unit in units() else ""
    counted = f"{display.number(p.value, language)} {unit}".strip()
    text = display.money(p.value, language) if p.unit == "dong" else counted
    return display.qualified(text, p.qualifier, language)


def _gap(p: Published, value: float | None, language: Language) -> str:
    if value is None or p.value is None:
        return ""
    sign = "+" if value > p.value else display.MINUS if value < p.value else ""
    return sign + _written(p, abs(value - p.value), language)


def _where(p: Published, language: Language) -> str:
    """The source's short name, and the line of the article where we hold it."""
    return p.source if p.line is None else say("published.line", language, source=p.source, line=p.line)


def source_table(language: Language) -> pl.DataFrame:
    """One row a source: short name, title, publisher, date."""
    heads = [say(f"published.column_{h}", language) for h in ("source", "title", "publisher", "date")]
    rows = [[s.id, s.title, s.publisher, s.date] for s in sources().values()]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def finding(ours: Ours, language: Language) -> str:
    """How many published figures ours agree with, of those that can be computed."""
    judged = [verdict(p, ours) for p in published()]
    values = {"n": judged.count("agrees"), "whole": len(judged) - judged.count("claim")}
    return say("published.title", language, **{k: display.number(v, language) for k, v in values.items()})
