"""The volunteers of each team at the close of each quarter.

Published totals are met, teams have 5 to 14 members, and few of them change in a quarter.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random

from pipelines.demo.calendar import QUARTERS
from pipelines.demo.network import DemoNetwork
from pipelines.demo.random_tools import draw_skewed, make_rng
from pipelines.reference.periods import Quarter

#: Teams of each size at the start of 2020; 7 and 9 are the usual sizes.
SIZES = {5: 50, 6: 76, 7: 196, 8: 82, 9: 131, 10: 24, 11: 9, 12: 6, 13: 3, 14: 2}
#: The city's volunteers at the close of each quarter. Published: 4,386 at the end of 2020, about
#: 4,400 in mid-2021.
TOTALS = (
    4368,
    4361,
    4377,
    4386,
    4391,
    4402,
    4396,
    4399,
    4404,
    4398,
    4407,
    4411,
    4405,
    4413,
    4419,
    4425,
)
#: Published: Long Biên had 118 volunteers in 14 teams in September 2022.
LONG_BIEN, LONG_BIEN_TOTAL, LONG_BIEN_QUARTER = "004", 118, Quarter.from_number(2022, 3)
#: Published: nine volunteers in Nguyễn Trung Trực and in Mai Dịch. These are claims without a
#: check; the demonstration repeats them.
NINE = ("D-00010", "D-00163")
SMALLEST, LARGEST = 5, 14
#: Teams that exchange a member for another, by quarter: many when teams are appointed anew at the
#: year's start, few later.
EXCHANGES = {1: 74, 2: 29, 3: 22, 4: 31}

Counts = dict[str, int]
Moves = dict[tuple[str, Quarter], Counts]


def generate_volunteers(network: DemoNetwork, seed: int) -> Moves:
    """Generate a01 to a04 for every team and quarter.

    Opening + joined - left = closing, and a quarter opens with what the last one closed with.
    """
    chance = make_rng(seed, "volunteers")
    sizes = _opening_sizes(network, chance)
    own = [team.id for team in network.teams if team.place.district_code == LONG_BIEN]
    rest = [team.id for team in network.teams if team.id not in own]
    moves: Moves = {}
    for quarter, total in zip(QUARTERS, TOTALS, strict=True):
        before, move = dict(sizes), _QuarterMoves(sizes, chance)
        move.exchange(EXCHANGES[quarter.number])
        if quarter == LONG_BIEN_QUARTER:
            move.move_towards(own, LONG_BIEN_TOTAL)
            move.move_towards(rest, total - LONG_BIEN_TOTAL)
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

    def __init__(self, sizes: Counts, chance: Random) -> None:
        self.sizes, self.chance = sizes, chance
        self.joined, self.left = dict.fromkeys(sizes, 0), dict.fromkeys(sizes, 0)

    def exchange(self, count: int) -> None:
        for team in self.chance.choices(list(self.sizes), k=count):
            self.joined[team] += 1
            self.left[team] += 1

    def move_towards(self, teams: Sequence[str], total: int) -> None:
        """Draw single joins and leaves until these teams have `total` volunteers."""
        free_teams = [team for team in teams if team not in NINE]
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


def _opening_sizes(network: DemoNetwork, chance: Random) -> Counts:
    """Draw the size of each team before the first quarter.

    Long Biên's teams are larger than the city's (8.43 a team): eights and nines.
    """
    sizes = sorted(Counter(SIZES).elements())
    busy = sorted(network.teams, key=lambda team: team.pull * draw_skewed(chance, 0.5))
    own = [team.id for team in busy if team.place.district_code == LONG_BIEN]
    others = [team.id for team in busy if team.id not in own and team.id not in NINE]
    first = sizes.index(9) - len(own) // 2
    last = first + len(own)
    rest = sizes[:first] + sizes[last:]
    for _ in NINE:
        rest.remove(9)
    drawn = dict(zip(own, sizes[first:last], strict=True))
    drawn |= dict.fromkeys(NINE, 9)
    drawn |= zip(others, _shuffle_sizes(chance, rest, len(others)), strict=True)
    return {team.id: drawn[team.id] for team in network.teams}


def _shuffle_sizes(chance: Random, sizes: list[int], count: int) -> list[int]:
    """Return `count` sizes that lean towards busy communes without following them."""
    ranks = sorted(range(count), key=lambda i: i / count + chance.gauss(0, 0.6))
    places = dict(zip(ranks, sorted(sizes), strict=True))
    return [places[i] for i in range(count)]
