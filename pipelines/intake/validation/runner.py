"""Runs the rules: a return with its past becomes issues at cells."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import log

from pipelines import catalog
from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.model import FieldValue, RegisterCell, Return
from pipelines.intake.validation import (
    rules_across_periods,
    rules_form_a,
    rules_form_b,
    rules_referrals,
    rules_registers,
)
from pipelines.intake.validation.context import RegisterContext, RegisterLine, ReportContext
from pipelines.intake.validation.district_shift import DistrictShift, district_shifts, shifts_to_ask
from pipelines.intake.validation.prior_values import PriorValues, RegisterSnapshot, parse_quarter
from pipelines.intake.validation.registry import LINE_RULES, RULES, Rule, Violation
from pipelines.settings import Settings
from pipelines.spreadsheet.text_cleaning import is_answer

RecordsByColumn = dict[str, RegisterCell]


def find_line_issues(
    ret: Return, history: PriorValues, registers: RegisterSnapshot, today: date
) -> list[Issue]:
    """The issues of every register line of the return."""
    found: dict[tuple[str, str, str], RecordsByColumn] = defaultdict(dict)
    for record in ret.records:
        found[record.register, record.reporter, record.record][record.field] = record
    lines = [
        (RegisterLine(*key, {c: r.text for c, r in cells.items()}), cells)
        for key, cells in found.items()
    ]
    end = parse_quarter(ret.period).end if ret.period else today
    said = {(i.sheet, i.cell) for i in ret.issues if i.code == "V027"}
    issues: list[Issue] = []
    for line, cells in lines:
        beside = [other for other, _ in lines if other.register == line.register]
        page = RegisterContext(beside, end, today, history, registers)
        missing = (i for i in _find_missing_columns(line, cells) if (i.sheet, i.cell) not in said)
        issues += [*missing, *_evaluate_line(line, cells, page)]
    return issues


def _evaluate_line(
    line: RegisterLine, cells: RecordsByColumn, page: RegisterContext
) -> Iterator[Issue]:
    columns = {column.code for column in catalog.registers()[line.register].columns}
    for rule in LINE_RULES.values():
        # Rules C look at Form C; a rule D looks at every register that has its column.
        if rule.code[5] == line.register[0] and columns.intersection(rule.fields):
            yield from (
                _build_line_issue(rule, finding, line, cells)
                for finding in rule.evaluate_line(line, page)
            )


def _build_line_issue(
    rule: Rule, finding: Violation, line: RegisterLine, cells: RecordsByColumn
) -> Issue:
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
        "answered" if is_answer(line.get_text("note")) else "",
    )


def _find_missing_columns(line: RegisterLine, cells: RecordsByColumn) -> Iterator[Issue]:
    """A required column left blank (V027), at the blank cell or at the line's key."""
    register = catalog.registers()[line.register]
    for column in register.columns:
        if column.required and not line.get_text(column.code):
            at = cells.get(column.code) or cells.get(register.key) or next(iter(cells.values()))
            yield replace(
                make_issue("V027", at.sheet, at.cell), field=column.code, reporter=line.reporter
            )


#: Importing a rules module registers its rules; the order here is the order of the issues.
RULE_MODULES = (rules_form_a, rules_form_b, rules_across_periods, rules_referrals, rules_registers)
#: Stands for a ratio of nothing: the farthest a district can go.
MIN_RATIO = 0.001


def validate_return(
    ret: Return,
    history: PriorValues,
    registers: RegisterSnapshot,
    settings: Settings,
    *,
    today: date | None = None,
) -> list[Issue]:
    """Every rule's issues for one return, in form order; the return's own issues are not repeated."""
    issues = [*_find_blanks(ret), *_compare_totals(ret)]
    readings = list(_build_contexts(ret, history, registers, settings))
    moved = (
        list(district_shifts([reading for reading, _ in readings]))
        if ret.kind == "district"
        else []
    )
    issues += _build_shift_issue(shifts_to_ask(moved), ret.entries)
    ratios = {move.field: move.ratio for move in moved}
    rules = {form: [rule for rule in RULES.values() if rule.applies_to(form)] for form in "AB"}
    for reading, entries in readings:
        placed = replace(reading, district_shift=ratios)
        issues += [
            _build_issue(rule, finding, entries)
            for rule in rules[reading.form]
            for finding in rule.evaluate(placed)
        ]
    return issues + find_line_issues(ret, history, registers, today or date.today())


def _build_contexts(
    ret: Return, history: PriorValues, registers: RegisterSnapshot, settings: Settings
) -> Iterator[tuple[ReportContext, dict[str, FieldValue]]]:
    groups: dict[tuple[str, str], dict[str, FieldValue]] = defaultdict(dict)
    for entry in ret.entries:
        groups[entry.reporter, entry.period][entry.field] = entry
    lines = [
        RegisterLine(*key, texts) for key, texts in _collect_texts(ret).items() if key[0] == "C"
    ]
    for (reporter, period), entries in groups.items():
        values = {code: e.value if e.state == "accepted" else None for code, e in entries.items()}
        reading = ReportContext(
            reporter,
            next(iter(entries))[0].upper(),
            parse_quarter(period),
            {**_prior_rest(ret, history, reporter, period), **values},
            history,
            registers,
            settings.team_size,
            [line for line in lines if line.reporter == reporter],
            has_form_c=ret.kind == "single",
        )
        yield reading, entries


def _prior_rest(
    ret: Return, history: PriorValues, reporter: str, period: str
) -> Mapping[str, int | None]:
    """A tidy file may hold one corrected cell: the rest of the return is what was accepted before."""
    if ret.kind != "tidy":
        return {}
    return {
        code: history.get_value(reporter, period, code)
        for code in catalog.fields()
        if code[0].upper() == ret.form
    }


def _collect_texts(ret: Return) -> dict[tuple[str, str, str], dict[str, str]]:
    found: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    for record in ret.records:
        found[record.register, record.reporter, record.record][record.field] = record.text
    return found


def _build_issue(rule: Rule, finding: Violation, entries: Mapping[str, FieldValue]) -> Issue:
    found = [entries[code] for code in finding.fields if code in entries]
    # NOTE: a file that holds none of the fields found wrong still holds one of those that made them so.
    named = (
        found or [entries[code] for code in rule.needs if code in entries] or list(entries.values())
    )
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


def _choose_case(named: Sequence[FieldValue]) -> str:
    return "answered" if any(is_answer(e.note) for e in named) else ""


def _build_shift_issue(
    far_shifts: Sequence[DistrictShift], entries: Sequence[FieldValue]
) -> Iterator[Issue]:
    """What changed in a whole district, asked once, at the field that went farthest; a note in any line answers it."""
    if far_shifts:
        most = max(far_shifts, key=lambda move: abs(log(max(move.ratio, MIN_RATIO))))
        own = [e for e in entries if e.field == most.field]
        values = {"fields": len(far_shifts), "n": most.now, "mean": round(most.expected)}
        found = make_issue("C007", own[0].sheet, own[0].cell, "", _choose_case(own), **values)
        yield replace(found, field=most.field)


def _find_blanks(ret: Return) -> Iterator[Issue]:
    """The one rule that judges a missing value: a required cell was left blank (V025)."""
    said = {(i.sheet, cell) for i in ret.issues for cell in i.cells}
    for entry in ret.entries:
        if (
            entry.state == "blank"
            and catalog.fields()[entry.field].required
            and (entry.sheet, entry.cell) not in said
        ):
            yield replace(
                make_issue("V025", entry.sheet, entry.cell),
                field=entry.field,
                reporter=entry.reporter,
            )


def _compare_totals(ret: Return) -> Iterator[Issue]:
    """A total somebody wrote beside what the file's own lines add up to (X06, said as C001).

    The reader of the district workbook has compared its total row already.
    """
    sums = _sum_values(ret.entries) if ret.kind != "district" else {}
    for claim in ret.claims:
        total = sums.get((claim.period, claim.field))
        if total is not None and total != claim.value:
            found = make_issue("C001", claim.sheet, claim.cell, claim.text, a=claim.value, b=total)
            yield replace(found, field=claim.field)


def _sum_values(entries: Sequence[FieldValue]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if entry.value is not None and entry.state == "accepted":
            sums[entry.period, entry.field] += entry.value
    return sums
