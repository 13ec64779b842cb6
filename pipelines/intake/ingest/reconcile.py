"""Set an assessed file beside what was received before: is it known, newer or late?"""

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
from pipelines.intake.validation.prior_values import parse_quarter
from pipelines.settings import Settings

HANOI = timezone(timedelta(hours=7))


def reconcile(assessment: Assessment, prior: PriorReturns, settings: Settings) -> Assessment:
    """Return the assessment with what it repeats, replaces, changes or waits for."""
    sent = prior.find_submission(assessment.fingerprint or assessment.parsed_file.file_sha256)
    if sent and _is_repeat(assessment, sent, prior):
        return _mark_repeat(assessment, sent, prior, settings)
    groups = list_groups(assessment)
    latest = {group: prior.latest[group] for group in groups if group in prior.latest}
    revisions = dict.fromkeys(groups, 1)
    for group, newest in latest.items():
        revisions[group] = newest.revision + 1
    assessment = replace(assessment, revisions=revisions)
    if assessment.status == "returned":
        return assessment
    assessment = replace(
        assessment,
        replaced=_find_replaced(latest),
        changes=tuple(_find_changes(assessment, prior, latest)),
    )
    return _hold_for_approval(assessment, prior)


def list_groups(assessment: Assessment) -> list[ReturnGroup]:
    """List the forms, reporters and periods a file speaks of, in its own order."""
    groups = [run.group for run in assessment.entries.list_runs()]
    groups += [(r.register, r.reporter, r.period or "") for r, _ in assessment.records]
    ret = assessment.ret
    if ret.nil_return:
        groups.append((ret.form, ret.unit, ret.period))
    return list(dict.fromkeys(groups))


def blocked_keys(assessment: Assessment) -> frozenset[CellKey]:
    """Return what of this file is not taken."""
    entries = [entry for entry in assessment.entries if entry.state in ("blocked", "unread")]
    records = [record for record, state in assessment.records if state == "blocked"]
    keys = [(entry.reporter, entry.period, entry.field) for entry in entries]
    keys += [(record.reporter, record.record, record.field) for record in records]
    return frozenset(keys)


def _is_repeat(assessment: Assessment, sent: PriorSubmission, prior: PriorReturns) -> bool:
    """Is it the same table, of which no more is taken now than when it came first?"""
    if sent.status in ("accepted", "accepted_with_warnings") or assessment.status == "returned":
        return True
    return sent.status == "partly_accepted" and blocked_keys(assessment) == prior.blocked_keys(sent)


def _mark_repeat(
    assessment: Assessment, sent: PriorSubmission, prior: PriorReturns, settings: Settings
) -> Assessment:
    """Return the assessment of a file that was received before: nothing is loaded.

    The first receipt stands, and what is still to be corrected is repeated.
    """
    if sent.status == "returned":
        return replace(assessment, known=sent)
    issues = list(assessment.issues) if sent.status == "partly_accepted" else []
    if _is_replaced(assessment, sent, prior):
        issues.append(make_issue("C005"))
    else:
        issues.append(_received_note(sent, settings))
    return replace(assessment, known=sent, status=sent.status, issues=tuple(issues))


def _is_replaced(assessment: Assessment, sent: PriorSubmission, prior: PriorReturns) -> bool:
    """Has a later return replaced any part of this one?"""
    for group in list_groups(assessment):
        newest = prior.latest.get(group)
        if newest and newest.submission != sent.submission:
            return True
    return False


def _received_note(sent: PriorSubmission, settings: Settings) -> Issue:
    received = settings.local_time(sent.received)
    return make_issue("C003", time=f"{received:%H:%M}", date=f"{received:%d/%m/%Y}")


def _find_replaced(latest: Mapping[ReturnGroup, LatestReturn]) -> ReplacedReturn | None:
    """Return the newest of the returns that this one replaces; None when there is none."""
    replaced: list[ReplacedReturn] = []
    for newest in latest.values():
        if newest.submission and newest.received:
            replaced.append(ReplacedReturn(newest.submission, newest.received))
    return max(replaced, key=lambda earlier: earlier.received, default=None)


def _find_changes(
    assessment: Assessment, prior: PriorReturns, latest: Mapping[ReturnGroup, LatestReturn]
) -> Iterator[ValueChange]:
    """Yield the figures that become others; the first figure of a reporter is no change."""
    if not latest:
        return
    history = prior.history
    entries = assessment.entries
    at = 0
    for run in entries.list_runs():
        cells = range(at, at + run.cells)
        at += run.cells
        if run.group not in latest:
            continue
        before = history.get_report(run.reporter, parse_quarter(run.period))
        for cell in cells:
            code, value = entries.code[cell], entries.value[cell]
            if value is None or entries.state[cell] != "accepted":
                continue
            if value != before.get(code):
                yield ValueChange(run.reporter, run.period, code, before.get(code), value)


def _hold_for_approval(assessment: Assessment, prior: PriorReturns) -> Assessment:
    """Let a file that speaks of a closed period wait for approval."""
    periods = {period for _, _, period in list_groups(assessment)}
    late = sorted(periods & prior.closed)
    if not late:
        return assessment
    notes = [make_issue("C004", period=period) for period in late]
    issues = (*assessment.issues, *notes)
    return replace(assessment, status=choose_status(issues), issues=issues, waiting=True)
