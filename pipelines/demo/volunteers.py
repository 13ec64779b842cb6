"""The volunteers of each team at the close of each quarter.

Published totals are met, teams have 5 to 14 members, and few of them change in a quarter.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random

from pipelines.demo.calendar import QUARTERS
from pipelines.demo.city_plan import TeamPlan, load_plan
from pipelines.demo.network import DemoNetwork
from pipelines.demo.random_tools import draw_skewed, make_rng
from pipelines.reference.periods import Quarter

SMALLEST, LARGEST = 5, 14

Counts = dict[str, int]
Moves = dict[tuple[str, Quarter], Counts]


def generate_volunteers(network: DemoNetwork, seed: int) -> Moves:
    """Generate a01 to a04 for every team and quarter.

    Opening + joined - left = closing, and a quarter opens with what the last one closed with.
    """
    chance = make_rng(seed, "volunteers")
    plan = load_plan().teams
    sizes = _opening_sizes(network, plan, chance)
    own = [team.id for team in network.teams if team.place.district_code == plan.known_district]
    rest = [team.id for team in network.teams if team.id not in own]
    moves: Moves = {}
    for quarter, total in zip(QUARTERS, plan.volunteers, strict=True):
        before, move = dict(sizes), _QuarterMoves(sizes, plan.nine, chance)
        move.exchange(plan.exchanges[quarter.number])
        if quarter == plan.known_quarter:
            move.move_towards(own, plan.known_volunteers)
            move.move_towards(rest, total - plan.known_volunteers)
        else:
            move.move_towards([*own, *rest], total)
        for team, size in sizes.items():
            moves[team, quarter] = {
                "a01": before[team],
                "a02": move.joined[team],
                "a03": move.left[team],
                "a04": size,
            }
    return moves


class _QuarterMoves:
    """One quarter's joins and leaves."""

    def __init__(self, sizes: Counts, fixed: Sequence[str], chance: Random) -> None:
        self.sizes, self.fixed, self.chance = sizes, fixed, chance
        self.joined, self.left = dict.fromkeys(sizes, 0), dict.fromkeys(sizes, 0)

    def exchange(self, count: int) -> None:
        for team in self.chance.choices(list(self.sizes), k=count):
            self.joined[team] += 1
            self.left[team] += 1

    def move_towards(self, teams: Sequence[str], total: int) -> None:
        """Draw single joins and leaves until these teams have `total` volunteers."""
        free_teams = [team for team in teams if team not in self.fixed]
        gap = total - self._count_members(teams)
        while gap:
            step = 1 if gap > 0 else -1
            moved = self.joined if step > 0 else self.left
            with_room = [t for t in free_teams if SMALLEST <= self.sizes[t] + step <= LARGEST]
            for team in self.chance.sample(with_room, min(abs(gap), len(with_room))):
                self.sizes[team] += step
                moved[team] += 1
            gap = total - self._count_members(teams)

    def _count_members(self, teams: Sequence[str]) -> int:
        return sum(self.sizes[team] for team in teams)


def _opening_sizes(network: DemoNetwork, plan: TeamPlan, chance: Random) -> Counts:
    """Draw the size of each team before the first quarter.

    The teams of the known district are larger than the others: eights and nines.
    """
    sizes = sorted(Counter(plan.sizes).elements())
    busy = sorted(network.teams, key=lambda team: team.pull * draw_skewed(chance, 0.5))
    own = [team.id for team in busy if team.place.district_code == plan.known_district]
    others = [team.id for team in busy if team.id not in (*own, *plan.nine)]
    first = sizes.index(9) - len(own) // 2
    last = first + len(own)
    rest = sizes[:first] + sizes[last:]
    for _ in plan.nine:
        rest.remove(9)
    drawn = dict(zip(own, sizes[first:last], strict=True))
    drawn |= dict.fromkeys(plan.nine, 9)
    drawn |= zip(others, _shuffle_sizes(chance, rest, len(others)), strict=True)
    return {team.id: drawn[team.id] for team in network.teams}


def _shuffle_sizes(chance: Random, sizes: list[int], count: int) -> list[int]:
    """Return `count` sizes that lean towards busy communes without following them."""
    ranks = sorted(range(count), key=lambda i: i / count + chance.gauss(0, 0.6))
    places = dict(zip(ranks, sorted(sizes), strict=True))
    return [places[i] for i in range(count)]
