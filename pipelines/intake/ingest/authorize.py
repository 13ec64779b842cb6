"""Refuse a file that speaks for others than its sender may (C006)."""

from dataclasses import replace

from pipelines.intake.issues import make_issue
from pipelines.intake.model import REFERRAL_REGISTER, RegisterCell, Return
from pipelines.intake.prior_returns import district_of
from pipelines.intake.sandbox import ParsedFile
from pipelines.privacy.scope import Scope
from pipelines.reference.office_names import province_code


def authorize_file(parsed: ParsedFile, scope: Scope) -> ParsedFile:
    """Return the file as it was, or refused.

    A district sends for its own communes, an outsider for nobody.
    """
    if scope.sees_all or parsed.ret is None:
        return parsed
    for unit, period in _list_units(parsed.ret):
        if not scope.sees_exactly(district_of(unit, period)):
            return _refuse(parsed, unit)
    return parsed


def _refuse(parsed: ParsedFile, foreign: str) -> ParsedFile:
    """Refuse the whole file because of one unit.

    NOTE: nothing of the file goes on: what somebody else reported must not be shown beside it.
    """
    issues = [make_issue("C006", name=foreign)]
    return replace(parsed, data=None, ret=None, issues=issues, refused=True)


def _list_units(ret: Return) -> list[tuple[str, str]]:
    """List every unit a return speaks for, with the period."""
    units = set(zip(ret.entries.reporter, ret.entries.period, strict=True))
    units.update(map(_unit_of_line, ret.records))
    if not units and ret.unit:
        return [(ret.unit, ret.period)]
    return sorted(units)


def _unit_of_line(record: RegisterCell) -> tuple[str, str]:
    """Return the unit a register's line speaks for, with the period.

    NOTE: a line of a form D register speaks for the city, in whosever name the file is: it moves
    and closes units.
    """
    unit = record.reporter if record.register == REFERRAL_REGISTER else province_code()
    return unit, record.period or ""
