"""Who looked at single referrals: written into the audit trail before they are handed out."""

from getpass import getuser

from pipelines.kpi.store import Store
from pipelines.store.state import State


def lines(store: Store, *codes: str) -> None:
    """Whoever runs this is about to read single referrals; `codes` say of what, never a value.

    NOTE: where nothing can be written down, nothing is read either: the error of the trail goes up.
    """
    State(store.settings.home).record(getuser(), "lines", *codes)
