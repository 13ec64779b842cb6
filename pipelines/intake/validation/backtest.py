"""Past returns and today's rules in, the returns a rule would have failed out: what a changed rule would have meant."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipelines import catalog
from pipelines.errors import PlaceError
from pipelines.intake.validation.context import RegisterContext, RegisterLine, ReportContext
from pipelines.intake.validation.district_shift import district_shifts
from pipelines.intake.validation.prior_values import PriorValues, RegisterSnapshot, parse_quarter
from pipelines.intake.validation.registry import LINE_RULES, RULES
from pipelines.reference import places
from pipelines.settings import Settings

#: What these look at is in the ledger only as a keyed hash.
UNTESTABLE_RULES = {"rule-C13"}
#: Reporter, period, field, value; or reporter, period, record, column, text of form C.
PastValue = tuple[str, str, str, int | None]
PastLineCell = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class RuleFailure:
    """One past return that a rule would fail; `record` names the line of form C."""

    code: str
    reporter: str
    period: str
    fields: tuple[str, ...]
    record: str = ""

    @property
    def version(self) -> int:
        """The version of the rule that says so."""
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
    """Which returns among what was received these rules would have failed, each beside what came before it.

    `accepted` are the values that count, where more was received than that.
    """
    wanted, rows, cells = list(codes), list(rows), list(cells)
    history = PriorValues.from_rows(
        rows if accepted is None else accepted,
        ((reporter, *rest) for reporter, _, *rest in cells),  # type: ignore[misc]
    )
    yield from _backtest_returns(
        [c for c in wanted if c in RULES], rows, history, registers, settings
    )
    yield from _backtest_lines([c for c in wanted if c in LINE_RULES], cells, history, registers)


def _backtest_returns(
    codes: Sequence[str],
    rows: Sequence[PastValue],
    history: PriorValues,
    registers: RegisterSnapshot,
    settings: Settings,
) -> Iterator[RuleFailure]:
    groups: dict[tuple[str, str, str], dict[str, int | None]] = defaultdict(dict)
    for reporter, period, field, value in rows:
        groups[reporter, period, field[0].upper()][field] = value
    rules = [RULES[code] for code in codes]
    readings: dict[tuple[str, str, str], list[ReportContext]] = defaultdict(list)
    for (reporter, period, form), values in groups.items():
        reading = ReportContext(
            reporter, form, parse_quarter(period), values, history, registers, settings.team_size
        )
        readings[form, period, _group_by_district(reading)].append(reading)
    for (form, period, _), beside in readings.items():
        moved = {move.field: move.ratio for move in district_shifts(beside)}
        for reading in (replace(r, district_shift=moved) for r in beside):
            for rule in (r for r in rules if r.applies_to(form)):
                yield from (
                    RuleFailure(rule.code, reading.reporter, period, f.fields)
                    for f in rule.evaluate(reading)
                )


def _group_by_district(reading: ReportContext) -> str:
    """The district a team's return came with; a point sends its form alone, so nothing stands beside it."""
    if reading.form == "B":
        return reading.reporter
    try:
        return places.load_places().find_place(reading.commune, reading.quarter.end).district_code
    except PlaceError:
        return reading.reporter


def _backtest_lines(
    codes: Sequence[str],
    cells: Sequence[PastLineCell],
    history: PriorValues,
    registers: RegisterSnapshot,
) -> Iterator[RuleFailure]:
    """The lines of form C, return by return."""
    pages: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for reporter, period, record, column, text in cells:
        pages[reporter, period][record][column] = text
    rules = [
        LINE_RULES[code]
        for code in codes
        if code.startswith("rule-C") and code not in UNTESTABLE_RULES
    ]
    for (reporter, period), texts in pages.items():
        lines = [RegisterLine("C", reporter, record, found) for record, found in texts.items()]
        page = RegisterContext(
            lines,
            parse_quarter(period).end,
            date.today(),
            _drop_own_lines(history, reporter),
            registers,
        )
        for rule in rules:
            for line in lines:
                found = rule.evaluate_line(line, page)
                yield from (
                    RuleFailure(rule.code, reporter, period, f.fields, line.record) for f in found
                )


def _drop_own_lines(history: PriorValues, reporter: str) -> PriorValues:
    """NOTE: what a line became later is no past of the line; each is judged as if it came first."""
    lines: Mapping[str, Mapping[str, Mapping[str, str]]] = {
        k: v for k, v in history.lines.items() if k != reporter
    }
    return PriorValues(history.values, lines)
