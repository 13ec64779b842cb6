"""A decision as the ledger holds it: lan closes the third quarter of 2022."""

from datetime import UTC, datetime

DECISION = (
    1,
    "",
    datetime(2022, 10, 1, tzinfo=UTC),
    "close",
    None,
    "2022-Q3",
    None,
    None,
    "lan",
    "done",
)
