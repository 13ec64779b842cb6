"""People assigned to a team and people reached: contacts in, persons out, nobody counted twice in a year."""

import math
from dataclasses import dataclass
from random import Random

from pipelines.demo.dice import rounded, share, skewed
from pipelines.demo.network import Network, Team

Row = dict[str, int]
#: About 9,000 people with records lived in the community in 2020 (domain 4.5).
ASSIGNED = 9_012
FEWEST, MOST = 2, 120
#: An assigned person leaves the list in a quarter; returnees and others come onto it.
LEAVES, STAYS_ON, OTHERS = 0.046, 0.6, 0.28
#: How fast further contacts find people not yet met in the quarter.
SPREAD_OUT = 1.25


@dataclass
class Outreach:
    """One team's people: how many are assigned, how many can be reached at all, how many were met this year."""

    assigned: int
    present: float
    met: float = 0.0

    def row(self, contacts: int, returnees: int, first_quarter: bool, chance: Random) -> Row:
        """a30 to a34y of one quarter; `contacts` are a31, `returnees` a35."""
        self._turn_over(returnees, chance)
        if first_quarter:
            self.met = 0.0
        can_be = max(1.0, self.present * self.assigned)
        reached = self._reached(contacts, can_be, chance)
        known = min(1.0, self.met / can_be)
        fresh = reached if first_quarter else min(reached, rounded(chance, reached * (1 - known)))
        self.met += fresh
        direct = round(contacts * chance.betavariate(14, 5))
        row = {"a30": self.assigned, "a31": contacts, "a32": direct, "a33": contacts - direct}
        return row | {"a34": reached, "a34y": fresh}

    def _turn_over(self, returnees: int, chance: Random) -> None:
        left = sum(chance.random() < LEAVES for _ in range(self.assigned))
        came = sum(chance.random() < STAYS_ON for _ in range(returnees)) + (chance.random() < OTHERS)
        before = self.assigned
        self.assigned = max(FEWEST, min(MOST, before + came - left))
        # Whoever leaves the list takes along whether he was met.
        self.met = max(0.0, self.met * (1 - left / max(1, before)))

    def _reached(self, contacts: int, can_be: float, chance: Random) -> int:
        if not contacts:
            return 0
        found = can_be * (1 - math.exp(-SPREAD_OUT * contacts / can_be))
        return max(1, min(contacts, self.assigned, rounded(chance, found)))


def outreach(network: Network, chance: Random) -> dict[str, Outreach]:
    """Every team's people at the start of 2020: skewed over communes."""
    weights = [_weight(t, chance) for t in network.teams]
    room = [MOST - FEWEST] * len(weights)
    extra = share(ASSIGNED - FEWEST * len(weights), weights, room)
    given = zip(network.teams, extra, strict=True)
    return {t.id: Outreach(FEWEST + n, min(0.98, chance.betavariate(15, 2.6))) for t, n in given}


def _weight(team: Team, chance: Random) -> float:
    return team.pull * skewed(chance, 0.45)
