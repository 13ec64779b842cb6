"""Open issues, unusual values and changes after a close in, their tables, bars and sentences out."""

import json
import re
from typing import Any

import polars as pl

from pipelines.catalog import Language, fields, messages, rules
from pipelines.intake.issues import Issue
from pipelines.present import charts, display, spans
from pipelines.present.marks import Mark, Picture, listing
from pipelines.present.text import say

#: Rules a bar chart shows before it stops being read.
RULES = 8
#: Earlier values written beside an unusual one.
SHOWN = 6
#: A bar's name is cut to so many letters; the whole sentence is in the table.
LETTERS = 96


def by_rule(found: pl.DataFrame, language: Language, *, letters: int = LETTERS) -> Picture:
    """How often each rule is still broken, the most frequent first, with the rule in words."""
    counted = found.group_by("code").len().sort("len", "code", descending=[True, False]).rows()
    marks = [_rule_mark(code, n, language, letters) for code, n in counted]
    alt = say("troubles.none", language)
    if marks:
        values = {"n": display.number(found.height, language), "rules": len(marks)}
        alt = say("troubles.rules", language, **values, top=rule_name(counted[0][0], language))
    table = listing(marks, say("troubles.column_rule", language), say("troubles.column_count", language))
    figure = charts.bars(marks[:RULES]) if marks else {"data": [], "layout": {}}
    return Picture(figure, alt, table)


def _rule_mark(code: str, n: int, language: Language, letters: int) -> Mark:
    name, count = rule_name(code, language), display.number(n, language)
    short = name if len(name) <= letters else f"{name[:letters].rsplit(' ', 1)[0]} …"
    return Mark(f"{code.removeprefix('rule-')}: {short}", n, count, f"{name}: {count}", code=code)


def rule_name(code: str, language: Language) -> str:
    """The rule's sentence with its values left out."""
    texts = {**{c: r.message for c, r in rules().items()}, **{c: m.text for c, m in messages().items()}}
    return _without_values(texts[code].of(language)) if code in texts else code


def _without_values(text: str) -> str:
    """The sentence with "…" where a value would stand; brackets of values and values at the start are dropped."""
    bare = re.sub(r"\s*[(“][^()“”]*\{[^()“”]*[)”]", "", text)
    bare = re.sub(r"^(\{\w+\}[:,]?\s*)+", "", bare)
    words = re.sub(r"\{\w+\}", "…", bare).strip().removesuffix(".")
    return words[:1].upper() + words[1:]


def issues(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row an issue: place, quarter, what is wrong, where, what to do."""
    heads = [say(f"troubles.column_{h}", language) for h in ("place", "period", "what", "cell", "todo")]
    rows = [_issue_row(row, language) for row in found.to_dicts()]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def _issue_row(row: dict[str, Any], language: Language) -> list[str]:
    given = json.loads(row["given"]) if row["given"] else {}
    case = given.pop("case", "")
    one = Issue(row["code"], row["sheet"], row["cell"], row["text"] or "", given, row["field"], case=case)
    where = "!".join(part for part in (row["sheet"], row["cell"]) if part)
    period = spans.quarter_tick(row["period"], language)
    return [row["ward_name"], period, one.message(language), where, one.advice(language)]


def outliers(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a value unlike its past: place, field, value, its last values, the same quarter last year."""
    heads = [say(f"troubles.column_{h}", language) for h in ("place", "district", "field", "value", "before", "year")]
    rows = [_outlier_row(row, language) for row in _farthest(found).to_dicts()]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def _farthest(found: pl.DataFrame) -> pl.DataFrame:
    return found.sort(pl.col("score").abs(), descending=True, maintain_order=True)


def outlier_codes(found: pl.DataFrame) -> tuple[str, ...]:
    """The wards in the order of `outliers`."""
    return tuple(_farthest(found)["ward"].to_list())


def _outlier_row(row: dict[str, Any], language: Language) -> list[str]:
    last = [display.number(v, language) for v in row["before"][-SHOWN:]]
    year = "" if row["last_year"] is None else display.number(row["last_year"], language)
    label = fields()[row["measure"]].label.of(language)
    value = display.number(row["value"], language)
    return [row["ward_name"], row["district_name"], label, value, " · ".join(last), year]


def revisions(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a value changed after the close: place, period, field, before, after, when, approved or waiting."""
    names = ("place", "period", "field", "stood", "after", "received", "state")
    heads = [say(f"troubles.column_{h}", language) for h in names]
    rows = [_revision_row(row, language) for row in found.to_dicts()]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def _revision_row(row: dict[str, Any], language: Language) -> list[str]:
    label = fields()[row["field"]].label.of(language) if row["field"] in fields() else row["field"]
    numbers = [display.number(row[side], language) for side in ("before", "after")]
    state = say("troubles.approved" if row["approved"] else "troubles.waiting", language)
    period = spans.quarter_tick(row["period"], language)
    return [row["ward_name"], period, label, *numbers, spans.day(row["received"].date(), language), state]


def revision_finding(found: pl.DataFrame, language: Language) -> str:
    """How many values changed after a close, and how many wait for approval."""
    if found.is_empty():
        return say("troubles.no_revisions", language)
    waiting = found.filter(~pl.col("approved")).height
    values = {"n": display.number(found.height, language), "waiting": display.number(waiting, language)}
    return say("troubles.revisions", language, **values)
