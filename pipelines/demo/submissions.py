"""The workbooks that the invented city sends, in the order they arrive.

Late, missing and wrong returns come only in quarters no published figure needs; corrections come
anywhere, since the newest return counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Literal

from pipelines.demo import calibration
from pipelines.demo.calendar import FIRST, QUARTERS, lockdown_share
from pipelines.demo.calibration import DemoCity
from pipelines.demo.city_plan import load_plan
from pipelines.demo.random_tools import make_rng
from pipelines.demo.register_forms import Line, known_on
from pipelines.intake.templates.prefill import FillValue
from pipelines.reference import places
from pipelines.reference.office_names import province_code
from pipelines.reference.periods import Quarter

Row = dict[str, FillValue]
Table = dict[str, Row]
#: The share of the districts' workbooks with a mistake in them.
SLIPS = 0.35


def _write_with_dots(row: Row) -> None:
    if _as_count(row["a48"]) >= 1_000:
        row["a48"] = _group_digits(row["a48"])


def _write_with_unit(row: Row) -> None:
    row["a22"] = f"{row['a22']} buổi"


def _write_zero_as_word(row: Row) -> None:
    if row["a51"] == 0:
        row["a51"] = "không"


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
    """Return the table with a mistake in one team's row, in some of the workbooks."""
    if chance.random() > SLIPS:
        return table
    make_mistake = chance.choice(KINDS)
    team = chance.choice(sorted(table))
    row = dict(table[team])
    make_mistake(row)
    return {**table, team: row}


def undercount_contacts(table: Table, teams: Iterable[str]) -> Table:
    """Return the table as first estimated: these teams' last week of contacts is missing."""
    return {**table, **{team: _undercount_row(table[team]) for team in teams}}


def _undercount_row(row: Row) -> Row:
    direct = max(_as_count(row["a32"]) - 4, 0)
    contacts = direct + _as_count(row["a33"])
    # NOTE: nobody can be reached more often than there were contacts.
    reached = min(_as_count(row["a34"]), contacts) if contacts else 0
    return {
        **row,
        "a31": contacts,
        "a32": direct,
        "a34": reached,
        "a34y": min(_as_count(row["a34y"]), reached),
    }


def _as_count(value: FillValue) -> int:
    return value if isinstance(value, int) else 0


def _group_digits(value: FillValue) -> str:
    """Write 20000000 as `20.000.000`."""
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
        """The file's name, such as `Mau_A_020_2022-Q3.xlsx`; a correction is numbered."""
        again = f"_lan{self.turn}" if self.turn > 1 else ""
        period = f"_{self.period}" if self.period else f"_{self.received:%Y-%m}"
        return f"Mau_{self.form}_{self.unit}{period}{again}.xlsx"


def list_submissions(city: DemoCity, seed: int) -> list[DemoSubmission]:
    """Return every workbook of the demonstration in the order of arrival."""
    written = [
        *_register_submissions(city),
        *_point_submissions(city, make_rng(seed, "post")),
        *_team_submissions(city, make_rng(seed, "letters")),
    ]
    return sorted(written, key=lambda submission: (submission.received, submission.file_name))


def _register_submissions(city: DemoCity) -> Iterator[DemoSubmission]:
    """Send what is new or has changed on a register by each quarter's end, all the first time."""
    sent: dict[str, list[Line]] = {register: [] for register in city.registers}
    for quarter in QUARTERS:
        at = _received_at(quarter, REGISTERS)
        for register, lines in city.registers.items():
            known = _list_known(lines, quarter.end)
            news = tuple(line for line in known if line not in sent[register])
            if news:
                yield DemoSubmission("register", register, province_code(), "", at, lines=news)
            sent[register] = known


def _list_known(lines: Iterable[Line], day: date) -> list[Line]:
    """Return the lines of units that had begun by `day`, as the register said them then."""
    known = []
    for line in lines:
        line_then = known_on(line, day)
        if line_then is not None:
            known.append(line_then)
    return known


def _point_submissions(city: DemoCity, chance: Random) -> Iterator[DemoSubmission]:
    """Send form B with form C, always in time; form C alone from the pilot wards."""
    for (point, quarter), lines in city.lines.items():
        delay = chance.choice(IN_TIME)
        at = _received_at(quarter, delay)
        row = city.points.values.get((point, quarter))
        if row is None:
            yield DemoSubmission("register", "C", point, quarter.code, at, lines=tuple(lines))
        else:
            values: DistrictTable = {point: dict(row)}
            yield DemoSubmission("form", "B", point, quarter.code, at, values, lines=tuple(lines))


def _team_submissions(city: DemoCity, chance: Random) -> Iterator[DemoSubmission]:
    """Send form A as the districts' consolidated workbooks."""
    needed = calibration.published_quarters("A")
    for quarter in QUARTERS:
        for district, table in _group_by_district(city, quarter).items():
            district_quarter = DistrictQuarter(city, quarter, district, table)
            free = quarter not in needed or _is_unpublished(quarter, district)
            if free:
                yield from _send_with_mistakes(district_quarter, chance)
            else:
                yield from _send_needed(district_quarter, chance)


def _is_unpublished(quarter: Quarter, district: str) -> bool:
    """Is this another district in the quarter of which one district's figure alone is published?"""
    plan = load_plan().teams
    return quarter == plan.known_quarter and district != plan.known_district


def _group_by_district(city: DemoCity, quarter: Quarter) -> dict[str, DistrictTable]:
    known_places = places.load_places()
    tables: dict[str, DistrictTable] = defaultdict(dict)
    for (team, at), row in city.teams.values.items():
        if at == quarter:
            district = known_places.find_place(team[2:], quarter.end).district_code
            tables[district][team] = dict(row)
    return dict(sorted(tables.items()))


@dataclass(frozen=True)
class DistrictQuarter:
    """The true table of one district and quarter, out of which its workbooks are made."""

    city: DemoCity
    quarter: Quarter
    district: str
    table: DistrictTable

    def draw_notes(self, chance: Random) -> dict[str, str]:
        """Draw the notes by team: why a team is large, or why it stayed at home."""
        notes = _lockdown_notes(self.quarter, self.district, self.table)
        for team, row in self.table.items():
            if _is_large(row) and chance.random() < EXPLAINED:
                notes[team] = WHY_LARGE
        return notes

    def make_submission(
        self,
        values: DistrictTable,
        notes: Mapping[str, str],
        days: int,
        *,
        turn: int = 1,
        status: str = "final",
    ) -> DemoSubmission:
        """Return a workbook with these values, sent so many days after the quarter's end."""
        signs = {team: dict(self.city.teams.signs[team, self.quarter]) for team in values}
        return DemoSubmission(
            "district",
            "A",
            self.district,
            self.quarter.code,
            _received_at(self.quarter, days),
            values,
            signs,
            notes,
            status=status,
            turn=turn,
        )


def _send_needed(district: DistrictQuarter, chance: Random) -> Iterator[DemoSubmission]:
    """Send the true table in time, in some quarters after an estimate."""
    table, notes = district.table, district.draw_notes(chance)
    count = _count_estimated(district)
    first = table
    if count:
        first = undercount_contacts(table, chance.sample(sorted(table), count))
    status = "final" if first == table else "estimate"
    yield district.make_submission(first, notes, chance.choice(IN_TIME), status=status)
    if first != table:
        yield district.make_submission(table, notes, chance.choice(AGAIN), turn=2)


def _send_with_mistakes(district: DistrictQuarter, chance: Random) -> Iterator[DemoSubmission]:
    """Send a table that may be late, incomplete or wrong, and in some cases its correction."""
    table, notes = district.table, district.draw_notes(chance)
    days = LATE if chance.random() < LATE_SHARE else IN_TIME
    complete = {team: row for team, row in table.items() if chance.random() > MISSING_SHARE}
    first = add_mistakes(complete, chance)
    yield district.make_submission(first, notes, chance.choice(days))
    if first != table and chance.random() < SENT_LATER:
        yield district.make_submission(table, notes, chance.choice(AGAIN), turn=2)


def _count_estimated(district: DistrictQuarter) -> int:
    """Return how many teams of the district had counted too few contacts at first."""
    for quarter, districts, count in load_plan().teams.estimated:
        if quarter == district.quarter and district.district in districts:
            return count
    return 0


def _lockdown_notes(quarter: Quarter, district: str, table: DistrictTable) -> dict[str, str]:
    """Return the notes by team that most officers write when a lockdown kept their team at home."""
    if lockdown_share(quarter) >= CLOSED:
        return {}
    chance = make_rng(quarter.index, f"told {district}")
    return {team: WHY_CLOSED for team in table if chance.random() < TOLD}


def _is_large(row: Mapping[str, FillValue]) -> bool:
    volunteers = row.get("a04")
    return isinstance(volunteers, int) and volunteers > LARGEST


def _received_at(quarter: Quarter, days: int) -> datetime:
    """Return half past nine in the morning in Hanoi, so many days after the quarter's end."""
    return datetime.combine(quarter.end + timedelta(days=days), time(2, 30), UTC)


def first_arrival() -> datetime:
    """Return when the first workbook arrives."""
    return _received_at(FIRST, REGISTERS)
