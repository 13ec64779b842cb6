"""Load what came before from the ledger, for the reporters that a file speaks of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, cast

import polars as pl

from pipelines.errors import PlaceError
from pipelines.intake.model import Return
from pipelines.intake.templates.report_subject import list_communes
from pipelines.intake.validation import PriorValues, RegisteredUnit, RegisterSnapshot
from pipelines.intake.validation.prior_values import Reports, add_report, parse_quarter
from pipelines.privacy.scope import STEWARD, Scope
from pipelines.reference import places
from pipelines.reference.office_names import province_code
from pipelines.reference.unit_seats import UnitIndex, UnitLines
from pipelines.store.latest_values import select_newest_records, select_newest_values
from pipelines.store.ledger import Ledger
from pipelines.store.schema import empty_frame
from pipelines.store.unit_register import UNIT_REGISTERS, load_unit_index, load_unit_lines

Status = Literal["accepted", "accepted_with_warnings", "partly_accepted", "returned"]
#: Form or register, reporter, period ("" for the registers of form D): what one return replaces in
#: another.
ReturnGroup = tuple[str, str, str]
#: One thing a return says: reporter, period, field; or reporter, record, column.
CellKey = tuple[str, str, str]


@dataclass(frozen=True)
class PriorSubmission:
    """Name a return received before and not withdrawn."""

    submission: str
    status: Status
    received: datetime


@dataclass(frozen=True)
class LatestReturn:
    """Name the newest return of one group, and the highest revision given.

    The return is None where all were withdrawn or sent back.
    """

    submission: str | None
    received: datetime | None
    revision: int


@dataclass
class PriorReturns:
    """Hold the past as the ledger's batch `head` left it; whoever loads a return adds it here."""

    ledger: Ledger
    head: int
    reports: dict[str, Reports] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[str, dict[str, dict[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    latest: dict[ReturnGroup, LatestReturn] = field(default_factory=dict)
    #: Returns added here, by the hash of what they say; those that said nothing, by the hash of
    #: their bytes. Those before are found in the ledger's index.
    by_fingerprint: dict[str, PriorSubmission] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)
    closed: frozenset[str] = frozenset()
    _loaded_reporters: set[str] = field(default_factory=set)
    _periods: dict[tuple[str, str], str] = field(default_factory=dict)
    _withdrawn: set[str] = field(default_factory=set)
    _decisions: pl.DataFrame = field(default_factory=lambda: empty_frame("decisions"))
    _registers: dict[tuple[str, str], dict[str, str]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _register_snapshot: RegisterSnapshot | None = None
    _unit_lines: UnitLines = field(default_factory=UnitLines)
    #: By number on a return and period, the unit its values were added to.
    _units: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> "PriorReturns":
        """Load the past of `ledger`; of no reporter until `load_reporters` is asked for it."""
        past = cls(ledger, ledger.head())
        past._decisions = ledger.decisions()
        kinds = past._decisions["kind"]
        past.closed = frozenset(past._decisions.filter(kinds == "close")["period"].drop_nulls())
        past._withdrawn = set(past._decisions.filter(kinds == "withdraw")["target"].drop_nulls())
        past._unit_lines = load_unit_lines(ledger)
        for register, lines in ledger.newest_registers(UNIT_REGISTERS).items():
            for record, column, text in lines.select("record", "field", "text").iter_rows():
                past._registers[register, record][column] = text or ""
        return past

    def find_submission(self, fingerprint: str) -> PriorSubmission | None:
        """Return the newest return that said the same and was not withdrawn."""
        known = self.by_fingerprint.get(fingerprint)
        if known:
            return known
        for sent in self.ledger.index.find_sent(fingerprint):
            if sent.receipt not in self._withdrawn:
                return PriorSubmission(sent.receipt, cast(Status, sent.status), sent.received)
        return None

    def has_receipt(self, receipt: str) -> bool:
        """Was this receipt given, or is it given to a file of the batch at hand?"""
        return receipt in self.receipts or bool(self.ledger.index.find_statuses([receipt]))

    @property
    def history(self) -> PriorValues:
        """Return the newest accepted values and referral lines, for the rules."""
        return PriorValues(self.reports, self.lines, self.registers.identify)

    @property
    def registers(self) -> RegisterSnapshot:
        """Return the registers as they now stand, for the rules."""
        if self._register_snapshot is None:
            units: dict[str, RegisteredUnit] = {}
            clubs: list[RegisteredUnit] = []
            for (register, record), texts in self._registers.items():
                if register == "D4":
                    clubs.append(_build_unit(texts))
                else:
                    units[record] = _build_unit(texts)
            index = UnitIndex(self._unit_lines.list_units(), places.load_places())
            self._register_snapshot = RegisterSnapshot(
                units, tuple(clubs), is_commune_in_force, index
            )
        return self._register_snapshot

    def load_reporters(self, reporters: Collection[str]) -> None:
        """Read the past of these reporters, and of the team or point beside each in its commune.

        Also what they sent under other numbers: as their commune's unit before a reform.
        """
        numbers = self._list_numbers(_add_neighbours(reporters))
        wanted = _add_neighbours(numbers) - self._loaded_reporters
        self._loaded_reporters |= wanted
        if not wanted or not self.head:
            return
        values = self.ledger.frame("values", reporters=wanted)
        newest = select_newest_values(values, self._decisions)
        reports = newest.group_by("reporter", "period").agg("field", "value")
        for reporter, period, codes, numbers in reports.iter_rows():
            self.add_report(reporter, period, dict(zip(codes, numbers, strict=True)))
        self._load_latest(values, "form")
        records = self.ledger.frame("records", reporters=wanted)
        self._load_lines(records)
        self._load_latest(records, "register")

    def _list_numbers(self, reporters: Collection[str]) -> set[str]:
        """Return every number under which the units of these numbers may have reported."""
        index = self.registers.index
        numbers: set[str] = set(reporters)
        for reporter in reporters:
            numbers |= index.list_numbers(reporter) if index else set()
        return numbers

    def add_report(self, number: str, period: str, values: Mapping[str, int]) -> None:
        """Add accepted values by field to the unit that their number means in the period."""
        if not values:
            return
        quarter = parse_quarter(period)
        unit = self._units.get((number, period))
        if unit is None:
            unit = self._units[number, period] = self.registers.identify(number, quarter)
        add_report(self.reports[unit], quarter.index, values)

    def add_line(self, number: str, period: str, record: str, column: str, text: str) -> None:
        """Add a cell of form C; an older return does not undo what a later one said."""
        point = self.registers.identify(number, parse_quarter(period))
        if period >= self._periods.get((point, record), ""):
            self._periods[point, record] = period
            self.lines[point].setdefault(record, {})[column] = text

    def add_register_line(self, register: str, record: str, texts: Mapping[str, str]) -> None:
        """Add the line of one record of a form D register: its texts by column.

        Values that its number turns out to mean go to its unit.
        """
        for column, text in texts.items():
            self._registers[register, record][column] = text
        self._unit_lines.add_line(record, texts)
        self._register_snapshot = None

    def identify_again(self) -> None:
        """Give values to other units where the registers now say so."""
        for (number, period), unit in list(self._units.items()):
            quarter = parse_quarter(period)
            meant = self.registers.identify(number, quarter)
            if meant != unit:
                self._units[number, period] = meant
                self._move_values(unit, meant, quarter.index)

    def _move_values(self, unit: str, meant: str, quarter: int) -> None:
        moved = self.reports[unit].pop(quarter, None)
        if moved is not None:
            add_report(self.reports[meant], quarter, moved)

    def blocked_keys(self, prior: PriorSubmission) -> frozenset[CellKey]:
        """Return what of an earlier return was not taken."""
        is_blocked = pl.col("state").is_in(["blocked", "unread"])
        values = self.ledger.batch_frame("values", prior.submission).filter(is_blocked)
        records = self.ledger.batch_frame("records", prior.submission).filter(is_blocked)
        keys = [*values.select("reporter", "period", "field").iter_rows()]
        keys += records.select("reporter", "record", "field").iter_rows()
        return frozenset(keys)

    def _load_lines(self, records: pl.DataFrame) -> None:
        referrals = records.filter(pl.col("register") == "C")
        cells = select_newest_records(referrals, self._decisions).sort("period")
        text = pl.col("text").fill_null("")
        rows = cells.select("reporter", "period", "record", "field", text)
        for reporter, period, record, column, value in rows.iter_rows():
            self.add_line(reporter, period, record, column, value)

    def _list_void(self, receipts: Iterable[str]) -> list[str]:
        """Return those of these receipts whose returns were withdrawn or sent back."""
        statuses = self.ledger.index.find_statuses(list(receipts))
        returned = {receipt for receipt, status in statuses.items() if status == "returned"}
        return sorted(returned | (self._withdrawn & statuses.keys()))

    def _load_latest(self, rows: pl.DataFrame, form: str) -> None:
        """Load the newest return of each group; `form` is the column of forms or registers."""
        standing = ~pl.col("submission").is_in(self._list_void(rows["submission"].unique()))
        last = (
            pl.col("submission", "received")
            .filter(standing)
            .sort_by(pl.col("order").filter(standing))
            .last()
        )
        groups = rows.group_by(form, "reporter", pl.col("period").fill_null("")).agg(
            last, pl.col("revision").max()
        )
        for code, reporter, period, submission, received, revision in groups.iter_rows():
            self.latest[code, reporter, period] = LatestReturn(submission, received, revision)


def _add_neighbours(reporters: Collection[str]) -> set[str]:
    """Return the reporters with the team or point beside each in its commune."""
    neighbours: set[str] = set()
    for reporter in reporters:
        is_of_commune = reporter[1:2] == "-"
        if is_of_commune:
            commune = reporter[2:7]
            neighbours.update((reporter, f"D-{commune}", f"P-{commune}"))
        else:
            neighbours.add(reporter)
    return neighbours


def load_previous_values(
    ledger: Ledger, reporters: Collection[str], period: str, scope: Scope = STEWARD
) -> dict[str, dict[str, int]]:
    """Load each reporter's newest accepted values of the quarter before `period`.

    They fill the template's grey column: the unit's own, under whatever number it sent them, never
    those of a commune that bore its code before. Nothing of reporters outside the scope of whoever
    takes the template. Raises PeriodError.
    """
    quarter = parse_quarter(period)
    before = quarter.plus(-1)
    index = load_unit_index(ledger)
    owners: dict[str, str] = {}
    numbers: set[str] = set()
    for number in reporters:
        if scope.sees_exactly(district_of(number, period)):
            owners[index.identify(number, quarter)] = number
            numbers |= index.list_numbers(number)
    rows = ledger.newest_values(reporters=numbers).filter(pl.col("period") == before.code)
    values: dict[str, dict[str, int]] = defaultdict(dict)
    for number, code, value in rows.select("reporter", "field", "value").iter_rows():
        owner = owners.get(index.identify(number, before))
        if owner:
            values[owner][code] = value
    return dict(values)


def district_of(unit: str, period: str) -> str:
    """Return the district of a team, point or district on the period's last day.

    Empty where there is none. Raises PeriodError.
    """
    if unit[1:2] != "-":
        return "" if unit == province_code() else unit
    if not period:
        return ""
    day = parse_quarter(period).end
    try:
        return places.load_places().find_place(unit[2:7], day).district_code
    except PlaceError:
        return ""


def list_district_reporters(ret: Return) -> set[str]:
    """Return the team or point of every commune of the return's district, or of the city."""
    letter = "P" if ret.form == "B" else "D"
    communes = list_communes(ret.unit, parse_quarter(ret.period).end)
    return {f"{letter}-{place.code}" for place in communes}


def is_commune_in_force(code: str, day: date) -> bool:
    """Is this commune code in force on this day?"""
    try:
        places.load_places().find_place(code, day)
    except PlaceError:
        return False
    return True


def _build_unit(texts: dict[str, str]) -> RegisteredUnit:
    return RegisteredUnit(
        texts.get("commune", ""),
        _parse_day(texts.get("valid_from")),
        _parse_day(texts.get("valid_to")),
    )


def _parse_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
