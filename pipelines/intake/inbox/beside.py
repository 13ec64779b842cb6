"""A decided file beside what was received before: known already, newer, late? Its changes and revisions come out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta, timezone

from pipelines.intake.history import Group, Key, Latest, Past, Sent
from pipelines.intake.inbox.decide import Decided, choose_status
from pipelines.intake.inbox.outcome import Change, Replaced
from pipelines.intake.issues import Issue, issue

HANOI = timezone(timedelta(hours=7))


def beside(decided: Decided, past: Past) -> Decided:
    """The same file with what it repeats, replaces, changes or waits for."""
    sent = past.sent.get(decided.canonical or decided.judged.file_sha256)
    if sent and _repeats(decided, sent, past):
        return _repeated(decided, sent, past)
    spoken = groups(decided)
    latest = {group: past.latest[group] for group in spoken if group in past.latest}
    numbered = {group: latest[group].revision + 1 if group in latest else 1 for group in spoken}
    decided = replace(decided, revisions=numbered)
    if decided.status == "returned":
        return decided
    changes = tuple(_changes(decided, past, latest))
    return _late(replace(decided, replaced=_replaced(latest), changes=changes), past)


def groups(decided: Decided) -> list[Group]:
    """The forms, reporters and periods a file speaks of, in its own order."""
    values = ((e.field[0].upper(), e.reporter, e.period) for e in decided.entries)
    records = ((r.register, r.reporter, r.period or "") for r, _ in decided.records)
    nothing = [(decided.ret.form, decided.ret.unit, decided.ret.period)] if decided.ret.nothing else []
    return list(dict.fromkeys([*values, *records, *nothing]))


def held(decided: Decided) -> frozenset[Key]:
    """What of this file is not taken."""
    values = [(e.reporter, e.period, e.field) for e in decided.entries if e.state in ("blocked", "unread")]
    records = [(r.reporter, r.record, r.field) for r, state in decided.records if state == "blocked"]
    return frozenset(values + records)


def _repeats(decided: Decided, sent: Sent, past: Past) -> bool:
    """The same table, and no more of it is taken now than when it came first."""
    if sent.status in ("accepted", "accepted_with_warnings") or decided.status == "returned":
        return True
    return sent.status == "partly_accepted" and held(decided) == past.held(sent)


def _repeated(decided: Decided, sent: Sent, past: Past) -> Decided:
    """Nothing is loaded: the first receipt stands, and what is still to be mended is said again."""
    if sent.status == "returned":
        return replace(decided, known=sent)
    newer = any(past.latest[g].submission != sent.submission for g in groups(decided) if g in past.latest)
    note = issue("C005") if newer else _received(sent)
    again = decided.issues if sent.status == "partly_accepted" else ()
    return replace(decided, known=sent, status=sent.status, issues=(*again, note))


def _received(sent: Sent) -> Issue:
    at = sent.received.astimezone(HANOI)
    return issue("C003", time=f"{at:%H:%M}", date=f"{at:%d/%m/%Y}")


def _replaced(latest: Mapping[Group, Latest]) -> Replaced | None:
    found = [Replaced(n.submission, n.received) for n in latest.values() if n.submission and n.received]
    return max(found, key=lambda r: r.received, default=None)


def _changes(decided: Decided, past: Past, latest: Mapping[Group, Latest]) -> Iterator[Change]:
    """Figures that become others; a figure of a reporter heard for the first time is no change."""
    for e in decided.entries:
        if e.state != "accepted" or e.value is None:
            continue
        heard = (e.field[0].upper(), e.reporter, e.period) in latest
        if heard and (before := past.history.value(e.reporter, e.period, e.field)) != e.value:
            yield Change(e.reporter, e.period, e.field, before, e.value)


def _late(decided: Decided, past: Past) -> Decided:
    """What speaks of a closed period waits for approval."""
    late = sorted({period for _, _, period in groups(decided)} & past.closed)
    if not late:
        return decided
    issues = (*decided.issues, *(issue("C004", period=period) for period in late))
    return replace(decided, status=choose_status(issues), issues=issues, waiting=True)
