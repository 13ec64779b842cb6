"""Decides what an issue does to a file; nothing else in the program chooses a severity or an effect."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pipelines.catalog.load import find_definition, messages, rules
from pipelines.catalog.types import (
    Case,
    Consequence,
    Effect,
    MessageDefinition,
    RuleDefinition,
    Severity,
    Text,
)
from pipelines.errors import CatalogError

#: Circumstances any code may meet; those of one code alone stand beside its sentence, under `cases`.
#: `answered`: the officer explained the value in the note column. `aside`: nothing is read from the cell.
#: `line`: the cell says whose the line is. `whole`: the cell says whose the file is, or the file cannot be read on.
GENERAL = ("answered", "aside", "line", "whole")
_WIDER: Mapping[str, Effect] = MappingProxyType({"line": "line", "whole": "reject"})


@cache
def decide_consequence(code: str, case: str = "") -> Consequence:
    """The severity and effect of an issue; raises CatalogError for an unknown code or case."""
    entry = _find_entry(code)
    default = entry.consequence
    if default is None:
        raise CatalogError(f"{code!r} is no issue of a file", kind="issue", name=code, near="")
    if case in entry.cases:
        return entry.cases[case].consequence
    if case and case not in GENERAL:
        raise CatalogError(f"{code!r} has no case {case!r}", kind="case", name=case, near="")
    return _adjust(default, case)


def list_issue_codes() -> tuple[str, ...]:
    """Every code an issue of a file may have."""
    said = [code for code, message in messages().items() if message.consequence]
    return (*said, *rules())


def list_cases(code: str) -> Mapping[str, Case]:
    """The circumstances the catalogue names for one code."""
    return _find_entry(code).cases


def choose_text(code: str, case: str = "") -> Text:
    """The sentence of an issue in its circumstances."""
    entry = _find_entry(code)
    own = entry.cases[case].text if case in entry.cases else None
    return own or (entry.message if isinstance(entry, RuleDefinition) else entry.text)


def _find_entry(code: str) -> MessageDefinition | RuleDefinition:
    if code.startswith("rule-"):
        return find_definition(rules(), "rule", code, folded=False)
    return find_definition(messages(), "message", code, folded=False)


def _adjust(default: Consequence, case: str) -> Consequence:
    if case == "answered" and default.severity == "warning":
        return _load_with("info")
    if case == "aside" and default.effect in ("cells", "line"):
        return _load_with("warning")
    if case in _WIDER and default.effect in ("cells", "line"):
        return Consequence("error", _WIDER[case])
    return default


def _load_with(severity: Severity) -> Consequence:
    return Consequence(severity, "none")
