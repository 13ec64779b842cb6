"""What a steward decides: close a period, approve what came late, withdraw a return, forget a point's key.

Each is a ledger row and a line of the audit trail; nothing is removed (docs/domain.md 4.5).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl

from pipelines.errors import Refused
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.reference import periods, places
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.store.state_db import StateDatabase


def close_period(settings: Settings, period: str, actor: str, reason: str) -> list[str]:
    """From now on what comes for these quarters waits for approval; the quarters newly closed.

    Raises PeriodError, and Refused when all of them are closed already.
    """
    ledger = _open_ledger(settings)
    quarters = [quarter.code for quarter in periods.parse_period(period).quarters]
    done = ledger.frame("decisions").filter(pl.col("kind") == "close")["period"].to_list()
    fresh = [code for code in quarters if code not in done]
    if not fresh:
        raise Refused(f"{period} is closed already", code="already_closed", period=period)
    _append_decision(ledger, "close", actor, reason, ((code, None) for code in fresh))
    StateDatabase(settings.home).record_event(actor, "close", *fresh)
    return fresh


def approve_returns(
    settings: Settings, actor: str, reason: str, *, submission: str = "", period: str = ""
) -> list[str]:
    """Let returns count that came after their period was closed: one receipt, or all that wait for a period.

    Returns the receipts approved; raises PeriodError, and Refused when nothing waits.
    """
    ledger = _open_ledger(settings)
    quarters = [quarter.code for quarter in periods.parse_period(period).quarters] if period else []
    rows = [
        ledger.values_waiting(kind).select("submission", "period") for kind in ("values", "records")
    ]
    found = pl.concat(rows).unique(maintain_order=True)
    if submission:
        found = found.filter(pl.col("submission") == submission)
    if quarters:
        found = found.filter(pl.col("period").is_in(quarters))
    receipts = found["submission"].unique(maintain_order=True).to_list()
    if not receipts:
        raise Refused("nothing waits for approval", code="nothing_waits", name=submission or period)
    _append_decision(ledger, "approve", actor, reason, ((None, receipt) for receipt in receipts))
    StateDatabase(settings.home).record_event(actor, "approve", *receipts)
    return receipts


def withdraw_return(settings: Settings, submission: str, actor: str, reason: str) -> None:
    """Let a return count no more; what it had replaced counts again. Raises Refused for an unknown receipt."""
    ledger = _open_ledger(settings)
    if submission not in ledger.frame("submissions")["submission"]:
        raise Refused(
            f"there is no receipt {submission!r}", code="unknown_submission", name=submission
        )
    _append_decision(ledger, "withdraw", actor, reason, [(None, submission)])
    StateDatabase(settings.home).record_event(actor, "withdraw", submission)


def forget_point_key(settings: Settings, point: str, actor: str) -> bool:
    """Destroy a point's key: its client codes can never be matched again. False when it has none."""
    done = PseudonymKeys(DataPaths(settings.home).keys).destroy_key(point)
    if done:
        StateDatabase(settings.home).record_event(actor, "forget", point)
    return done


def confirm_alias(settings: Settings, text: str, code: str, actor: str) -> None:
    """From now on `text`, as officers write it, names the commune `code`. Raises Refused for a code nobody has."""
    if not places.load_places().all_versions(code):
        raise Refused(f"no commune has the code {code!r}", code="unknown_place", text=code)
    StateDatabase(settings.home).confirm_alias(text, code, actor)
    StateDatabase(settings.home).record_event(actor, "alias", code)


def drop_alias(settings: Settings, text: str, actor: str) -> None:
    """`text` is no longer a name of its own; what was taken in stays. Raises Refused for a name nobody confirmed."""
    if not StateDatabase(settings.home).drop_alias(text):
        raise Refused(f"{text!r} was never confirmed", code="unknown_alias", text=text)
    StateDatabase(settings.home).record_event(actor, "alias_end")


def _open_ledger(settings: Settings) -> Ledger:
    return Ledger(settings.home, free_bytes=settings.free_bytes)


def _append_decision(
    ledger: Ledger,
    kind: str,
    actor: str,
    reason: str,
    targets: Iterable[tuple[str | None, str | None]],
) -> None:
    """One row per (period, receipt)."""
    now = datetime.now(UTC)
    rows: list[tuple[object, ...]] = [
        (1, "", now, kind, None, period, None, target, actor, reason) for period, target in targets
    ]
    ledger.append(LedgerBatch(decisions=to_frame("decisions", rows)))
