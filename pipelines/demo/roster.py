"""Who a team's volunteers are and how often they meet: one row of closing numbers in, the same with its parts out."""

from dataclasses import dataclass
from random import Random

from pipelines.demo.calendar import lockdown
from pipelines.reference.periods import Quarter

Row = dict[str, int]
#: How many of a team go to a class, and how often the whole team may.
FEW, WHOLE_TEAM = 4, 0.12


@dataclass(frozen=True)
class Roster:
    """What stays with a team from quarter to quarter: shares of women, of the young and the old, its habits."""

    women: float
    young: float
    old: float
    deputies: int
    meetings: int

    @classmethod
    def drawn(cls, chance: Random) -> "Roster":
        old = min(0.8, chance.gammavariate(4.0, 0.09))
        return cls(
            women=chance.uniform(0.25, 0.68),
            young=chance.choice((0.0, 0.0, 0.07, 0.12, 0.18)),
            old=old,
            deputies=chance.choice((1, 1, 2)),
            meetings=chance.choice((3, 3, 3, 3, 3, 4, 6)),
        )

    def row(self, move: Row, quarter: Quarter, chance: Random) -> Row:
        """Fields a01 to a15 of one quarter."""
        close = move["a04"]
        deputies = 2 if close >= 8 else self.deputies
        young = round(close * self.young)
        old = min(close - young, round(close * self.old))
        row = {**move, "a05": 1, "a06": deputies, "a07": close - 1 - deputies, "a08": round(close * self.women)}
        row |= {"a09": young, "a10": close - young - old, "a11": old}
        return row | self._meetings(quarter, chance) | self._training(close, quarter, chance)

    def _meetings(self, quarter: Quarter, chance: Random) -> Row:
        """Meetings moved to the telephone in a lockdown are not meetings."""
        held_back = chance.random() > lockdown(quarter) + 0.3
        plans = 2 if chance.random() < 0.04 else 3
        return {"a12": 2 if held_back else self.meetings, "a13": plans}

    def _training(self, close: int, quarter: Quarter, chance: Random) -> Row:
        usual = 0.36 if quarter.number in (2, 4) else 0.15
        held = chance.random() < usual * lockdown(quarter)
        sessions = (2 if chance.random() < 0.12 else 1) if held else 0
        # Classes are the district's: a team sends a few of its people, seldom all.
        most = close if chance.random() < WHOLE_TEAM else FEW
        return {"a14": sessions, "a15": chance.randint(1, most) if sessions else 0}
