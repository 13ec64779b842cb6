"""How many have arrived by a day when other ends compete: the Aalen-Johansen estimator.

Aalen and Johansen, Scand J Stat 1978;5:141. Kaplan and Meier's curve, with refusals and losses
taken as not yet ended, is only an upper bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Incidence:
    """The share that has ended with the event of interest, by day, and its standard error."""

    days: tuple[float, ...]
    shares: tuple[float, ...]
    errors: tuple[float, ...]

    def at(self, day: float) -> float:
        """Return the share by the end of `day`; 0 before the first."""
        passed = [share for at, share in zip(self.days, self.shares, strict=True) if at <= day]
        return passed[-1] if passed else 0.0

    def error_at(self, day: float) -> float:
        """Return the standard error of `at`; nan once nobody was left to follow."""
        passed = [error for at, error in zip(self.days, self.errors, strict=True) if at <= day]
        return passed[-1] if passed else 0.0


def cumulative_incidence(days: Sequence[float], causes: Sequence[int]) -> Incidence:
    """Return the cumulative incidence of cause 1.

    `causes`: 1 the event of interest, 2 and higher the events that compete with it, 0 followed
    until that day without an end. Raises ValueError without an event of cause 1.
    """
    import numpy as np
    from statsmodels.duration.survfunc import CumIncidenceRight  # seconds: where it is needed

    if 1 not in causes:
        raise ValueError("no event of cause 1")
    # The variance has no value once everybody left has ended; it is nan there, without a warning.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = CumIncidenceRight(list(days), list(causes))
    shares, errors = found.cinc[0], found.cinc_se[0]
    return Incidence(tuple(found.times.tolist()), tuple(shares.tolist()), tuple(errors.tolist()))
