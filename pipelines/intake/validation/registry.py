"""Register rules: a small function named as its rule says whether the rule holds.

The catalogue says the rest. A function's parameters name the fields it needs; when one of them is
missing, the rule says nothing. `r` is the whole report, `line` and `page` a register's line and its
surroundings.
"""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines import catalog
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValues
from pipelines.intake.validation.context import (
    RegisterContext,
    RegisterLine,
    ReportColumns,
    ReportContext,
)
from pipelines.spreadsheet.model import read_row


@dataclass(frozen=True)
class Violation:
    """Name the fields at which a rule fails, and the values of its sentence."""

    fields: tuple[str, ...]
    values: dict[str, str | int]
    #: The circumstance that changes what the rule means, as in rules.toml; empty for the ordinary.
    case: str = ""


#: True: the rule holds. False: it fails at the fields the catalogue names.
RuleResult = bool | list[Violation]


@dataclass(frozen=True)
class Rule:
    """Join a rule of the catalogue with the function that evaluates it."""

    code: str
    function: Callable[..., RuleResult]
    needs: tuple[str, ...]
    takes_context: bool

    @property
    def fields(self) -> tuple[str, ...]:
        definition = catalog.rules().get(self.code)
        return definition.fields if definition else ()

    @property
    def wholes(self) -> tuple[str, ...]:
        definition = catalog.rules().get(self.code)
        return definition.wholes if definition else ()

    def applies_to(self, form: str) -> bool:
        """Does the rule look at this form? Rules between periods look at both."""
        if self.needs:
            return self.needs[0][0].upper() == form
        other_forms = {"A", "B"} - {form}
        return self.code[5:6] not in other_forms

    def evaluate(self, r: ReportContext) -> list[Violation]:
        """Return where this rule fails in one report; nothing when a value it needs is missing."""
        return [failure for _, failure in self.find_violations(ReportColumns([r]))]

    def find_violations(self, reports: ReportColumns) -> Iterator[tuple[int, Violation]]:
        """Yield where this rule fails in reports of one form, with the report's place.

        A report without a value the rule needs is left out. Whole columns are gone through; only
        what fails is looked at alone.
        """
        places, columns = reports.select_complete(self.needs)
        given: list[Sequence[object]] = [*columns]
        if self.takes_context:
            given.append([reports.contexts[at] for at in places])
        outcomes = list(map(self.function, *given))
        for at in _find_failing(outcomes):
            numbers = [column[at] or 0 for column in columns]
            values = dict(zip(self.needs, numbers, strict=True))
            for failure in self._to_violations(outcomes[at], values):
                yield places[at], failure

    def evaluate_line(self, line: RegisterLine, page: RegisterContext) -> list[Violation]:
        """Return where this rule fails in one register line."""
        return self._to_violations(self.function(line, page), {"record": line.record})

    def _to_violations(
        self, outcome: RuleResult, values: dict[str, int] | dict[str, str]
    ) -> list[Violation]:
        if outcome is True:
            return []
        failures = violation() if outcome is False else outcome
        return [
            Violation(f.fields or self.fields, {**values, **f.values}, f.case) for f in failures
        ]


def _find_failing(outcomes: list[RuleResult]) -> list[int]:
    """Return the places of the outcomes that name a failure; nearly always there is none."""
    if outcomes.count(True) == len(outcomes):
        return []
    return [at for at, outcome in enumerate(outcomes) if outcome is not True and outcome != []]


#: Rules over forms A and B, and over register lines, by code in the order they were written.
RULES: dict[str, Rule] = {}
LINE_RULES: dict[str, Rule] = {}


def violation(*fields: str, **values: str | int) -> list[Violation]:
    """Build one failure at these fields, or those of the catalogue, with its sentence's values."""
    return [Violation(fields, values)]


def rule(function: Callable[..., RuleResult]) -> Callable[..., RuleResult]:
    """Register `a01` as rule-A01 (`a05w` as rule-A05w, `v026` as the input code V026)."""
    names = tuple(inspect.signature(function).parameters)
    code = _code_from_name(function.__name__)
    needs = tuple(name for name in names if name != "r")
    RULES[code] = Rule(code, function, needs, "r" in names)
    return function


def line_rule(
    function: Callable[[RegisterLine, RegisterContext], RuleResult],
) -> Callable[[RegisterLine, RegisterContext], RuleResult]:
    """Register `c01` as rule-C01, evaluated once a line."""
    code = _code_from_name(function.__name__)
    LINE_RULES[code] = Rule(code, function, (), True)
    return function


def _code_from_name(name: str) -> str:
    """Return the code before the first underline: `a01_closing_balance` is rule-A01."""
    code, _, _ = name.partition("_")
    return code.upper() if code.startswith("v") else f"rule-{code[0].upper()}{code[1:]}"


@dataclass(frozen=True)
class Blocked:
    """List the cells and lines that may not be taken, or the whole file."""

    whole: bool
    cells: frozenset[tuple[str, str]]
    lines: frozenset[tuple[str, int]]

    @property
    def holds_any(self) -> bool:
        """True when anything of the file may not be taken."""
        return bool(self.whole or self.cells or self.lines)

    def holds(self, sheet: str, cell: str) -> bool:
        """True when the cell may not be taken."""
        if self.whole or (sheet, cell) in self.cells:
            return True
        return bool(self.lines) and (sheet, read_row(cell)) in self.lines


def find_blocked(issues: Iterable[Issue]) -> Blocked:
    """Return what the issues keep out; warnings and notes keep out nothing.

    A whole stays when one rule finds its parts wrong; two rules against it prove it wrong.
    """
    cells: set[tuple[str, str]] = set()
    lines: set[tuple[str, int]] = set()
    against: dict[tuple[str, str], set[str]] = defaultdict(set)
    whole = False
    for issue in issues:
        whole = whole or issue.refuses
        if issue.effect in ("cells", "line"):
            for place in issue.places:
                against[place].add(issue.code)
            cells.update(place for place in issue.places if place[1] not in issue.flagged)
        if issue.effect == "line":
            lines |= _list_lines(issue)
    cells.update(cell for cell, codes in against.items() if len(codes) > 1)
    return Blocked(whole, frozenset(cells), frozenset(lines))


def _list_lines(issue: Issue) -> set[tuple[str, int]]:
    """Return sheet and row of an issue's cells, where they have a row."""
    rows = set(map(read_row, issue.cells))
    return {(issue.sheet, row) for row in rows if row}


def block_entries(entries: FieldValues, blocked: Blocked) -> FieldValues:
    """Return the entries, each with the state `blocked` where it may not be taken.

    The text of a blocked entry is kept as sent.
    """
    if not blocked.holds_any:
        return entries
    states = list(entries.state)
    for at in _find_blocked_positions(entries, blocked):
        if states[at] == "accepted":
            states[at] = "blocked"
    return entries.with_states(states)


def _find_blocked_positions(entries: FieldValues, blocked: Blocked) -> Sequence[int]:
    if blocked.whole:
        return range(len(entries))
    places = enumerate(zip(entries.sheet, entries.cell, strict=True))
    if blocked.lines:
        return [at for at, place in places if blocked.holds(*place)]
    return [at for at, place in places if place in blocked.cells]
