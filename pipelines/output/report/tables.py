"""Figures in, the tables of a report out: one row a KPI, one row a place, one row a definition."""

from collections.abc import Sequence

from pipelines.output.report.asked import Asked, label
from pipelines.output.report.layout import layout
from pipelines.output.report.model import Cell, Table
from pipelines.output.report.sentences import marked, partial
from pipelines.present import display, spans
from pipelines.present.answers import Answer, answers, definition, unit_of
from pipelines.present.text import say


def section(asked: Asked, name: str, codes: Sequence[str]) -> Table:
    """Label, unit, this period, the same period before, difference, returns."""
    language = asked.language
    before = spans.span(asked.before, language)
    heads = [say(f"report.head_{h}", language) for h in ("label", "unit")]
    heads += [spans.span(asked.span, language), before, say("report.head_change", language)]
    heads.append(say("report.head_returns", language))
    rows = tuple(_row(asked, code) for code in codes)
    return Table(say(f"report.{name}_table", language), tuple(heads), rows, names=2)


def _row(asked: Asked, code: str) -> tuple[Cell, ...]:
    now, then, language = asked.now(code), asked.then(code), asked.language
    returns = display.fraction(now.received, now.expected, language) if now.expected else ""
    words = Cell(label(code, language)), Cell(unit_of(now.kpi, language))
    return (*words, cell(now, asked), cell(then, asked), _change(now, then, asked), Cell(returns))


def cell(a: Answer, asked: Asked) -> Cell:
    """A figure as written, without its unit where the unit has a column; its sign when there is none."""
    text = a.text(asked.language)
    if a.kpi.unit == "percent":
        text = text.replace(display.percent(0, asked.language, 0)[1:], "")
    return Cell(marked(text, a), a.value if a.known else None, a.kpi.decimals, partial(a))


def _change(now: Answer, then: Answer, asked: Asked) -> Cell:
    if not (now.known and then.known) or now.few or then.few:
        return Cell("")
    difference = (now.value or 0) - (then.value or 0)
    decimals = now.kpi.decimals
    return Cell(display.signed(difference, asked.language, decimals), difference, decimals)


def appendix(asked: Asked) -> Table:
    """Every ward of the district, or every district of the city, with the headline figures."""
    codes = layout().appendix
    found = {code: answers(asked.by_place, code) for code in codes}
    level = asked.level
    heads = (say(f"column.{level}", asked.language), *(label(c, asked.language) for c in codes))
    rows = tuple(
        (Cell(str(first.at[f"{level}_name"])), *(cell(found[code][i], asked) for code in codes))
        for i, first in enumerate(found[codes[0]])
    )
    return Table(say(f"report.appendix_{level}", asked.language), heads, rows)


def definitions(asked: Asked) -> Table:
    """What each figure of the report counts."""
    heads = tuple(say(f"report.head_{h}", asked.language) for h in ("code", "label", "unit", "definition"))
    kpis = [definition(code) for code in layout().codes]
    rows = tuple(
        (
            Cell(k.code),
            Cell(k.label.of(asked.language)),
            Cell(unit_of(k, asked.language)),
            Cell(k.definition.of(asked.language)),
        )
        for k in kpis
    )
    return Table(say("report.definitions", asked.language), heads, rows, names=4)
