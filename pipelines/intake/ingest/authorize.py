"""A judged file and its sender's scope in, the same file out, refused whole (C006) where it speaks for others."""

from collections.abc import Iterator
from dataclasses import replace

from pipelines.intake.issues import make_issue
from pipelines.intake.model import REFERRAL_REGISTER, Return
from pipelines.intake.prior_returns import district_of
from pipelines.intake.sandbox import ParsedFile
from pipelines.intake.templates.report_subject import CITY
from pipelines.privacy.scope import Scope


def authorize_file(parsed: ParsedFile, scope: Scope) -> ParsedFile:
    """The file as it was, or refused: a district sends for its own communes, an outsider for nobody."""
    if scope.sees_all or parsed.ret is None:
        return parsed
    foreign = next(
        (unit for unit, district in _list_units(parsed.ret) if not scope.sees_exactly(district)),
        None,
    )
    if foreign is None:
        return parsed
    # NOTE: nothing of the file goes on: what somebody else reported must not be shown beside it.
    return replace(
        parsed, data=None, ret=None, issues=[make_issue("C006", name=foreign)], refused=True
    )


def _list_units(ret: Return) -> Iterator[tuple[str, str]]:
    """Every unit a return speaks for, with its district; the city's own and unknown ones belong to no district.

    NOTE: a line of a form D register speaks for the city, in whosever name the file is: it moves and closes units.
    """
    pairs = {(e.reporter, e.period) for e in ret.entries}
    pairs |= {
        (r.reporter if r.register == REFERRAL_REGISTER else CITY, r.period or "")
        for r in ret.records
    }
    yield from ((reporter, district_of(reporter, period)) for reporter, period in sorted(pairs))
    if not pairs and ret.unit:
        yield ret.unit, district_of(ret.unit, ret.period)
