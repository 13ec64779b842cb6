"""Find the past returns that today's rules would have failed: what a changed rule means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines import catalog
from pipelines.errors import PlaceError
from pipelines.intake.validation.context import RegisterContext, RegisterLine, ReportContext
from pipelines.intake.validation.district_shift import district_shifts
from pipelines.intake.validation.prior_values import PriorValues, RegisterSnapshot, parse_quarter
from pipelines.intake.validation.registry import LINE_RULES, RULES, Rule
from pipelines.reference import places
from pipelines.settings import Settings

#: What these look at is in the ledger only as a keyed hash.
UNTESTABLE_RULES = {"rule-C13"}
#: Reporter, period, field, value; or reporter, period, record, column, text of form C.
PastValue = tuple[str, str, str, int | None]
PastLineCell = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class RuleFailure:
    """Name one past return that a rule would fail; `record` is the line of form C."""

    code: str
    reporter: str
    period: str
    fields: tuple[str, ...]
    record: str = ""
    #: The circumstance that changes what the rule means, such as `near`.
    case: str = ""

    @property
    def version(self) -> int:
        """Return the version of the rule."""
        known = catalog.rules().get(self.code)
        return known.version if known else 1


def backtest_rules(
    codes: Iterable[str],
    rows: Iterable[PastValue],
    registers: RegisterSnapshot,
    settings: Settings,
    cells: Iterable[PastLineCell] = (),
    accepted: Iterable[PastValue] | None = None,
) -> Iterator[RuleFailure]:
    """Yield the returns these rules would have failed, each beside what came before it.

    `accepted` are the values that count, where more was received than that.
    """
    codes, rows, cells = list(codes), list(rows), list(cells)
    history = PriorValues.from_rows(
        rows if accepted is None else accepted,
        [(reporter, record, column, text) for reporter, _, record, column, text in cells],
    )
    rules = [RULES[code] for code in codes if code in RULES]
    yield from _backtest_returns(rules, rows, history, registers, settings)
    line_rules = [LINE_RULES[code] for code in codes if _is_testable_line_rule(code)]
    yield from _backtest_lines(line_rules, cells, history, registers, settings.today())


def _is_testable_line_rule(code: str) -> bool:
    """Is it a rule of form C whose columns are in the ledger as they were sent?"""
    return code in LINE_RULES and code.startswith("rule-C") and code not in UNTESTABLE_RULES


def _backtest_returns(
    rules: Sequence[Rule],
    rows: Sequence[PastValue],
    history: PriorValues,
    registers: RegisterSnapshot,
    settings: Settings,
) -> Iterator[RuleFailure]:
    """Evaluate the returns of forms A and B, district by district."""
    returns: dict[tuple[str, str, str], dict[str, int | None]] = defaultdict(dict)
    for reporter, period, field, value in rows:
        returns[reporter, period, field[0].upper()][field] = value
    groups: dict[tuple[str, str, str], list[ReportContext]] = defaultdict(list)
    for (reporter, period, form), values in returns.items():
        quarter = parse_quarter(period)
        context = ReportContext(
            reporter, form, quarter, values, history, registers, settings.team_size
        )
        groups[form, period, _group_by_district(context)].append(context)
    for (form, period, _), contexts in groups.items():
        form_rules = [rule for rule in rules if rule.applies_to(form)]
        yield from _evaluate_group(form_rules, contexts, period)


def _evaluate_group(
    rules: Sequence[Rule], contexts: Sequence[ReportContext], period: str
) -> Iterator[RuleFailure]:
    """Evaluate the returns that came together, each beside how all of them moved."""
    ratios = {shift.field: shift.ratio for shift in district_shifts(contexts)}
    for context in contexts:
        placed = replace(context, district_shift=ratios)
        for rule in rules:
            for failure in rule.evaluate(placed):
                yield RuleFailure(
                    rule.code, placed.reporter, period, failure.fields, case=failure.case
                )


def _group_by_district(context: ReportContext) -> str:
    """Return the district a team's return came with.

    A point sends its form alone, so nothing stands beside it: its group is the point itself.
    """
    if context.form == "B":
        return context.reporter
    try:
        return places.load_places().find_place(context.commune, context.quarter.end).district_code
    except PlaceError:
        return context.reporter


def _backtest_lines(
    rules: Sequence[Rule],
    cells: Sequence[PastLineCell],
    history: PriorValues,
    registers: RegisterSnapshot,
    today: date,
) -> Iterator[RuleFailure]:
    """Evaluate the lines of form C, return by return."""
    returns: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for reporter, period, record, column, text in cells:
        returns[reporter, period][record][column] = text
    for (reporter, period), records in returns.items():
        lines = [RegisterLine("C", reporter, record, texts) for record, texts in records.items()]
        page = RegisterContext(
            lines,
            parse_quarter(period).end,
            today,
            _drop_own_lines(history, reporter),
            registers,
        )
        for rule in rules:
            yield from _evaluate_lines(rule, page, period)


def _evaluate_lines(rule: Rule, page: RegisterContext, period: str) -> Iterator[RuleFailure]:
    for line in page.lines:
        for failure in rule.evaluate_line(line, page):
            yield RuleFailure(rule.code, line.reporter, period, failure.fields, line.record)


def _drop_own_lines(history: PriorValues, reporter: str) -> PriorValues:
    """Return the history without the reporter's own lines.

    NOTE: what a line became later is no past of the line; each is judged as if it came first.
    """
    others = {point: lines for point, lines in history.lines.items() if point != reporter}
    return PriorValues(history.reports, others)
