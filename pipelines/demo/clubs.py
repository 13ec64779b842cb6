"""The B93 block of form A: one row per quarter and team that has a club."""

from collections.abc import Mapping, Sequence
from random import Random

from pipelines.demo import totals
from pipelines.demo.calendar import POINTS_FROM, QUARTERS
from pipelines.demo.network import DemoClub, DemoNetwork
from pipelines.demo.random_tools import count_hits, draw_skewed, make_rng, share_out
from pipelines.reference.periods import Quarter

Row = dict[str, int]
#: Sessions of one club in a quarter, and people at one, at most.
MOST_SESSIONS, MOST_PEOPLE = 13, 24
JOINT = 0.35
_DAYS = 91


def club_rows(network: DemoNetwork, seed: int) -> dict[tuple[str, Quarter], Row]:
    """Generate a60 to a63 by team and quarter, of the clubs founded by then.

    The counselling point of the same commune reports a63 as well, as b51.
    """
    chance = make_rng(seed, "sessions")
    members = _draw_members(network, chance)
    city_sessions = totals.totals_by_quarter("a61")
    city_people = totals.totals_by_quarter("a62")
    rows = {}
    for quarter in QUARTERS:
        clubs = [club for club in network.clubs if club.founded <= quarter.end]
        sessions = _share_sessions(clubs, members, city_sessions[quarter], quarter, chance)
        people = _share_people(clubs, members, sessions, city_people[quarter], chance)
        points = _communes_with_point(network, quarter)
        for club, held, came in zip(clubs, sessions, people, strict=True):
            has_point = club.place.code in points
            rows[f"D-{club.place.code}", quarter] = {
                "a60": _grown_members(club, members[club.id], quarter),
                "a61": held,
                "a62": came,
                "a63": count_hits(chance, held, JOINT) if has_point else 0,
            }
    return rows


def _draw_members(network: DemoNetwork, chance: Random) -> dict[str, int]:
    """Draw how many members each club has when it has grown."""
    members = {}
    for club in network.clubs:
        size = round(11 * draw_skewed(chance, 0.4))
        members[club.id] = max(6, min(32, size))
    return members


def _share_sessions(
    clubs: Sequence[DemoClub],
    members: Mapping[str, int],
    total: int,
    quarter: Quarter,
    chance: Random,
) -> list[int]:
    """Share the city's sessions of a quarter out over its clubs."""
    weights = []
    for club in clubs:
        usual = members[club.id] ** 0.5 * _share_of_quarter(club, quarter)
        weights.append(usual * draw_skewed(chance, 0.3))
    return share_out(total, weights, [MOST_SESSIONS] * len(clubs))


def _share_people(
    clubs: Sequence[DemoClub],
    members: Mapping[str, int],
    sessions: Sequence[int],
    total: int,
    chance: Random,
) -> list[int]:
    """Share the city's attendances out over the clubs that held sessions."""
    weights, caps = [], []
    for club, held in zip(clubs, sessions, strict=True):
        weights.append(held * members[club.id] * draw_skewed(chance, 0.25))
        caps.append(held * min(MOST_PEOPLE, members[club.id]))
    return share_out(total, weights, caps)


def _communes_with_point(network: DemoNetwork, quarter: Quarter) -> set[str]:
    """Return the communes whose point reports in the quarter."""
    if quarter < POINTS_FROM:
        return set()
    return {point.place.code for point in network.points if point.is_running(quarter)}


def _grown_members(club: DemoClub, members: int, quarter: Quarter) -> int:
    """Return the members of a club at the quarter's end; it grows during its first year."""
    age_in_years = min(1.0, (quarter.end - club.founded).days / 365)
    return round(members * (0.7 + 0.3 * age_in_years))


def _share_of_quarter(club: DemoClub, quarter: Quarter) -> float:
    """Return how much of the quarter a club existed, at least 0.1."""
    return max(0.1, min(1.0, (quarter.end - club.founded).days / _DAYS))
