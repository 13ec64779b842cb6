"""The registry of rules: a small function named as its rule says whether it holds; the catalogue says the rest.

A function's parameters name the fields it needs; when one of them is missing, the rule says nothing. `r` is the
whole reading, `line` and `page` a register's line and its surroundings.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from pipelines import catalog
from pipelines.intake.check.reading import Line, Page, Reading


@dataclass(frozen=True)
class Finding:
    """Where a rule fails, and what its sentence needs."""

    fields: tuple[str, ...]
    values: dict[str, str | int]


#: True: the rule holds. False: it fails at the fields the catalogue names.
Verdict = bool | list[Finding]


@dataclass(frozen=True)
class Check:
    """A rule of the catalogue and the function that judges it."""

    code: str
    function: Callable[..., Verdict]
    needs: tuple[str, ...]
    whole: bool

    @property
    def fields(self) -> tuple[str, ...]:
        found = catalog.rules().get(self.code)
        return found.fields if found else ()

    def concerns(self, form: str) -> bool:
        """Does the rule look at this form? Rules between periods look at both."""
        return self.needs[0][0].upper() == form if self.needs else self.code[5:6] not in ({"A", "B"} - {form})

    def judge(self, r: Reading) -> list[Finding]:
        """What this rule finds in one reading; nothing when a value it needs is missing."""
        given = [r.values.get(code) for code in self.needs]
        if None in given:
            return []
        verdict = self.function(*given, r=r) if self.whole else self.function(*given)
        if verdict is True:
            return []
        known = {code: value for code, value in zip(self.needs, given, strict=True) if value is not None}
        return self._findings(verdict, known)

    def judge_line(self, line: Line, page: Page) -> list[Finding]:
        """What this rule finds in one register line."""
        return self._findings(self.function(line, page), {"record": line.record})

    def _findings(self, verdict: Verdict, given: dict[str, int] | dict[str, str]) -> list[Finding]:
        if verdict is True:
            return []
        failed = broken() if verdict is False else verdict
        return [Finding(f.fields or self.fields, {**given, **f.values}) for f in failed]


#: Rules over forms A and B, and over register lines, by code in the order they were written.
RULES: dict[str, Check] = {}
LINE_RULES: dict[str, Check] = {}


def broken(*fields: str, **values: str | int) -> list[Finding]:
    """One failure, at these fields (or those of the catalogue), with these values for its sentence."""
    return [Finding(fields, values)]


def rule(function: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Register `a01` as rule-A01 (`a05w` as rule-A05w, `v026` as the input code V026)."""
    names = tuple(inspect.signature(function).parameters)
    code = _code(function.__name__)
    RULES[code] = Check(code, function, tuple(n for n in names if n != "r"), "r" in names)
    return function


def line_rule(function: Callable[[Line, Page], Verdict]) -> Callable[[Line, Page], Verdict]:
    """Register `c01` as rule-C01, judged once a line."""
    code = _code(function.__name__)
    LINE_RULES[code] = Check(code, function, (), True)
    return function


def _code(name: str) -> str:
    return name.upper() if name.startswith("v") else f"rule-{name[0].upper()}{name[1:]}"
