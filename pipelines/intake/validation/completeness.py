"""Compare a consolidated workbook with the reporters that owe a return in it, one by one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.model import Return
from pipelines.intake.templates.report_subject import list_communes
from pipelines.intake.validation.prior_values import RegisterSnapshot, parse_quarter
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place

#: The case of V025 for a line that names a unit and holds nothing else.
BLANK_LINE = "line_blank"


@dataclass(frozen=True)
class Coverage:
    """Name the reporters that owe a line of a district's workbook, by what became of it.

    Each group maps reporter id to the name of its commune, in the order of the template.
    """

    #: The line holds something.
    filled: dict[str, str] = field(default_factory=dict)
    #: The line stands there with its unit and nothing else.
    blank: dict[str, str] = field(default_factory=dict)
    #: There is no line, and nothing was received before.
    missing: dict[str, str] = field(default_factory=dict)
    #: There is no line with figures, but an earlier return of the same period counts.
    earlier: dict[str, str] = field(default_factory=dict)
    #: The numbers by which empty lines name those who owe one.
    blank_numbers: set[str] = field(default_factory=set)

    @property
    def owed(self) -> int:
        """Return how many reporters owe a line."""
        return len(self.filled) + len(self.blank) + len(self.missing) + len(self.earlier)


def measure_coverage(
    ret: Return, registers: RegisterSnapshot, is_received: Callable[[str], bool]
) -> Coverage | None:
    """Return who of the district owes a line and has one; None for any other kind of return.

    `is_received` says of a reporter whether a return of the period counts already.
    """
    if ret.kind != "district" or not (ret.unit and ret.period):
        return None
    owed = list_owed(ret, registers)
    return _sort_owed(owed, ret, registers, is_received) if owed else None


def _sort_owed(
    owed: dict[str, str],
    ret: Return,
    registers: RegisterSnapshot,
    is_received: Callable[[str], bool],
) -> Coverage:
    """Sort the reporters that owe a line by what became of it, whatever number names them."""
    quarter = parse_quarter(ret.period)
    filled = _identify_all(set(ret.entries.reporter), registers, quarter)
    blank = _identify_all(_list_blank_numbers(ret), registers, quarter)
    asked = {number for number, unit in blank.items() if unit in owed}
    coverage = Coverage(blank_numbers=asked)
    for reporter, name in owed.items():
        if reporter in filled.values():
            coverage.filled[reporter] = name
        elif any(map(is_received, registers.list_numbers(reporter, quarter))):
            coverage.earlier[reporter] = name
        elif reporter in blank.values():
            coverage.blank[reporter] = name
        else:
            coverage.missing[reporter] = name
    return coverage


def _identify_all(
    numbers: Iterable[str], registers: RegisterSnapshot, quarter: Quarter
) -> dict[str, str]:
    """Map each number on the return to the unit it means."""
    return {number: registers.identify(number, quarter) for number in numbers}


def _list_blank_numbers(ret: Return) -> list[str]:
    return [one.reporter for one in ret.issues if is_blank_line(one) and one.reporter]


def is_blank_line(issue: Issue) -> bool:
    """Is the issue about a line that names a unit and holds nothing else?"""
    return issue.code == "V025" and issue.case == BLANK_LINE


def list_owed(ret: Return, registers: RegisterSnapshot) -> dict[str, str]:
    """Map each reporter of the district or city that owes the form to the name of its commune.

    A team or point owes it while in being on the period's last day (docs/domain.md 3.1). Where no
    register of teams is loaded yet, every commune of the district owes form A.
    """
    quarter = parse_quarter(ret.period)
    communes = list_communes(ret.unit, quarter.end)
    letter = "P" if ret.form == "B" else "D"
    if letter == "D" and not registers.has_register("D-"):
        return {f"D-{place.code}": place.full_name for place in communes}
    return _name_reporters(communes, registers.list_active(letter, quarter.end))


def _name_reporters(
    communes: Iterable[Place], active: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Name reporters by their commune, with their number where it has several."""
    named: dict[str, str] = {}
    for place in communes:
        own = active.get(place.code, ())
        for reporter in own:
            is_alone = len(own) == 1
            named[reporter] = place.full_name if is_alone else f"{place.full_name} ({reporter})"
    return named


def list_coverage_issues(ret: Return, coverage: Coverage) -> list[Issue]:
    """Return the issue that names the reporters without a line or without figures, if any."""
    values: dict[str, str | int] = {"n": len(coverage.filled), "total": coverage.owed}
    groups = {"missing": coverage.missing, "blank": coverage.blank}
    named = {group: "; ".join(names.values()) for group, names in groups.items() if names}
    sheet = next(iter(ret.entries.sheet), "")
    if not named and not coverage.earlier:
        return []
    case = "_".join(named) or "earlier"
    issue = make_issue("C008", sheet, case="" if case == "missing" else case)
    return [replace(issue, values={**values, **named})]


def drop_unowed_lines(issues: Iterable[Issue], coverage: Coverage) -> list[Issue]:
    """Return the issues without those about blank lines of units that owe nothing there."""
    asked = coverage.blank_numbers
    return [one for one in issues if not is_blank_line(one) or one.reporter in asked]
