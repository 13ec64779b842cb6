"""Carry out what a steward decides: close a period, approve, withdraw, forget a key, aliases.

Each is a ledger row and a line of the audit trail; nothing is removed (docs/domain.md 4.5).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl

from pipelines.errors import Refused
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.reference import periods, places
from pipelines.settings import Settings
from pipelines.store.audit_trail import TRAIL_KEY
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.store.state_db import AUDIT_KEY, StateDatabase


def close_period(settings: Settings, period: str, actor: str, reason: str) -> list[str]:
    """Close quarters, so that what comes for them waits for approval; return those newly closed.

    Raises PeriodError, and Refused when all of them are closed already.
    """
    ledger = _open_ledger(settings)
    closed = ledger.frame("decisions").filter(pl.col("kind") == "close")["period"].to_list()
    codes = [code for code in _quarter_codes(period) if code not in closed]
    if not codes:
        raise Refused(f"{period} is closed already", code="already_closed", period=period)
    StateDatabase(settings.home).record_event(actor, "close", *codes)
    _append_decision(ledger, "close", actor, reason, [(code, None) for code in codes])
    return codes


def _quarter_codes(period: str) -> list[str]:
    """List the codes of the quarters in a period; raises PeriodError."""
    return periods.parse_period(period).quarter_codes


def approve_returns(
    settings: Settings, actor: str, reason: str, *, submission: str = "", period: str = ""
) -> list[str]:
    """Let returns count that came after their period was closed; return their receipts.

    That is one receipt, or all that wait for a period. Raises PeriodError, and Refused when nothing
    waits.
    """
    ledger = _open_ledger(settings)
    quarters = _quarter_codes(period) if period else []
    waiting = pl.concat(
        [
            ledger.values_waiting("values").select("submission", "period"),
            ledger.values_waiting("records").select("submission", "period"),
        ]
    ).unique(maintain_order=True)
    if submission:
        waiting = waiting.filter(pl.col("submission") == submission)
    if quarters:
        waiting = waiting.filter(pl.col("period").is_in(quarters))
    receipts = waiting["submission"].unique(maintain_order=True).to_list()
    if not receipts:
        raise Refused("nothing waits for approval", code="nothing_waits", name=submission or period)
    StateDatabase(settings.home).record_event(actor, "approve", *receipts)
    _append_decision(ledger, "approve", actor, reason, [(None, receipt) for receipt in receipts])
    return receipts


def withdraw_return(settings: Settings, submission: str, actor: str, reason: str) -> None:
    """Let a return count no more; what it had replaced counts again.

    Raises Refused for an unknown receipt.
    """
    ledger = _open_ledger(settings)
    if submission not in ledger.frame("submissions")["submission"]:
        raise Refused(
            f"there is no receipt {submission!r}", code="unknown_submission", name=submission
        )
    StateDatabase(settings.home).record_event(actor, "withdraw", submission)
    _append_decision(ledger, "withdraw", actor, reason, [(None, submission)])


def forget_point_key(settings: Settings, point: str, actor: str) -> bool:
    """Destroy a point's key: its client codes can never be matched again.

    Returns False when the point has none.
    """
    keys = PseudonymKeys(DataPaths(settings.home).keys)
    if point in (AUDIT_KEY, TRAIL_KEY) or not keys.has_key(point):
        return False
    StateDatabase(settings.home).record_event(actor, "forget", point)
    return keys.destroy_key(point)


def confirm_alias(settings: Settings, text: str, code: str, actor: str) -> None:
    """Let `text`, as officers write it, name the commune `code` from now on.

    Raises Refused for a code nobody has.
    """
    if not places.load_places().all_versions(code):
        raise Refused(f"no commune has the code {code!r}", code="unknown_place", text=code)
    StateDatabase(settings.home).record_event(actor, "alias", code)
    StateDatabase(settings.home).confirm_alias(text, code, actor)


def drop_alias(settings: Settings, text: str, actor: str) -> None:
    """Let `text` no longer be a name of its own; what was taken in stays.

    Raises Refused for a name nobody confirmed.
    """
    state = StateDatabase(settings.home)
    if text not in state.list_aliases():
        raise Refused(f"{text!r} was never confirmed", code="unknown_alias", text=text)
    state.record_event(actor, "alias_end")
    state.drop_alias(text)


def _open_ledger(settings: Settings) -> Ledger:
    return Ledger(settings.home, free_bytes=settings.free_bytes)


def _append_decision(
    ledger: Ledger,
    kind: str,
    actor: str,
    reason: str,
    targets: Iterable[tuple[str | None, str | None]],
) -> None:
    """Append one row per (period, receipt)."""
    now = datetime.now(UTC)
    rows: list[tuple[object, ...]] = [
        (1, "", now, kind, None, period, None, target, actor, reason) for period, target in targets
    ]
    ledger.append(LedgerBatch(decisions=to_frame("decisions", rows)))
