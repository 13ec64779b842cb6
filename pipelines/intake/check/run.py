"""Runs the rules: a return with its past becomes issues at cells."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import log

from pipelines import catalog
from pipelines.intake.check import rules_a, rules_b, rules_c, rules_d, rules_x
from pipelines.intake.check.district import Move, asked, moves
from pipelines.intake.check.history import History, Known, quarter
from pipelines.intake.check.page import line_issues
from pipelines.intake.check.reading import Line, Reading
from pipelines.intake.check.rule import RULES, Check, Finding
from pipelines.intake.issues import Issue, issue
from pipelines.intake.returns import Entry, Return
from pipelines.intake.text import is_answer
from pipelines.settings import Settings

#: Importing a rules module registers its rules; the order here is the order of the issues.
MODULES = (rules_a, rules_b, rules_x, rules_c, rules_d)
#: Stands for a ratio of nothing: the farthest a district can go.
SILENT = 0.001


def check(
    ret: Return,
    history: History,
    known: Known,
    settings: Settings,
    *,
    today: date | None = None,
) -> list[Issue]:
    """Every rule's issues for one return, in form order; the return's own issues are not repeated."""
    issues = [*_blanks(ret), *_totals(ret)]
    readings = list(_readings(ret, history, known, settings))
    moved = list(moves([reading for reading, _ in readings])) if ret.kind == "district" else []
    issues += _district(asked(moved), ret.entries)
    ratios = {move.field: move.ratio for move in moved}
    rules = {form: [rule for rule in RULES.values() if rule.concerns(form)] for form in "AB"}
    for reading, entries in readings:
        placed = replace(reading, moved=ratios)
        issues += [_issue(rule, finding, entries) for rule in rules[reading.form] for finding in rule.judge(placed)]
    return issues + line_issues(ret, history, known, today or date.today())


def _readings(
    ret: Return, history: History, known: Known, settings: Settings
) -> Iterator[tuple[Reading, dict[str, Entry]]]:
    groups: dict[tuple[str, str], dict[str, Entry]] = defaultdict(dict)
    for entry in ret.entries:
        groups[entry.reporter, entry.period][entry.field] = entry
    lines = [Line(*key, texts) for key, texts in _texts(ret).items() if key[0] == "C"]
    for (reporter, period), entries in groups.items():
        values = {code: e.value if e.state == "accepted" else None for code, e in entries.items()}
        reading = Reading(
            reporter,
            next(iter(entries))[0].upper(),
            quarter(period),
            {**_rest(ret, history, reporter, period), **values},
            history,
            known,
            settings.team_size,
            [line for line in lines if line.reporter == reporter],
            with_form_c=ret.kind == "single",
        )
        yield reading, entries


def _rest(ret: Return, history: History, reporter: str, period: str) -> Mapping[str, int | None]:
    """A tidy file may hold one corrected cell: the rest of the return is what was accepted before."""
    if ret.kind != "tidy":
        return {}
    return {code: history.value(reporter, period, code) for code in catalog.fields() if code[0].upper() == ret.form}


def _texts(ret: Return) -> dict[tuple[str, str, str], dict[str, str]]:
    found: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for record in ret.records:
        found[record.register, record.reporter, record.record][record.field] = record.text
    return found


def _issue(rule: Check, finding: Finding, entries: Mapping[str, Entry]) -> Issue:
    found = [entries[code] for code in finding.fields if code in entries]
    # NOTE: a file that holds none of the fields found wrong still holds one of those that made them so.
    named = found or [entries[code] for code in rule.needs if code in entries] or list(entries.values())
    return Issue(
        rule.code,
        named[0].sheet,
        named[0].cell,
        (named[0].text or "") if len(found) == 1 else "",
        finding.values,
        finding.fields[0] if finding.fields else None,
        named[0].reporter,
        tuple(e.cell for e in named),
        _choose_case(named),
    )


def _choose_case(named: Sequence[Entry]) -> str:
    return "answered" if any(is_answer(e.note) for e in named) else ""


def _district(far: Sequence[Move], entries: Sequence[Entry]) -> Iterator[Issue]:
    """What changed in a whole district, asked once, at the field that went farthest; a note in any line answers it."""
    if far:
        most = max(far, key=lambda move: abs(log(max(move.ratio, SILENT))))
        own = [e for e in entries if e.field == most.field]
        values = {"fields": len(far), "n": most.now, "mean": round(most.usual)}
        found = issue("C007", own[0].sheet, own[0].cell, "", _choose_case(own), **values)
        yield replace(found, field=most.field)


def _blanks(ret: Return) -> Iterator[Issue]:
    """The one rule that judges a missing value: a required cell was left blank (V025)."""
    said = {(i.sheet, cell) for i in ret.issues for cell in i.cells}
    for entry in ret.entries:
        if entry.state == "blank" and catalog.fields()[entry.field].required and (entry.sheet, entry.cell) not in said:
            yield replace(issue("V025", entry.sheet, entry.cell), field=entry.field, reporter=entry.reporter)


def _totals(ret: Return) -> Iterator[Issue]:
    """A total somebody wrote beside what the file's own lines add up to (X06, said as C001).

    The reader of the district workbook has compared its total row already.
    """
    sums = _sums(ret.entries) if ret.kind != "district" else {}
    for claim in ret.claims:
        total = sums.get((claim.period, claim.field))
        if total is not None and total != claim.value:
            found = issue("C001", claim.sheet, claim.cell, claim.text, a=claim.value, b=total)
            yield replace(found, field=claim.field)


def _sums(entries: Sequence[Entry]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if entry.value is not None and entry.state == "accepted":
            sums[entry.period, entry.field] += entry.value
    return sums
