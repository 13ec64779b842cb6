"""What teams do in a quarter: the city's totals shared out by how much there is to do and what a team is used to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from pipelines.demo.calendar import lockdown_share
from pipelines.demo.network import DemoTeam
from pipelines.demo.random_tools import draw_skewed, scatter_events, share_out
from pipelines.reference.periods import Quarter

Row = dict[str, int]
#: Contacts a volunteer of one team makes in a quarter at most; the form asks from 60.
MOST_CONTACTS = 48
#: Districts named for many or few people persuaded into rehabilitation (W29 of sources.csv).
PERSUASIVE = {
    **dict.fromkeys(("004", "005", "021", "268"), 2.0),
    **dict.fromkeys(("275", "278", "280"), 0.4),
}
#: How far teams differ for good in a field, and from quarter to quarter.
HABITS = {"a20": 0.5, "a21": 0.6, "a22": 0.4, "a24": 0.45, "a31": 0.5, "a35": 0.3, "a41": 0.4, "a42": 0.5,
          "a43": 0.6, "a47": 0.7, "a50": 0.4, "a51": 0.9}  # fmt: skip
NOISE = 0.2
#: Most teams hear of no tip in a year.
QUIET, QUIETER = 0.45, 0.06
#: Teams whose streets were closed met nobody in a quarter of lockdown.
CLOSED = 0.05
LARGE = ("a20", "a21", "a31")
BY_TEAM = ("a22", "a24", "a50")
#: Nearly every team plans a session a quarter; those that never do keep to it. Most people come from the same place.
PLANNED, SESSION, SESSION_SPREAD, OWN_SPREAD = 0.94, 34, 0.3, 0.35


@dataclass(frozen=True)
class TeamHabit:
    """How much of each field a team usually does, beside the others; how many come to one of its sessions."""

    usual: dict[str, float]
    session: float
    plans: bool

    @classmethod
    def draw_random(cls, team: DemoTeam, chance: Random) -> "TeamHabit":
        usual = {}
        for field, spread in HABITS.items():
            own = team.diligence if field in (*LARGE, *BY_TEAM) else 1.0
            much = team.pull**0.35 if field in BY_TEAM else team.pull
            usual[field] = much * own * draw_skewed(chance, spread)
        usual["a51"] *= QUIETER if chance.random() < QUIET else 1.0
        for field in ("a41", "a42"):
            usual[field] *= PERSUASIVE.get(team.place.district_code, 1.0)
        return cls(usual, SESSION * draw_skewed(chance, OWN_SPREAD), chance.random() < PLANNED)


def generate_activity(
    habits: Mapping[str, TeamHabit],
    sizes: Mapping[str, int],
    totals: Mapping[str, int],
    quarter: Quarter,
    chance: Random,
) -> dict[str, Row]:
    """One row per team: the fields that are shared out, large counts by weight, rare events by chance."""
    teams = list(habits)
    rows: dict[str, Row] = {team: {} for team in teams}
    for field in HABITS:
        weights = [
            habits[t].usual[field] * sizes[t] ** 0.5 * draw_skewed(chance, NOISE) for t in teams
        ]
        if field == "a31":
            weights = _zero_closed_weights(weights, quarter, chance)
            counts = share_out(totals[field], weights, [MOST_CONTACTS * sizes[t] for t in teams])
        elif field in LARGE:
            counts = share_out(totals[field], weights)
        elif field == "a22":
            counts = _assign_planned(
                totals[field], weights, [habits[t].plans for t in teams], chance
            )
        else:
            counts = scatter_events(chance, totals[field], weights)
        _set_field(rows, teams, field, counts)
    for team, row in rows.items():
        sizes_of = (
            habits[team].session * draw_skewed(chance, SESSION_SPREAD) for _ in range(row["a22"])
        )
        row["a23"] = sum(max(8, round(size)) for size in sizes_of)
        row["a40"] = row["a41"] + row["a42"]
        row["a52"] = sum(chance.random() < 0.62 for _ in range(row["a51"]))
    return rows


def round_leaflets(row: Row, chance: Random) -> str:
    """Round a team's leaflets as officers do; the sign written beside, `>` for a number cut down."""
    step = chance.choice((1, 1, 1, 10, 10, 50)) if row["a21"] >= 60 else 1
    cut = row["a21"] % step
    row["a21"] -= cut
    return ">" if cut and chance.random() < 0.5 else ""


def _zero_closed_weights(weights: Sequence[float], quarter: Quarter, chance: Random) -> list[float]:
    share_closed = CLOSED if lockdown_share(quarter) < 0.5 else 0.0
    return [0.0 if chance.random() < share_closed else w for w in weights]


def _assign_planned(
    total: int, weights: Sequence[float], plans: Sequence[bool], chance: Random
) -> list[int]:
    """One session for each team that plans one, where there are so many; the others fall by chance."""
    first = [int(p) for p in plans] if sum(plans) <= total else [0] * len(plans)
    more = scatter_events(
        chance, total - sum(first), [w * p for w, p in zip(weights, plans, strict=True)]
    )
    return [a + b for a, b in zip(first, more, strict=True)]


def _set_field(
    rows: dict[str, Row], teams: Sequence[str], field: str, counts: Sequence[int]
) -> None:
    for team, count in zip(teams, counts, strict=True):
        rows[team][field] = count
