"""A decided file beside what was received before: known already, newer, late? Its changes and revisions come out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta, timezone

from pipelines.intake.ingest.assess import Assessment, choose_status
from pipelines.intake.ingest.result import ReplacedReturn, ValueChange
from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.prior_returns import (
    CellKey,
    LatestReturn,
    PriorReturns,
    PriorSubmission,
    ReturnGroup,
)

HANOI = timezone(timedelta(hours=7))


def reconcile(assessment: Assessment, prior: PriorReturns) -> Assessment:
    """The same file with what it repeats, replaces, changes or waits for."""
    sent = prior.by_fingerprint.get(assessment.fingerprint or assessment.parsed_file.file_sha256)
    if sent and _is_repeat(assessment, sent, prior):
        return _mark_repeat(assessment, sent, prior)
    spoken = list_groups(assessment)
    latest = {group: prior.latest[group] for group in spoken if group in prior.latest}
    numbered = {group: latest[group].revision + 1 if group in latest else 1 for group in spoken}
    assessment = replace(assessment, revisions=numbered)
    if assessment.status == "returned":
        return assessment
    changes = tuple(_find_changes(assessment, prior, latest))
    return _hold_for_approval(
        replace(assessment, replaced=_find_replaced(latest), changes=changes), prior
    )


def list_groups(assessment: Assessment) -> list[ReturnGroup]:
    """The forms, reporters and periods a file speaks of, in its own order."""
    values = ((e.field[0].upper(), e.reporter, e.period) for e in assessment.entries)
    records = ((r.register, r.reporter, r.period or "") for r, _ in assessment.records)
    nothing = (
        [(assessment.ret.form, assessment.ret.unit, assessment.ret.period)]
        if assessment.ret.nil_return
        else []
    )
    return list(dict.fromkeys([*values, *records, *nothing]))


def blocked_keys(assessment: Assessment) -> frozenset[CellKey]:
    """What of this file is not taken."""
    values = [
        (e.reporter, e.period, e.field)
        for e in assessment.entries
        if e.state in ("blocked", "unread")
    ]
    records = [
        (r.reporter, r.record, r.field) for r, state in assessment.records if state == "blocked"
    ]
    return frozenset(values + records)


def _is_repeat(assessment: Assessment, sent: PriorSubmission, prior: PriorReturns) -> bool:
    """The same table, and no more of it is taken now than when it came first."""
    if sent.status in ("accepted", "accepted_with_warnings") or assessment.status == "returned":
        return True
    return sent.status == "partly_accepted" and blocked_keys(assessment) == prior.blocked_keys(sent)


def _mark_repeat(assessment: Assessment, sent: PriorSubmission, prior: PriorReturns) -> Assessment:
    """Nothing is loaded: the first receipt stands, and what is still to be mended is said again."""
    if sent.status == "returned":
        return replace(assessment, known=sent)
    newer = any(
        prior.latest[g].submission != sent.submission
        for g in list_groups(assessment)
        if g in prior.latest
    )
    note = make_issue("C005") if newer else _received_note(sent)
    again = assessment.issues if sent.status == "partly_accepted" else ()
    return replace(assessment, known=sent, status=sent.status, issues=(*again, note))


def _received_note(sent: PriorSubmission) -> Issue:
    at = sent.received.astimezone(HANOI)
    return make_issue("C003", time=f"{at:%H:%M}", date=f"{at:%d/%m/%Y}")


def _find_replaced(latest: Mapping[ReturnGroup, LatestReturn]) -> ReplacedReturn | None:
    found = [
        ReplacedReturn(n.submission, n.received)
        for n in latest.values()
        if n.submission and n.received
    ]
    return max(found, key=lambda r: r.received, default=None)


def _find_changes(
    assessment: Assessment, prior: PriorReturns, latest: Mapping[ReturnGroup, LatestReturn]
) -> Iterator[ValueChange]:
    """Figures that become others; a figure of a reporter heard for the first time is no change."""
    for e in assessment.entries:
        if e.state != "accepted" or e.value is None:
            continue
        heard = (e.field[0].upper(), e.reporter, e.period) in latest
        if heard and (before := prior.history.get_value(e.reporter, e.period, e.field)) != e.value:
            yield ValueChange(e.reporter, e.period, e.field, before, e.value)


def _hold_for_approval(assessment: Assessment, prior: PriorReturns) -> Assessment:
    """What speaks of a closed period waits for approval."""
    late = sorted({period for _, _, period in list_groups(assessment)} & prior.closed)
    if not late:
        return assessment
    issues = (*assessment.issues, *(make_issue("C004", period=period) for period in late))
    return replace(assessment, status=choose_status(issues), issues=issues, waiting=True)
