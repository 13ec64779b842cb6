"""Places that several readers share: so many in all, for one person and for one address.

Whoever is not on the list of users has a part of each pool only; the rest is kept for people on it.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Holder:
    """Who takes a place: a person on the list, or a stranger known by the address only."""

    #: Empty for strangers, and for the machine's own user, who shares with nobody.
    person: str = ""
    address: str = ""
    is_listed: bool = False


@dataclass(frozen=True)
class PoolLimits:
    """Places of a pool in all, for one person, for strangers together and for their addresses."""

    total: int
    person: int
    strangers: int = 0
    #: For the strangers of one address.
    address: int = 0


class SharedPool:
    """Counts places; a place may be a page, a running question or a byte. Safe between threads."""

    def __init__(self, limits: PoolLimits) -> None:
        self._limits = limits
        self._changed = threading.Condition()
        self._taken: Counter[tuple[str, str]] = Counter()

    def take(self, holder: Holder, places: int = 1) -> bool:
        """Take places at once; False, and nothing taken, when there is no room for them."""
        with self._changed:
            if not self._has_room(holder, places):
                return False
            self._taken.update(dict.fromkeys(_shares(holder), places))
            return True

    def give_back(self, holder: Holder, places: int = 1) -> None:
        """Give back what was taken."""
        with self._changed:
            self._taken.subtract(dict.fromkeys(_shares(holder), places))
            self._taken += Counter()
            self._changed.notify_all()

    @contextmanager
    def hold(self, holder: Holder, patience: float = 0.0) -> Iterator[bool]:
        """Hold one place for the block, after at most `patience` seconds; False without one."""
        until = time.monotonic() + patience
        with self._changed:
            # NOTE: taken under the lock that was waited with, or another thread could come between.
            while not (has_place := self.take(holder)) and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
        if not has_place:
            yield False
            return
        try:
            yield True
        finally:
            self.give_back(holder)

    def _has_room(self, holder: Holder, places: int) -> bool:
        limits = self._limits
        most = {
            "all": limits.total,
            "strangers": limits.strangers,
            "person": limits.person,
            "address": limits.address,
        }
        return all(self._taken[share] + places <= most[share[0]] for share in _shares(holder))


def _shares(holder: Holder) -> list[tuple[str, str]]:
    """Return the counts that a place of this holder is added to."""
    shares = [("all", "")]
    if not holder.is_listed:
        shares += [("strangers", ""), ("address", holder.address)]
    elif holder.person:
        shares.append(("person", holder.person))
    return shares
