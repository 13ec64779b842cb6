"""The activity of teams in a quarter.

The city's totals are shared out by how much there is to do and by what each team usually does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from pipelines.demo.calendar import lockdown_share
from pipelines.demo.city_plan import load_plan
from pipelines.demo.network import DemoTeam
from pipelines.demo.random_tools import count_hits, draw_skewed, scatter_events, share_out
from pipelines.reference.periods import Quarter

Row = dict[str, int]
#: Contacts a volunteer of one team makes in a quarter at most; the form asks from 60.
MOST_CONTACTS = 48
#: How far teams differ for good in a field, and from quarter to quarter.
HABITS = {
    "a20": 0.5,
    "a21": 0.6,
    "a22": 0.4,
    "a24": 0.45,
    "a31": 0.5,
    "a35": 0.3,
    "a41": 0.4,
    "a42": 0.5,
    "a43": 0.6,
    "a47": 0.7,
    "a50": 0.4,
    "a51": 0.9,
}
NOISE = 0.2
#: Most teams hear of no tip in a year.
QUIET, QUIETER = 0.45, 0.06
#: Teams whose streets were closed met nobody in a quarter of lockdown.
CLOSED = 0.05
LARGE = ("a20", "a21", "a31")
BY_TEAM = ("a22", "a24", "a50")
#: Nearly every team plans a session a quarter; those that never do keep to it. Most people come
#: from the same place.
PLANNED, SESSION, SESSION_SPREAD, OWN_SPREAD = 0.94, 34, 0.3, 0.35


@dataclass(frozen=True)
class TeamHabit:
    """How much of each field a team usually does, relative to the other teams.

    `session` is the number of people who come to one of its sessions.
    """

    usual: dict[str, float]
    session: float
    plans: bool

    @classmethod
    def draw_random(cls, team: DemoTeam, chance: Random) -> "TeamHabit":
        """Draw the habit of one team."""
        usual = {}
        for field, spread in HABITS.items():
            usual[field] = _team_factor(team, field) * draw_skewed(chance, spread)
        if chance.random() < QUIET:
            usual["a51"] *= QUIETER
        persuasion = load_plan().teams.persuasive.get(team.place.district_code, 1.0)
        for field in ("a41", "a42"):
            usual[field] *= persuasion
        return cls(usual, SESSION * draw_skewed(chance, OWN_SPREAD), chance.random() < PLANNED)


def _team_factor(team: DemoTeam, field: str) -> float:
    """Return how much of a field the team and its commune are expected to do."""
    workload = team.pull
    if field in BY_TEAM:
        workload = team.pull**0.35
    if field in LARGE or field in BY_TEAM:
        return workload * team.diligence
    return workload


def generate_activity(
    habits: Mapping[str, TeamHabit],
    sizes: Mapping[str, int],
    totals: Mapping[str, int],
    quarter: Quarter,
    chance: Random,
) -> dict[str, Row]:
    """Share out the city's totals of one quarter and return one row of fields per team.

    Large counts are shared by weight, rare events fall by chance.
    """
    rows: dict[str, Row] = {team: {} for team in habits}
    for field in HABITS:
        weights = []
        for team, habit in habits.items():
            usual = habit.usual[field]
            reach = sizes[team] ** 0.5
            noise = draw_skewed(chance, NOISE)
            weights.append(usual * reach * noise)
        if field == "a31":
            weights = _zero_closed_weights(weights, quarter, chance)
        city_total = totals[field]
        counts = _share_field(field, city_total, weights, habits, sizes, chance)
        for team, count in zip(habits, counts, strict=True):
            rows[team][field] = count
    for team, row in rows.items():
        _add_dependent_fields(row, habits[team], chance)
    return rows


def _share_field(
    field: str,
    total: int,
    weights: Sequence[float],
    habits: Mapping[str, TeamHabit],
    sizes: Mapping[str, int],
    chance: Random,
) -> list[int]:
    """Return one team's part of a field's total after another, in the order of `habits`."""
    if field == "a31":
        return share_out(total, weights, [MOST_CONTACTS * sizes[team] for team in habits])
    if field in LARGE:
        return share_out(total, weights)
    if field == "a22":
        return _assign_planned(total, weights, [habit.plans for habit in habits.values()], chance)
    return scatter_events(chance, total, weights)


def _add_dependent_fields(row: Row, habit: TeamHabit, chance: Random) -> None:
    """Add the fields that follow from shared ones: people at sessions, a sum, useful tips."""
    people = 0
    for _ in range(row["a22"]):
        size = habit.session * draw_skewed(chance, SESSION_SPREAD)
        people += max(8, round(size))
    row["a23"] = people
    row["a40"] = row["a41"] + row["a42"]
    row["a52"] = count_hits(chance, row["a51"], 0.62)


def round_leaflets(row: Row, chance: Random) -> str:
    """Round a team's leaflets as officers do and return the sign beside them, `>` when cut down."""
    step = 1
    if row["a21"] >= 60:
        step = chance.choice((1, 1, 1, 10, 10, 50))
    remainder = row["a21"] % step
    row["a21"] -= remainder
    if remainder and chance.random() < 0.5:
        return ">"
    return ""


def _zero_closed_weights(weights: Sequence[float], quarter: Quarter, chance: Random) -> list[float]:
    share_closed = CLOSED if lockdown_share(quarter) < 0.5 else 0.0
    return [0.0 if chance.random() < share_closed else weight for weight in weights]


def _assign_planned(
    total: int, weights: Sequence[float], plans: Sequence[bool], chance: Random
) -> list[int]:
    """Give one session to each team that plans one and let the others fall by chance.

    All sessions fall by chance when there are fewer than teams that plan one.
    """
    planned = [0] * len(plans)
    if sum(plans) <= total:
        planned = list(map(int, plans))
    plan_weights = [weight * plan for weight, plan in zip(weights, plans, strict=True)]
    extra = scatter_events(chance, total - sum(planned), plan_weights)
    return [first + further for first, further in zip(planned, extra, strict=True)]
