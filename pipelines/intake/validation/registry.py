"""The registry of rules: a small function named as its rule says whether it holds; the catalogue says the rest.

A function's parameters name the fields it needs; when one of them is missing, the rule says nothing. `r` is the
whole reading, `line` and `page` a register's line and its surroundings.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pipelines import catalog
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue
from pipelines.intake.validation.context import RegisterContext, RegisterLine, ReportContext
from pipelines.spreadsheet.model import read_row


@dataclass(frozen=True)
class Violation:
    """Where a rule fails, and what its sentence needs."""

    fields: tuple[str, ...]
    values: dict[str, str | int]


#: True: the rule holds. False: it fails at the fields the catalogue names.
RuleResult = bool | list[Violation]


@dataclass(frozen=True)
class Rule:
    """A rule of the catalogue and the function that judges it."""

    code: str
    function: Callable[..., RuleResult]
    needs: tuple[str, ...]
    takes_context: bool

    @property
    def fields(self) -> tuple[str, ...]:
        found = catalog.rules().get(self.code)
        return found.fields if found else ()

    def applies_to(self, form: str) -> bool:
        """Does the rule look at this form? Rules between periods look at both."""
        return (
            self.needs[0][0].upper() == form
            if self.needs
            else self.code[5:6] not in ({"A", "B"} - {form})
        )

    def evaluate(self, r: ReportContext) -> list[Violation]:
        """What this rule finds in one reading; nothing when a value it needs is missing."""
        given = [r.values.get(code) for code in self.needs]
        if None in given:
            return []
        verdict = self.function(*given, r=r) if self.takes_context else self.function(*given)
        if verdict is True:
            return []
        known = {
            code: value for code, value in zip(self.needs, given, strict=True) if value is not None
        }
        return self._to_violations(verdict, known)

    def evaluate_line(self, line: RegisterLine, page: RegisterContext) -> list[Violation]:
        """What this rule finds in one register line."""
        return self._to_violations(self.function(line, page), {"record": line.record})

    def _to_violations(
        self, outcome: RuleResult, given: dict[str, int] | dict[str, str]
    ) -> list[Violation]:
        if outcome is True:
            return []
        failed = violation() if outcome is False else outcome
        return [Violation(f.fields or self.fields, {**given, **f.values}) for f in failed]


#: Rules over forms A and B, and over register lines, by code in the order they were written.
RULES: dict[str, Rule] = {}
LINE_RULES: dict[str, Rule] = {}


def violation(*fields: str, **values: str | int) -> list[Violation]:
    """One failure, at these fields (or those of the catalogue), with these values for its sentence."""
    return [Violation(fields, values)]


def rule(function: Callable[..., RuleResult]) -> Callable[..., RuleResult]:
    """Register `a01` as rule-A01 (`a05w` as rule-A05w, `v026` as the input code V026)."""
    names = tuple(inspect.signature(function).parameters)
    code = _code_from_name(function.__name__)
    RULES[code] = Rule(code, function, tuple(n for n in names if n != "r"), "r" in names)
    return function


def line_rule(
    function: Callable[[RegisterLine, RegisterContext], RuleResult],
) -> Callable[[RegisterLine, RegisterContext], RuleResult]:
    """Register `c01` as rule-C01, judged once a line."""
    code = _code_from_name(function.__name__)
    LINE_RULES[code] = Rule(code, function, (), True)
    return function


def _code_from_name(name: str) -> str:
    """The code before the first underline: `a01_closing_balance` is rule-A01."""
    code, _, _ = name.partition("_")
    return code.upper() if code.startswith("v") else f"rule-{code[0].upper()}{code[1:]}"


@dataclass(frozen=True)
class Blocked:
    """The cells and lines that may not be taken, or the whole file."""

    whole: bool
    cells: frozenset[tuple[str, str]]
    lines: frozenset[tuple[str, int]]

    def holds(self, sheet: str, cell: str) -> bool:
        """True when the cell may not be taken."""
        return self.whole or (sheet, cell) in self.cells or (sheet, read_row(cell)) in self.lines


def find_blocked(issues: Iterable[Issue]) -> Blocked:
    """What the issues keep out; warnings and notes keep out nothing."""
    cells: set[tuple[str, str]] = set()
    lines: set[tuple[str, int]] = set()
    whole = False
    for one in issues:
        effect = one.effect
        whole = whole or one.refuses
        if effect in ("cells", "line"):
            cells.update((one.sheet, cell) for cell in one.cells)
        if effect == "line":
            lines.update((one.sheet, read_row(cell)) for cell in one.cells)
    return Blocked(whole, frozenset(cells), frozenset(lines - {(sheet, 0) for sheet, _ in lines}))


def block_entries(entries: Iterable[FieldValue], blocked: Blocked) -> list[FieldValue]:
    """The entries, those that may not be taken with the state `blocked` and their text kept as sent."""
    return [
        replace(entry, state="blocked")
        if entry.state == "accepted" and blocked.holds(entry.sheet, entry.cell)
        else entry
        for entry in entries
    ]
