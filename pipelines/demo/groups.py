"""Group sessions, conferences and trainings of the points: points and the clubs' joint sessions in, b50 to b53 out."""

from random import Random

from pipelines.demo.calendar import POINTS_FROM, QUARTERS, lockdown
from pipelines.demo.clubs import club_rows
from pipelines.demo.dice import dice
from pipelines.demo.network import Network, Point
from pipelines.reference.periods import Quarter

Row = dict[str, int]
#: A point without a joint session holds one of its own in so many quarters; a conference; a training.
OWN, OWN_BESIDE, CONFERENCE, TRAINING = 0.4, 0.2, 0.3, 0.4
#: A new point is presented and its board trained.
AT_FIRST = 0.85
TRAINED = (1, 4)


def groups(network: Network, seed: int) -> dict[tuple[str, Quarter], Row]:
    """Fields b50 to b53 by point and quarter."""
    chance = dice(seed, "groups")
    clubs = club_rows(network, seed)
    return {
        (point.id, quarter): _row(point, quarter, clubs.get((f"D-{point.place.code}", quarter), {}), chance)
        for point in network.points
        for quarter in QUARTERS
        if quarter >= POINTS_FROM and point.runs(quarter)
    }


def _row(point: Point, quarter: Quarter, club: Row, chance: Random) -> Row:
    open_to, joint = lockdown(quarter), club.get("a63", 0)
    own = sum(chance.random() < (OWN_BESIDE if joint else OWN) * open_to for _ in range(2))
    first = bool(point.decided) and quarter in (point.opened, point.opened.plus(1))
    held = sum(chance.random() < (AT_FIRST if first else CONFERENCE) * open_to for _ in range(2 if first else 1))
    taught = chance.random() < (AT_FIRST if first else TRAINING) * open_to
    trained = chance.randint(*TRAINED) if taught and held else 0
    return {"b50": joint + own, "b51": joint, "b52": held, "b53": trained}
