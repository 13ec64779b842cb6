"""What the city sends and when: the invented returns in, one letter a workbook out, in the order they arrive.

Late, missing and wrong returns stand only in quarters no published figure needs; corrections come anywhere, since the
newest return counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Literal

from pipelines.demo import calibration
from pipelines.demo.calendar import FIRST, QUARTERS, lockdown_share
from pipelines.demo.calibration import DemoCity
from pipelines.demo.random_tools import make_rng
from pipelines.demo.register_forms import Line, known_on
from pipelines.intake.templates.prefill import FillValue
from pipelines.reference import places
from pipelines.reference.periods import Quarter

Row = dict[str, FillValue]
Table = dict[str, Row]
#: A slip of each kind stands in so many of the districts' workbooks.
SLIPS = 0.35


def _write_with_dots(row: Row) -> None:
    row["a48"] = _group_digits(row["a48"]) if _as_count(row["a48"]) >= 1_000 else row["a48"]


def _write_with_unit(row: Row) -> None:
    row["a22"] = f"{row['a22']} buổi"


def _write_zero_as_word(row: Row) -> None:
    row["a51"] = "không" if row["a51"] == 0 else row["a51"]


def _break_sum(row: Row) -> None:
    row["a31"] = _as_count(row["a31"]) + 10


def _make_negative(row: Row) -> None:
    row["a03"] = -1


def _exceed_total(row: Row) -> None:
    row["a08"] = _as_count(row["a04"]) + 3


def _leave_blank(row: Row) -> None:
    row["a12"] = None


KINDS: tuple[Callable[[Row], None], ...] = (
    _write_with_dots,
    _write_with_unit,
    _write_zero_as_word,
    _break_sum,
    _make_negative,
    _exceed_total,
    _leave_blank,
)


def add_mistakes(table: Table, chance: Random) -> Table:
    """The table with a slip in one team's row, in some of the workbooks."""
    if chance.random() > SLIPS:
        return table
    slip, team = chance.choice(KINDS), chance.choice(sorted(table))
    row = dict(table[team])
    slip(row)
    return {**table, team: row}


def undercount_contacts(table: Table, teams: Iterable[str]) -> Table:
    """The table as first estimated: these teams' last week of contacts was still missing."""
    return {**table, **{team: _undercount_row(table[team]) for team in teams}}


def _undercount_row(row: Row) -> Row:
    direct = _as_count(row["a32"])
    kept = max(direct - 4, 0)
    contacts = kept + _as_count(row["a33"])
    # NOTE: nobody can be reached more often than there were contacts.
    reached = min(_as_count(row["a34"]), contacts) if contacts else 0
    return {
        **row,
        "a31": contacts,
        "a32": kept,
        "a34": reached,
        "a34y": min(_as_count(row["a34y"]), reached),
    }


def _as_count(value: FillValue) -> int:
    return value if isinstance(value, int) else 0


def _group_digits(value: FillValue) -> str:
    """20000000 → `20.000.000`."""
    return f"{_as_count(value):,}".replace(",", ".")


Kind = Literal["district", "form", "register"]
DistrictTable = dict[str, dict[str, FillValue]]

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
WHY_CLOSED = (
    "Giãn cách xã hội theo chỉ đạo của thành phố, tạm dừng họp đội và tuyên truyền tập trung."
)
#: First versions that a correction replaces: quarter, district, how many of its teams had counted too few contacts.
ESTIMATED = (
    (Quarter.from_number(2022, 2), ("020", "004", "271"), 3),
    (Quarter.from_number(2023, 3), ("008", "017"), 2),
)


@dataclass(frozen=True)
class DemoSubmission:
    """One workbook to be written and the instant it is received."""

    kind: Kind
    form: str
    unit: str
    period: str
    received: datetime
    values: DistrictTable = field(default_factory=dict)
    signs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    status: str = "final"
    #: Which sending of the same return this is.
    turn: int = 1

    @property
    def file_name(self) -> str:
        """`Mau_A_020_2022-Q3.xlsx`; a correction is numbered."""
        again = f"_lan{self.turn}" if self.turn > 1 else ""
        period = f"_{self.period}" if self.period else f"_{self.received:%Y-%m}"
        return f"Mau_{self.form}_{self.unit}{period}{again}.xlsx"


def list_submissions(city: DemoCity, seed: int) -> list[DemoSubmission]:
    """Every workbook of the demonstration, first the first to arrive."""
    written = [
        *_register_submissions(city),
        *_point_submissions(city, make_rng(seed, "post")),
        *_team_submissions(city, make_rng(seed, "letters")),
    ]
    return sorted(written, key=lambda one: (one.received, one.file_name))


def _register_submissions(city: DemoCity) -> Iterator[DemoSubmission]:
    """What is new or has changed on a register by each quarter's end; all of it the first time."""
    sent: dict[str, list[Line]] = {}
    for quarter in QUARTERS:
        for register, lines in city.registers.items():
            known = [k for k in (known_on(line, quarter.end) for line in lines) if k]
            if news := tuple(line for line in known if line not in sent.get(register, [])):
                yield DemoSubmission(
                    "register", register, "HN", "", _received_at(quarter, REGISTERS), lines=news
                )
            sent[register] = known


def _point_submissions(city: DemoCity, chance: Random) -> Iterator[DemoSubmission]:
    """Form B with form C beside it, always in time; form C alone from the pilot wards."""
    for (point, quarter), lines in city.lines.items():
        at = _received_at(quarter, chance.choice(IN_TIME))
        row = city.points.values.get((point, quarter))
        if row is None:
            yield DemoSubmission("register", "C", point, quarter.code, at, lines=tuple(lines))
        else:
            yield DemoSubmission(
                "form", "B", point, quarter.code, at, {point: dict(row)}, lines=tuple(lines)
            )


def _team_submissions(city: DemoCity, chance: Random) -> Iterator[DemoSubmission]:
    """Form A as the districts' consolidated workbooks."""
    needed = calibration.published_quarters("A")
    for quarter in QUARTERS:
        for district, table in _group_by_district(city, quarter).items():
            # NOTE: the one figure published for the third quarter of 2022 is Long Biên's.
            free = quarter not in needed or (
                quarter == Quarter.from_number(2022, 3) and district != "004"
            )
            yield from _district_submissions(city, quarter, district, table, chance, free=free)


def _group_by_district(city: DemoCity, quarter: Quarter) -> dict[str, DistrictTable]:
    known = places.load_places()
    tables: dict[str, DistrictTable] = defaultdict(dict)
    for (team, at), row in city.teams.values.items():
        if at == quarter:
            tables[known.find_place(team[2:], quarter.end).district_code][team] = dict(row)
    return dict(sorted(tables.items()))


def _district_submissions(
    city: DemoCity,
    quarter: Quarter,
    district: str,
    table: DistrictTable,
    chance: Random,
    *,
    free: bool,
) -> Iterator[DemoSubmission]:
    signs = {team: dict(city.teams.signs[team, quarter]) for team in table}
    large = {
        team: WHY_LARGE
        for team, row in table.items()
        if _is_large(row) and chance.random() < EXPLAINED
    }

    notes = {**_lockdown_notes(quarter, district, table), **large}

    def letter(
        days: int, values: DistrictTable, turn: int = 1, status: str = "final"
    ) -> DemoSubmission:
        here = {team: given for team, given in signs.items() if team in values}
        at = _received_at(quarter, days)
        return DemoSubmission(
            "district",
            "A",
            district,
            quarter.code,
            at,
            values,
            here,
            notes,
            status=status,
            turn=turn,
        )

    first, late = table, free and chance.random() < LATE_SHARE
    if free:
        first = add_mistakes(
            {t: r for t, r in table.items() if chance.random() > MISSING_SHARE}, chance
        )
    elif count := sum(n for at, where, n in ESTIMATED if at == quarter and district in where):
        first = undercount_contacts(table, chance.sample(sorted(table), count))
    estimate = "estimate" if first != table and not free else "final"
    yield letter(chance.choice(LATE if late else IN_TIME), first, status=estimate)
    if first != table and (not free or chance.random() < SENT_LATER):
        yield letter(chance.choice(AGAIN), table, turn=2)


def _lockdown_notes(quarter: Quarter, district: str, table: DistrictTable) -> dict[str, str]:
    """The answer most officers give beforehand when a lockdown kept their team at home."""
    chance = make_rng(quarter.index, f"told {district}")
    return {
        team: WHY_CLOSED
        for team in table
        if lockdown_share(quarter) < CLOSED and chance.random() < TOLD
    }


def _is_large(row: Mapping[str, FillValue]) -> bool:
    volunteers = row.get("a04")
    return isinstance(volunteers, int) and volunteers > LARGEST


def _received_at(quarter: Quarter, days: int) -> datetime:
    """Half past nine in the morning in Hanoi, so many days after the quarter's end."""
    return datetime.combine(quarter.end + timedelta(days=days), time(2, 30), UTC)


def first_arrival() -> datetime:
    """When the first workbook arrives."""
    return _received_at(FIRST, REGISTERS)
