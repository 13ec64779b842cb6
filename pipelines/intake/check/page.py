"""Register lines of a return: Form C and Form D, line by line, become issues at their cells."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pipelines import catalog
from pipelines.intake.check.history import History, Known, quarter
from pipelines.intake.check.reading import Line, Page
from pipelines.intake.check.rule import LINE_RULES, Check, Finding
from pipelines.intake.issues import Issue, issue
from pipelines.intake.returns import Record, Return
from pipelines.intake.text import is_answer

Cells = dict[str, Record]


def line_issues(ret: Return, history: History, known: Known, today: date) -> list[Issue]:
    """The issues of every register line of the return."""
    found: dict[tuple[str, str, str], Cells] = defaultdict(dict)
    for record in ret.records:
        found[record.register, record.reporter, record.record][record.field] = record
    lines = [(Line(*key, {c: r.text for c, r in cells.items()}), cells) for key, cells in found.items()]
    end = quarter(ret.period).end if ret.period else today
    said = {(i.sheet, i.cell) for i in ret.issues if i.code == "V027"}
    issues: list[Issue] = []
    for line, cells in lines:
        beside = [other for other, _ in lines if other.register == line.register]
        page = Page(beside, end, today, history, known)
        missing = (i for i in _missing(line, cells) if (i.sheet, i.cell) not in said)
        issues += [*missing, *_failures(line, cells, page)]
    return issues


def _failures(line: Line, cells: Cells, page: Page) -> Iterator[Issue]:
    columns = {column.code for column in catalog.registers()[line.register].columns}
    for rule in LINE_RULES.values():
        # Rules C look at Form C; a rule D looks at every register that has its column.
        if rule.code[5] == line.register[0] and columns.intersection(rule.fields):
            yield from (_issue(rule, finding, line, cells) for finding in rule.judge_line(line, page))


def _issue(rule: Check, finding: Finding, line: Line, cells: Cells) -> Issue:
    found = [cells[column] for column in finding.fields if column in cells]
    # NOTE: a finding about columns the sheet has not is one about the line.
    named = found or list(cells.values())
    first = named[0]
    return Issue(
        rule.code,
        first.sheet,
        first.cell,
        first.text if len(found) == 1 and first.field not in ("note", "client") else "",
        finding.values,
        finding.fields[0] if finding.fields else None,
        line.reporter,
        tuple(record.cell for record in named),
        "answered" if is_answer(line.text("note")) else "",
    )


def _missing(line: Line, cells: Cells) -> Iterator[Issue]:
    """A required column left blank (V027), at the blank cell or at the line's key."""
    register = catalog.registers()[line.register]
    for column in register.columns:
        if column.required and not line.text(column.code):
            at = cells.get(column.code) or cells.get(register.key) or next(iter(cells.values()))
            yield replace(issue("V027", at.sheet, at.cell), field=column.code, reporter=line.reporter)
