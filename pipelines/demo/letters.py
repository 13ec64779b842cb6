"""What the city sends and when: the invented returns in, one letter a workbook out, in the order they arrive.

Late, missing and wrong returns stand only in quarters no published figure needs; corrections come anywhere, since the
newest return counts.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Literal

from pipelines.demo import mistakes, proof
from pipelines.demo.calendar import FIRST, QUARTERS, lockdown
from pipelines.demo.dice import dice
from pipelines.demo.proof import City
from pipelines.demo.registers import Line, as_known
from pipelines.intake.template.fill import Value
from pipelines.reference import places
from pipelines.reference.periods import Quarter

Kind = Literal["district", "form", "register"]
Table = dict[str, dict[str, Value]]

#: Days after a quarter's last day on which returns are sent in time, and late (the limit is six).
IN_TIME, LATE = (2, 3, 5), (8, 12, 19)
#: Corrections come when the district has looked again.
AGAIN = (16, 27, 38)
REGISTERS = 1
LATE_SHARE, MISSING_SHARE, SENT_LATER = 0.13, 0.025, 0.5
#: A team beyond the usual size is explained by most officers.
LARGEST, EXPLAINED = 10, 0.8
WHY_LARGE = "Đội ghép thêm cộng tác viên các tổ dân phố, UBND phường đã xác nhận."
#: What officers write beside a quarter in which the streets were closed, and how many of them.
CLOSED, TOLD = 0.7, 0.9
WHY_CLOSED = "Giãn cách xã hội theo chỉ đạo của thành phố, tạm dừng họp đội và tuyên truyền tập trung."
#: First versions that a correction replaces: quarter, district, how many of its teams had counted too few contacts.
ESTIMATED = ((Quarter.of(2022, 2), ("020", "004", "271"), 3), (Quarter.of(2023, 3), ("008", "017"), 2))


@dataclass(frozen=True)
class Letter:
    """One workbook to be written and the instant it is received."""

    kind: Kind
    form: str
    unit: str
    period: str
    received: datetime
    values: Table = field(default_factory=dict)
    signs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    status: str = "final"
    #: Which sending of the same return this is.
    turn: int = 1

    @property
    def name(self) -> str:
        """`Mau_A_020_2022-Q3.xlsx`; a correction is numbered."""
        again = f"_lan{self.turn}" if self.turn > 1 else ""
        period = f"_{self.period}" if self.period else f"_{self.received:%Y-%m}"
        return f"Mau_{self.form}_{self.unit}{period}{again}.xlsx"


def letters(city: City, seed: int) -> list[Letter]:
    """Every workbook of the demonstration, first the first to arrive."""
    written = [*_registers(city), *_points(city, dice(seed, "post")), *_teams(city, dice(seed, "letters"))]
    return sorted(written, key=lambda one: (one.received, one.name))


def _registers(city: City) -> Iterator[Letter]:
    """What is new or has changed on a register by each quarter's end; all of it the first time."""
    sent: dict[str, list[Line]] = {}
    for quarter in QUARTERS:
        for register, lines in city.registers.items():
            known = [k for k in (as_known(line, quarter.end) for line in lines) if k]
            if news := tuple(line for line in known if line not in sent.get(register, [])):
                yield Letter("register", register, "HN", "", _at(quarter, REGISTERS), lines=news)
            sent[register] = known


def _points(city: City, chance: Random) -> Iterator[Letter]:
    """Form B with form C beside it, always in time; form C alone from the pilot wards."""
    for (point, quarter), lines in city.lines.items():
        at = _at(quarter, chance.choice(IN_TIME))
        row = city.points.values.get((point, quarter))
        if row is None:
            yield Letter("register", "C", point, quarter.code, at, lines=tuple(lines))
        else:
            yield Letter("form", "B", point, quarter.code, at, {point: dict(row)}, lines=tuple(lines))


def _teams(city: City, chance: Random) -> Iterator[Letter]:
    """Form A as the districts' consolidated workbooks."""
    needed = proof.published_quarters("A")
    for quarter in QUARTERS:
        for district, table in _by_district(city, quarter).items():
            # NOTE: the one figure published for the third quarter of 2022 is Long Biên's.
            free = quarter not in needed or (quarter == Quarter.of(2022, 3) and district != "004")
            yield from _district(city, quarter, district, table, chance, free=free)


def _by_district(city: City, quarter: Quarter) -> dict[str, Table]:
    known = places.load()
    tables: dict[str, Table] = defaultdict(dict)
    for (team, at), row in city.teams.values.items():
        if at == quarter:
            tables[known.get(team[2:], quarter.end).district_code][team] = dict(row)
    return dict(sorted(tables.items()))


def _district(
    city: City, quarter: Quarter, district: str, table: Table, chance: Random, *, free: bool
) -> Iterator[Letter]:
    signs = {team: dict(city.teams.signs[team, quarter]) for team in table}
    large = {team: WHY_LARGE for team, row in table.items() if _large(row) and chance.random() < EXPLAINED}

    notes = {**_closed(quarter, district, table), **large}

    def letter(days: int, values: Table, turn: int = 1, status: str = "final") -> Letter:
        here = {team: given for team, given in signs.items() if team in values}
        at = _at(quarter, days)
        return Letter("district", "A", district, quarter.code, at, values, here, notes, status=status, turn=turn)

    first, late = table, free and chance.random() < LATE_SHARE
    if free:
        first = mistakes.made({t: r for t, r in table.items() if chance.random() > MISSING_SHARE}, chance)
    elif count := sum(n for at, where, n in ESTIMATED if at == quarter and district in where):
        first = mistakes.counted_short(table, chance.sample(sorted(table), count))
    estimate = "estimate" if first != table and not free else "final"
    yield letter(chance.choice(LATE if late else IN_TIME), first, status=estimate)
    if first != table and (not free or chance.random() < SENT_LATER):
        yield letter(chance.choice(AGAIN), table, turn=2)


def _closed(quarter: Quarter, district: str, table: Table) -> dict[str, str]:
    """The answer most officers give beforehand when a lockdown kept their team at home."""
    chance = dice(quarter.index, f"told {district}")
    return {team: WHY_CLOSED for team in table if lockdown(quarter) < CLOSED and chance.random() < TOLD}


def _large(row: Mapping[str, Value]) -> bool:
    volunteers = row.get("a04")
    return isinstance(volunteers, int) and volunteers > LARGEST


def _at(quarter: Quarter, days: int) -> datetime:
    """Half past nine in the morning in Hanoi, so many days after the quarter's end."""
    return datetime.combine(quarter.end + timedelta(days=days), time(2, 30), UTC)


def begins() -> datetime:
    """When the first workbook arrives."""
    return _at(FIRST, REGISTERS)
