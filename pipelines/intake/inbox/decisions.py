"""What a steward decides: close a period, approve what came late, withdraw a return, forget a point's key.

Each decision is a row of the ledger and a line of the audit trail; nothing is removed (design, rule 6).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl

from pipelines.errors import Refused
from pipelines.privacy.keys import Keys
from pipelines.reference import periods, places
from pipelines.settings import Settings
from pipelines.store.home import Home
from pipelines.store.ledger import Ledger
from pipelines.store.rows import Batch, typed
from pipelines.store.state import State


def close(settings: Settings, period: str, by: str, reason: str) -> list[str]:
    """From now on what comes for these quarters waits for approval; the quarters newly closed.

    Raises PeriodError, and Refused when all of them are closed already.
    """
    ledger = _ledger(settings)
    quarters = [quarter.code for quarter in periods.parse(period).quarters]
    done = ledger.frame("decisions").filter(pl.col("kind") == "close")["period"].to_list()
    fresh = [code for code in quarters if code not in done]
    if not fresh:
        raise Refused(f"{period} is closed already", code="already_closed", period=period)
    _decide(ledger, "close", by, reason, ((code, None) for code in fresh))
    State(settings.home).record(by, "close", *fresh)
    return fresh


def approve(settings: Settings, by: str, reason: str, *, submission: str = "", period: str = "") -> list[str]:
    """Let returns count that came after their period was closed: one receipt, or all that wait for a period.

    Returns the receipts approved; raises PeriodError, and Refused when nothing waits.
    """
    ledger = _ledger(settings)
    quarters = [quarter.code for quarter in periods.parse(period).quarters] if period else []
    rows = [ledger.waiting(kind).select("submission", "period") for kind in ("values", "records")]
    found = pl.concat(rows).unique(maintain_order=True)
    if submission:
        found = found.filter(pl.col("submission") == submission)
    if quarters:
        found = found.filter(pl.col("period").is_in(quarters))
    receipts = found["submission"].unique(maintain_order=True).to_list()
    if not receipts:
        raise Refused("nothing waits for approval", code="nothing_waits", name=submission or period)
    _decide(ledger, "approve", by, reason, ((None, receipt) for receipt in receipts))
    State(settings.home).record(by, "approve", *receipts)
    return receipts


def withdraw(settings: Settings, submission: str, by: str, reason: str) -> None:
    """Let a return count no more; what it had replaced counts again. Raises Refused for an unknown receipt."""
    ledger = _ledger(settings)
    if submission not in ledger.frame("submissions")["submission"]:
        raise Refused(f"there is no receipt {submission!r}", code="unknown_submission", name=submission)
    _decide(ledger, "withdraw", by, reason, [(None, submission)])
    State(settings.home).record(by, "withdraw", submission)


def forget(settings: Settings, point: str, by: str) -> bool:
    """Destroy a point's key: its client codes can never be matched again. False when it has none."""
    done = Keys(Home(settings.home).keys).forget(point)
    if done:
        State(settings.home).record(by, "forget", point)
    return done


def confirm_alias(settings: Settings, text: str, code: str, by: str) -> None:
    """From now on `text`, as officers write it, names the commune `code`. Raises Refused for a code nobody has."""
    if not places.load().ever(code):
        raise Refused(f"no commune has the code {code!r}", code="unknown_place", text=code)
    State(settings.home).confirm_alias(text, code, by)
    State(settings.home).record(by, "alias", code)


def drop_alias(settings: Settings, text: str, by: str) -> None:
    """`text` is no longer a name of its own; what was taken in stays. Raises Refused for a name nobody confirmed."""
    if not State(settings.home).drop_alias(text):
        raise Refused(f"{text!r} was never confirmed", code="unknown_alias", text=text)
    State(settings.home).record(by, "alias_end")


def _ledger(settings: Settings) -> Ledger:
    return Ledger(settings.home, free_bytes=settings.free_bytes)


def _decide(ledger: Ledger, kind: str, by: str, reason: str, about: Iterable[tuple[str | None, str | None]]) -> None:
    """One row per (period, receipt)."""
    now = datetime.now(UTC)
    rows: list[tuple[object, ...]] = [
        (1, "", now, kind, None, period, None, target, by, reason) for period, target in about
    ]
    ledger.append(Batch(decisions=typed("decisions", rows)))
