"""Form A of every team and quarter: the city's totals shared out so that every rule is kept."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from pipelines.demo import totals
from pipelines.demo.activity import TeamHabit, generate_activity, round_leaflets
from pipelines.demo.calendar import QUARTERS, lockdown_share
from pipelines.demo.city_plan import load_plan
from pipelines.demo.clubs import club_rows
from pipelines.demo.network import DemoNetwork
from pipelines.demo.random_tools import (
    count_hits,
    draw_skewed,
    make_rng,
    round_randomly,
    share_out,
)
from pipelines.demo.volunteers import generate_volunteers
from pipelines.reference.periods import Quarter

Row = dict[str, int]
MILLION = 1_000_000
#: Loans as they are given, in million đồng.
LOANS = (10, 15, 15, 20, 20, 20, 25, 30, 50)
FAMILY, PROPOSED_TOO, PLACED, PLACED_LATER = 0.55, 0.18, 0.2, 0.12
PAID_AGAIN, SECOND = 0.06, 8
SAID_ROUNDLY = 0.3


class TeamLivelihood:
    """One team's year so far: how many people it helped and placed, and how many borrowed.

    Nobody is placed without having been helped, and nothing is paid without a borrower.
    """

    def __init__(self) -> None:
        self.helped = self.placed = self.borrowers = 0

    def row(self, people: int, borrowers: int, first_quarter: bool, chance: Random) -> Row:
        """Draw a43 to a48 of one quarter; a job is often found a quarter after the effort."""
        if first_quarter:
            self.helped = self.placed = self.borrowers = 0
        waiting = self.helped - self.placed
        family = count_hits(chance, people, FAMILY)
        proposed = people - family + count_hits(chance, family, PROPOSED_TOO)
        placed = count_hits(chance, people, PLACED)
        placed += count_hits(chance, waiting, PLACED_LATER)
        money = sum(chance.choice(LOANS) for _ in range(borrowers)) * MILLION
        if self.borrowers and chance.random() < PAID_AGAIN:
            money += SECOND * MILLION
        self.helped += people
        self.placed += placed
        self.borrowers += borrowers
        return {
            "a43": people,
            "a44": family,
            "a45": proposed,
            "a46": placed,
            "a47": borrowers,
            "a48": money,
        }


def draw_loan_sign(row: Row, chance: Random) -> str:
    """Draw the sign beside a sum of money: officers round it down and write "trên"."""
    if row["a48"] and chance.random() < SAID_ROUNDLY:
        return ">"
    return ""


FEWEST, MOST = 2, 120
#: An assigned person leaves the list in a quarter; returnees and others come onto it.
LEAVES, STAYS_ON, OTHERS = 0.046, 0.6, 0.28
#: How fast further contacts find people not yet met in the quarter.
SPREAD_OUT = 1.25


@dataclass
class TeamOutreach:
    """The people assigned to one team, which change from quarter to quarter.

    `present` is the share of them that can be reached at all, `met` how many were met this year.
    """

    assigned: int
    present: float
    met: float = 0.0

    def row(self, contacts: int, returnees: int, first_quarter: bool, chance: Random) -> Row:
        """Draw a30 to a34y of one quarter; `contacts` are a31, `returnees` a35."""
        self._turn_over(returnees, chance)
        if first_quarter:
            self.met = 0.0
        can_be = max(1.0, self.present * self.assigned)
        reached = self._draw_reached(contacts, can_be, chance)
        fresh = reached
        if not first_quarter:
            known = min(1.0, self.met / can_be)
            fresh = min(reached, round_randomly(chance, reached * (1 - known)))
        self.met += fresh
        direct = round(contacts * chance.betavariate(14, 5))
        row = {"a30": self.assigned, "a31": contacts, "a32": direct, "a33": contacts - direct}
        return row | {"a34": reached, "a34y": fresh}

    def _turn_over(self, returnees: int, chance: Random) -> None:
        """Draw who leaves the list and who comes onto it."""
        left = count_hits(chance, self.assigned, LEAVES)
        came = count_hits(chance, returnees, STAYS_ON) + count_hits(chance, 1, OTHERS)
        before = self.assigned
        self.assigned = max(FEWEST, min(MOST, before + came - left))
        # Whoever leaves the list takes along whether he was met.
        self.met = max(0.0, self.met * (1 - left / max(1, before)))

    def _draw_reached(self, contacts: int, can_be: float, chance: Random) -> int:
        if not contacts:
            return 0
        found = can_be * (1 - math.exp(-SPREAD_OUT * contacts / can_be))
        return max(1, min(contacts, self.assigned, round_randomly(chance, found)))


def generate_outreach(network: DemoNetwork, chance: Random) -> dict[str, TeamOutreach]:
    """Draw every team's people at the start of 2020, unevenly over communes."""
    weights = [team.pull * draw_skewed(chance, 0.45) for team in network.teams]
    room = [MOST - FEWEST] * len(weights)
    extra = share_out(load_plan().teams.assigned - FEWEST * len(weights), weights, room)
    outreach = {}
    for team, count in zip(network.teams, extra, strict=True):
        present = min(0.98, chance.betavariate(15, 2.6))
        people = FEWEST + count
        outreach[team.id] = TeamOutreach(people, present)
    return outreach


#: How many of a team go to a class, and how often the whole team may.
FEW, WHOLE_TEAM = 4, 0.12


@dataclass(frozen=True)
class TeamRoster:
    """What stays with a team from quarter to quarter.

    These are the shares of women, of the young and the old, and how many deputies and meetings
    the team has.
    """

    women: float
    young: float
    old: float
    deputies: int
    meetings: int

    @classmethod
    def draw_random(cls, chance: Random) -> "TeamRoster":
        """Draw the roster of one team."""
        old = min(0.8, chance.gammavariate(4.0, 0.09))
        return cls(
            women=chance.uniform(0.25, 0.68),
            young=chance.choice((0.0, 0.0, 0.07, 0.12, 0.18)),
            old=old,
            deputies=chance.choice((1, 1, 2)),
            meetings=chance.choice((3, 3, 3, 3, 3, 4, 6)),
        )

    def row(self, move: Row, quarter: Quarter, chance: Random) -> Row:
        """Draw a01 to a15 of one quarter; `move` holds a01 to a04."""
        close = move["a04"]
        deputies = 2 if close >= 8 else self.deputies
        young = round(close * self.young)
        old = min(close - young, round(close * self.old))
        row = {
            **move,
            "a05": 1,
            "a06": deputies,
            "a07": close - 1 - deputies,
            "a08": round(close * self.women),
            "a09": young,
            "a10": close - young - old,
            "a11": old,
        }
        row |= self._draw_meetings(quarter, chance)
        return row | self._draw_training(close, quarter, chance)

    def _draw_meetings(self, quarter: Quarter, chance: Random) -> Row:
        """Draw a12 and a13; meetings moved to the telephone in a lockdown are not counted."""
        held_back = chance.random() > lockdown_share(quarter) + 0.3
        plans = 2 if chance.random() < 0.04 else 3
        return {"a12": 2 if held_back else self.meetings, "a13": plans}

    def _draw_training(self, close: int, quarter: Quarter, chance: Random) -> Row:
        """Draw a14 and a15: training sessions, and how many of the team went."""
        usual = 0.36 if quarter.number in (2, 4) else 0.15
        sessions = count_hits(chance, 1, usual * lockdown_share(quarter))
        if sessions:
            sessions += count_hits(chance, 1, 0.12)
        # Classes are the district's: a team sends a few of its people, seldom all.
        most = close if chance.random() < WHOLE_TEAM else FEW
        return {"a14": sessions, "a15": chance.randint(1, most) if sessions else 0}


Key = tuple[str, Quarter]


@dataclass
class GeneratedReturns:
    """Values by reporter and quarter, and the signs (`>`, `~`) beside some of them."""

    values: dict[Key, Row] = field(default_factory=dict)
    signs: dict[Key, dict[str, str]] = field(default_factory=dict)


def generate_team_returns(network: DemoNetwork, seed: int) -> GeneratedReturns:
    """Generate one row of fields per team and quarter."""
    returns = GeneratedReturns()
    for key, row, signs in _generate_rows(network, seed):
        returns.values[key] = row
        returns.signs[key] = {code: sign for code, sign in signs.items() if sign}
    return returns


def _generate_rows(network: DemoNetwork, seed: int) -> Iterator[tuple[Key, Row, dict[str, str]]]:
    """Generate key, values and signs of every return, quarter by quarter."""
    chance = make_rng(seed, "teams")
    moves = generate_volunteers(network, seed)
    city = {field: totals.totals_by_quarter(field) for field in load_plan().years}
    rosters = {team.id: TeamRoster.draw_random(chance) for team in network.teams}
    habits = {team.id: TeamHabit.draw_random(team, chance) for team in network.teams}
    outreach = generate_outreach(network, chance)
    livelihoods = {team.id: TeamLivelihood() for team in network.teams}
    clubs = club_rows(network, seed)
    for quarter in QUARTERS:
        city_totals = {field: by_quarter[quarter] for field, by_quarter in city.items()}
        sizes = {team: moves[team, quarter]["a04"] for team in habits}
        rows = generate_activity(habits, sizes, city_totals, quarter, chance)
        first = quarter.number == 1
        for team, row in rows.items():
            row |= rosters[team].row(moves[team, quarter], quarter, chance)
            row |= outreach[team].row(row["a31"], row["a35"], first, chance)
            row |= livelihoods[team].row(row["a43"], row["a47"], first, chance)
            row |= clubs.get((team, quarter), {})
            signs = {"a21": round_leaflets(row, chance), "a48": draw_loan_sign(row, chance)}
            yield (team, quarter), row, signs
