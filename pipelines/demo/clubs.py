"""The B93 block of form A: clubs and the city's sessions in, one row per quarter and team that has a club out."""

from collections.abc import Mapping
from random import Random

from pipelines.demo import totals
from pipelines.demo.calendar import POINTS_FROM, QUARTERS
from pipelines.demo.network import DemoClub, DemoNetwork
from pipelines.demo.random_tools import draw_skewed, make_rng, share_out
from pipelines.reference.periods import Quarter

Row = dict[str, int]
#: Sessions of one club in a quarter, and people at one, at most.
MOST_SESSIONS, MOST_PEOPLE = 13, 24
JOINT = 0.35
_DAYS = 91


def club_rows(network: DemoNetwork, seed: int) -> dict[tuple[str, Quarter], Row]:
    """a60 to a63 by team and quarter, of the clubs founded by then; a63 is also what the point says (b51)."""
    chance = make_rng(seed, "sessions")
    known = _draw_members(network, chance)
    city = {field: totals.totals_by_quarter(field) for field in ("a61", "a62")}
    rows = {}
    for quarter in QUARTERS:
        now = {field: by_quarter[quarter] for field, by_quarter in city.items()}
        for team, row in _quarter_rows(network, known, now, quarter, chance).items():
            rows[team, quarter] = row
    return rows


def _draw_members(network: DemoNetwork, chance: Random) -> dict[str, int]:
    """Members by club."""
    return {c.id: max(6, min(32, round(11 * draw_skewed(chance, 0.4)))) for c in network.clubs}


def _quarter_rows(
    network: DemoNetwork,
    known: Mapping[str, int],
    totals: Mapping[str, int],
    quarter: Quarter,
    chance: Random,
) -> dict[str, Row]:
    clubs = [c for c in network.clubs if c.founded <= quarter.end]
    weights = [
        known[c.id] ** 0.5 * _share_of_quarter(c, quarter) * draw_skewed(chance, 0.3) for c in clubs
    ]
    held = share_out(totals["a61"], weights, [MOST_SESSIONS] * len(clubs))
    weights = [
        h * known[c.id] * draw_skewed(chance, 0.25) for c, h in zip(clubs, held, strict=True)
    ]
    caps = [h * min(MOST_PEOPLE, known[c.id]) for c, h in zip(clubs, held, strict=True)]
    came = share_out(totals["a62"], weights, caps)
    points = (
        {p.place.code for p in network.points if p.is_running(quarter)}
        if quarter >= POINTS_FROM
        else set()
    )
    rows = {}
    for club, sessions, people in zip(clubs, held, came, strict=True):
        joint = (
            sum(chance.random() < JOINT for _ in range(sessions))
            if club.place.code in points
            else 0
        )
        grown = round(
            known[club.id] * (0.7 + 0.3 * min(1.0, (quarter.end - club.founded).days / 365))
        )
        rows[f"D-{club.place.code}"] = {"a60": grown, "a61": sessions, "a62": people, "a63": joint}
    return rows


def _share_of_quarter(club: DemoClub, quarter: Quarter) -> float:
    """How much of the quarter a new club has lived through."""
    return max(0.1, min(1.0, (quarter.end - club.founded).days / _DAYS))
