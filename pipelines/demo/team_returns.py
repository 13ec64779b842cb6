"""Form A of every team and quarter: the city's totals shared out unevenly, every rule of the form kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.demo import totals
from pipelines.demo.activity import Habit, activity, leaflets
from pipelines.demo.calendar import QUARTERS
from pipelines.demo.clubs import club_rows
from pipelines.demo.dice import dice
from pipelines.demo.livelihood import Livelihood, loan_sign
from pipelines.demo.network import Network
from pipelines.demo.outreach import outreach
from pipelines.demo.roster import Roster
from pipelines.demo.volunteers import volunteers
from pipelines.reference.periods import Quarter

Row = dict[str, int]
Key = tuple[str, Quarter]


@dataclass
class Returns:
    """Values by reporter and quarter, and the signs (`>`, `~`) beside some of them."""

    values: dict[Key, Row] = field(default_factory=dict)
    signs: dict[Key, dict[str, str]] = field(default_factory=dict)


def team_returns(network: Network, seed: int) -> Returns:
    """One row of fields per team and quarter."""
    found = Returns()
    for key, row, signs in _rows(network, seed):
        found.values[key] = row
        found.signs[key] = signs
    return found


def _rows(network: Network, seed: int) -> Iterator[tuple[Key, Row, dict[str, str]]]:
    chance = dice(seed, "teams")
    moves = volunteers(network, seed)
    city = {name: totals.by_quarter(name) for name in totals.YEARS}
    rosters = {t.id: Roster.drawn(chance) for t in network.teams}
    habits = {t.id: Habit.drawn(t, chance) for t in network.teams}
    people = outreach(network, chance)
    work = {t.id: Livelihood() for t in network.teams}
    clubs = club_rows(network, seed)
    for quarter in QUARTERS:
        now = {name: by_quarter[quarter] for name, by_quarter in city.items()}
        sizes = {team: moves[team, quarter]["a04"] for team in habits}
        done = activity(habits, sizes, now, quarter, chance)
        first = quarter.number == 1
        for team, row in done.items():
            row |= rosters[team].row(moves[team, quarter], quarter, chance)
            row |= people[team].row(row["a31"], row["a35"], first, chance)
            row |= work[team].row(row["a43"], row["a47"], first, chance)
            row |= clubs.get((team, quarter), {})
            signs = {"a21": leaflets(row, chance), "a48": loan_sign(row, chance)}
            yield (team, quarter), row, {code: sign for code, sign in signs.items() if sign}
