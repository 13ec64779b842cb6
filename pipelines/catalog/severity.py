"""Decide what an issue does to a file.

Nothing else in the program chooses a severity or an effect.
"""

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

#: Circumstances any code may meet; those of one code alone stand beside its sentence, under
#: `cases`. `answered`: the officer explained the value in the note column. `aside`: nothing is read
#: from the cell. `line`: the cell says whose the line is. `whole`: the cell says whose the file is,
#: or the file cannot be read on.
GENERAL = ("answered", "aside", "line", "whole")
_WIDER: Mapping[str, Effect] = MappingProxyType({"line": "line", "whole": "reject"})


@cache
def decide_consequence(code: str, case: str = "") -> Consequence:
    """Return severity and effect of an issue; raises CatalogError for an unknown code or case."""
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
    """Return every code an issue of a file may have."""
    codes = [code for code, message in messages().items() if message.consequence]
    return (*codes, *rules())


def list_cases(code: str) -> Mapping[str, Case]:
    """Return the circumstances the catalogue names for one code."""
    return _find_entry(code).cases


def choose_text(code: str, case: str = "") -> Text:
    """Return the sentence of an issue in its circumstances."""
    entry = _find_entry(code)
    own = entry.cases[case].text if case in entry.cases else None
    if own:
        return own
    return entry.message if isinstance(entry, RuleDefinition) else entry.text


def _find_entry(code: str) -> MessageDefinition | RuleDefinition:
    if code.startswith("rule-"):
        return find_definition(rules(), "rule", code, folded=False)
    return find_definition(messages(), "message", code, folded=False)


def _adjust(default: Consequence, case: str) -> Consequence:
    """Return the consequence of an issue in one of the general circumstances."""
    if case == "answered":
        return _load_with("info") if default.severity == "warning" else default
    if default.effect not in ("cells", "line"):
        return default

    if case == "aside":
        return _load_with("warning")
    if case in _WIDER:
        return Consequence("error", _WIDER[case])
    return default


def _load_with(severity: Severity) -> Consequence:
    return Consequence(severity, "none")
