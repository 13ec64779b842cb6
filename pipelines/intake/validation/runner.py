"""Run the rules: a return with its past becomes issues at cells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from math import log

from pipelines import catalog
from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.model import FieldValues, RegisterCell, Return
from pipelines.intake.validation import (
    rules_across_periods,
    rules_form_a,
    rules_form_b,
    rules_referrals,
    rules_registers,
)
from pipelines.intake.validation.context import (
    RegisterContext,
    RegisterLine,
    ReportColumns,
    ReportContext,
)
from pipelines.intake.validation.district_shift import (
    DistrictShift,
    district_shifts,
    list_field_codes,
    shifts_to_ask,
)
from pipelines.intake.validation.prior_values import PriorValues, RegisterSnapshot, parse_quarter
from pipelines.intake.validation.registry import LINE_RULES, RULES, Rule, Violation
from pipelines.settings import Settings
from pipelines.spreadsheet.text_cleaning import is_answer

RecordsByColumn = dict[str, RegisterCell]
#: Register, reporter and record of one line.
LineKey = tuple[str, str, str]


def find_line_issues(
    ret: Return, history: PriorValues, registers: RegisterSnapshot, today: date
) -> list[Issue]:
    """Return the issues of every register line of the return."""
    records: dict[LineKey, RecordsByColumn] = defaultdict(dict)
    pages: dict[str, list[RegisterLine]] = defaultdict(list)
    lines: dict[LineKey, RegisterLine] = {}
    for record in ret.records:
        records[record.register, record.reporter, record.record][record.field] = record
    for key, texts in _collect_texts(ret).items():
        lines[key] = RegisterLine(*key, texts)
        pages[lines[key].register].append(lines[key])
    end = parse_quarter(ret.period).end if ret.period else today
    noted = {(issue.sheet, issue.cell) for issue in ret.issues if issue.code == "V027"}
    issues: list[Issue] = []
    for key, line in lines.items():
        page = RegisterContext(pages[line.register], end, today, history, registers)
        for issue in _find_missing_columns(line, records[key]):
            if (issue.sheet, issue.cell) not in noted:
                issues.append(issue)
        issues += _evaluate_line(line, records[key], page)
    return issues


def _evaluate_line(
    line: RegisterLine, cells: RecordsByColumn, page: RegisterContext
) -> Iterator[Issue]:
    """Yield the issues of the rules that look at the line's register.

    Rules C look at form C; a rule D looks at every register that has its column.
    """
    columns = {column.code for column in catalog.registers()[line.register].columns}
    for rule in LINE_RULES.values():
        if rule.code[5] != line.register[0] or columns.isdisjoint(rule.fields):
            continue
        for failure in rule.evaluate_line(line, page):
            yield _build_line_issue(rule, failure, line, cells)


def _build_line_issue(
    rule: Rule, failure: Violation, line: RegisterLine, cells: RecordsByColumn
) -> Issue:
    wrong = [cells[column] for column in failure.fields if column in cells]
    # NOTE: a finding about columns the sheet has not is one about the line.
    shown = wrong or list(cells.values())
    first = shown[0]
    may_quote = len(wrong) == 1 and first.field not in ("note", "client")
    return Issue(
        rule.code,
        first.sheet,
        first.cell,
        first.text if may_quote else "",
        failure.values,
        next(iter(failure.fields), None),
        line.reporter,
        tuple(record.cell for record in shown),
        "answered" if is_answer(line.get_text("note")) else "",
    )


def _find_missing_columns(line: RegisterLine, cells: RecordsByColumn) -> Iterator[Issue]:
    """Yield an issue for each required column left blank (V027).

    It stands at the blank cell, at the line's key or at the line's first cell.
    """
    register = catalog.registers()[line.register]
    fallback = cells.get(register.key) or next(iter(cells.values()))
    required = [column.code for column in register.columns if column.required]
    for code in required:
        if not line.get_text(code):
            record = cells.get(code, fallback)
            issue = make_issue("V027", record.sheet, record.cell)
            yield replace(issue, field=code, reporter=line.reporter)


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
    """Return every rule's issues for one return, in form order.

    The return's own issues are not repeated.
    """
    issues = [*_find_blanks(ret), *_compare_totals(ret)]
    ratios: dict[str, float] = {}
    positions = ret.entries.find_reports()
    contexts = list(_build_contexts(ret, positions, history, registers, settings, ratios))
    shifts: list[DistrictShift] = []
    if ret.kind == "district":
        shifts += district_shifts(contexts)
    questions = shifts_to_ask(shifts)
    issues += _build_shift_issue(questions, ret.entries)
    ratios.update((shift.field, shift.ratio) for shift in shifts)
    failures = _evaluate_reports(contexts)
    for number, own in enumerate(positions.values()):
        cells = ReportCells(ret.entries, own)
        issues += [_build_issue(rule, failure, cells) for rule, failure in failures[number]]
    return issues + find_line_issues(ret, history, registers, today or settings.today())


def _evaluate_reports(
    contexts: Sequence[ReportContext],
) -> Mapping[int, list[tuple[Rule, Violation]]]:
    """Map the number of each report in which a rule fails to the failures, in the rules' order."""
    failures: dict[int, list[tuple[Rule, Violation]]] = defaultdict(list)
    for form in dict.fromkeys(context.form for context in contexts):
        numbers = [at for at, context in enumerate(contexts) if context.form == form]
        columns = ReportColumns([contexts[at] for at in numbers])
        for rule in _list_rules(form):
            for at, violation in rule.find_violations(columns):
                failures[numbers[at]].append((rule, violation))
    return failures


class ReportCells:
    """Find the cells of one report, which stand at some positions among those of a file."""

    def __init__(self, entries: FieldValues, positions: Sequence[int]) -> None:
        self.entries = entries
        self._positions = positions

    def find(self, codes: Iterable[str]) -> list[int]:
        """Return the positions of these fields, as far as the report has them, in this order."""
        return [self._by_code[code] for code in codes if code in self._by_code]

    @cached_property
    def everything(self) -> list[int]:
        """Return the positions of all cells; of a field named twice that of the last one."""
        return list(self._by_code.values())

    @cached_property
    def _by_code(self) -> dict[str, int]:
        return {self.entries.code[at]: at for at in self._positions}


@cache
def _list_rules(form: str) -> tuple[Rule, ...]:
    """Return the rules that look at a form, in the order they were written."""
    return tuple(rule for rule in RULES.values() if rule.applies_to(form))


def _build_contexts(
    ret: Return,
    positions: Mapping[tuple[str, str], Sequence[int]],
    history: PriorValues,
    registers: RegisterSnapshot,
    settings: Settings,
    ratios: Mapping[str, float],
) -> Iterator[ReportContext]:
    """Yield what the rules need of each reporter and quarter, whose cells stand at `positions`.

    `ratios` is how the district moved; it may be filled later.
    """
    entries = ret.entries
    referrals: dict[str, list[RegisterLine]] = defaultdict(list)
    for key, texts in _collect_texts(ret).items():
        line = RegisterLine(*key, texts)
        if line.register == "C":
            referrals[line.reporter].append(line)
    for (reporter, period), own in positions.items():
        quarter = parse_quarter(period)
        yield ReportContext(
            registers.identify(reporter, quarter),
            entries.code[own[0]][0].upper(),
            quarter,
            {**_prior_rest(ret, history, reporter, period), **_accepted_values(entries, own)},
            history,
            registers,
            settings.team_size,
            referrals.get(reporter, []),
            has_form_c=ret.kind == "single",
            district_shift=ratios,
            number=reporter,
        )


def _accepted_values(entries: FieldValues, positions: Sequence[int]) -> dict[str, int | None]:
    """Map each field to its value; None for one that was not accepted."""
    values: dict[str, int | None] = dict.fromkeys(entries.list_codes(positions))
    values.update(entries.list_accepted(positions))
    return values


def _prior_rest(
    ret: Return, history: PriorValues, reporter: str, period: str
) -> Mapping[str, int | None]:
    """Return what was accepted before, for a tidy file, which may hold one corrected cell only."""
    if ret.kind != "tidy":
        return {}
    codes = list_field_codes(ret.form)
    return {code: history.get_value(reporter, period, code) for code in codes}


def _collect_texts(ret: Return) -> dict[LineKey, dict[str, str]]:
    """Map each register line to its texts by column."""
    lines: dict[LineKey, dict[str, str]] = defaultdict(dict)
    for record in ret.records:
        lines[record.register, record.reporter, record.record][record.field] = record.text
    return lines


def _build_issue(rule: Rule, failure: Violation, report: ReportCells) -> Issue:
    entries, wrong = report.entries, report.find(failure.fields)
    # NOTE: a file that holds none of the fields found wrong still holds one of those that made
    # them so.
    shown = wrong or report.find(rule.needs) or report.everything
    first = shown[0]
    text = entries.text[first] if len(wrong) == 1 else None
    field = next(iter(failure.fields), None)
    cells = tuple(entries.cell[at] for at in shown)
    wholes = tuple(entries.cell[at] for at in report.find(rule.wholes))
    return Issue(
        rule.code,
        entries.sheet[first],
        entries.cell[first],
        text or "",
        failure.values,
        field,
        entries.reporter[first],
        cells,
        _choose_case(entries.note[at] for at in shown) or failure.case,
        # NOTE: a file that holds the whole alone has no part to keep out.
        wholes if set(cells) > set(wholes) else (),
    )


def _choose_case(notes: Iterable[str]) -> str:
    return "answered" if any(map(is_answer, notes)) else ""


def _build_shift_issue(
    far_shifts: Sequence[DistrictShift], entries: FieldValues
) -> Iterator[Issue]:
    """Yield one issue about what changed in a whole district, at the field that went farthest.

    A note in any line answers it.
    """
    if not far_shifts:
        return
    farthest = max(far_shifts, key=lambda shift: abs(log(max(shift.ratio, MIN_RATIO))))
    own = [at for at, code in enumerate(entries.code) if code == farthest.field]
    issue = make_issue(
        "C007",
        entries.sheet[own[0]],
        entries.cell[own[0]],
        "",
        _choose_case(entries.note[at] for at in own),
        fields=len(far_shifts),
        n=farthest.now,
        mean=round(farthest.expected),
    )
    yield replace(issue, field=farthest.field)


def _find_blanks(ret: Return) -> Iterator[Issue]:
    """Yield an issue for each required cell that was left blank (V025), once a cell.

    It is the one rule about a missing value.
    """
    if "blank" not in ret.entries.state:
        return
    noted: set[tuple[str, str]] = set()
    for issue in ret.issues:
        noted.update(issue.places)
    for at, state in enumerate(ret.entries.state):
        if state != "blank" or not catalog.fields()[ret.entries.code[at]].required:
            continue
        entry = ret.entries[at]
        if (entry.sheet, entry.cell) not in noted:
            issue = make_issue("V025", entry.sheet, entry.cell)
            yield replace(issue, field=entry.field, reporter=entry.reporter)


def _compare_totals(ret: Return) -> Iterator[Issue]:
    """Yield an issue for each written total that differs from the file's own lines (C001).

    The parser of the district workbook has compared its total row already.
    """
    if ret.kind == "district" or not ret.claims:
        return
    sums = _sum_values(ret.entries)
    for claim in ret.claims:
        total = sums.get((claim.period, claim.field))
        if total is not None and total != claim.value:
            issue = make_issue("C001", claim.sheet, claim.cell, claim.text, a=claim.value, b=total)
            yield replace(issue, field=claim.field)


def _sum_values(entries: FieldValues) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (_, period), positions in entries.find_reports().items():
        for code, value in entries.list_accepted(positions).items():
            sums[period, code] += value
    return sums
