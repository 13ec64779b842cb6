"""Load what came before from the ledger, for the reporters that a file speaks of."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, cast

import polars as pl

from pipelines.errors import PlaceError
from pipelines.intake.model import Return
from pipelines.intake.templates.report_subject import CITY
from pipelines.intake.validation import PriorValues, RegisteredUnit, RegisterSnapshot
from pipelines.intake.validation.prior_values import Series, add_to_series, parse_quarter
from pipelines.privacy.scope import STEWARD, Scope
from pipelines.reference import places
from pipelines.store.latest_values import select_newest_records, select_newest_values
from pipelines.store.ledger import Ledger
from pipelines.store.schema import empty_frame

Status = Literal["accepted", "accepted_with_warnings", "partly_accepted", "returned"]
#: Form or register, reporter, period ("" for the registers of form D): what one return replaces in
#: another.
ReturnGroup = tuple[str, str, str]
#: One thing a return says: reporter, period, field; or reporter, record, column.
CellKey = tuple[str, str, str]
REGISTERS = ("D1", "D3", "D4")


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
    values: dict[str, dict[str, Series]] = field(default_factory=lambda: defaultdict(dict))
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

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> "PriorReturns":
        """Load the past of `ledger`; of no reporter until `load_reporters` is asked for it."""
        past = cls(ledger, ledger.head())
        past._decisions = ledger.decisions()
        kinds = past._decisions["kind"]
        past.closed = frozenset(past._decisions.filter(kinds == "close")["period"].drop_nulls())
        past._withdrawn = set(past._decisions.filter(kinds == "withdraw")["target"].drop_nulls())
        for register, lines in ledger.newest_registers(REGISTERS).items():
            past.add_register(register, lines.select("record", "field", "text").iter_rows())
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
        return PriorValues(self.values, self.lines)

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
            self._register_snapshot = RegisterSnapshot(units, tuple(clubs), is_commune_in_force)
        return self._register_snapshot

    def load_reporters(self, reporters: Collection[str]) -> None:
        """Read the past of these reporters, and of the team or point beside each in its commune."""
        wanted = _add_neighbours(reporters) - self._loaded_reporters
        self._loaded_reporters |= wanted
        if not wanted or not self.head:
            return
        values = self.ledger.frame("values", reporters=wanted)
        newest = select_newest_values(values, self._decisions)
        rows = newest.select("reporter", "period", "field", "value")
        self.add_values(rows.iter_rows())
        self._load_latest(values, "form")
        records = self.ledger.frame("records", reporters=wanted)
        self._load_lines(records)
        self._load_latest(records, "register")

    def add_values(self, rows: Iterable[tuple[str, str, str, int | None]]) -> None:
        """Add accepted values by reporter, period and field; None adds nothing."""
        for reporter, period, code, value in rows:
            if value is not None:
                series = self.values[reporter].setdefault(code, {})
                add_to_series(series, parse_quarter(period).index, value)

    def add_line(self, point: str, period: str, record: str, column: str, text: str) -> None:
        """Add a cell of form C; an older return does not undo what a later one said."""
        if period >= self._periods.get((point, record), ""):
            self._periods[point, record] = period
            self.lines[point].setdefault(record, {})[column] = text

    def add_register(self, register: str, cells: Iterable[tuple[str, str, str | None]]) -> None:
        """Add cells of a form D register: record, column, text."""
        for record, column, text in cells:
            self._registers[register, record][column] = text or ""
        self._register_snapshot = None

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
            commune = reporter[2:]
            neighbours.update((f"D-{commune}", f"P-{commune}"))
        else:
            neighbours.add(reporter)
    return neighbours


def load_previous_values(
    ledger: Ledger, reporters: Collection[str], period: str, scope: Scope = STEWARD
) -> dict[str, dict[str, int]]:
    """Load each reporter's newest accepted values of the quarter before `period`.

    They fill the template's grey column; nothing of reporters outside the scope of whoever takes
    the template. Raises PeriodError.
    """
    before = parse_quarter(period).plus(-1).code
    visible = [r for r in reporters if scope.sees_exactly(district_of(r, period))]
    rows = ledger.newest_values(reporters=visible).filter(pl.col("period") == before)
    values: dict[str, dict[str, int]] = defaultdict(dict)
    for reporter, code, value in rows.select("reporter", "field", "value").iter_rows():
        values[reporter][code] = value
    return dict(values)


def district_of(unit: str, period: str) -> str:
    """Return the district of a team, point or district on the period's last day.

    Empty where there is none. Raises PeriodError.
    """
    if unit[1:2] != "-":
        return "" if unit == CITY else unit
    if not period:
        return ""
    day = parse_quarter(period).end
    try:
        return places.load_places().find_place(unit[2:], day).district_code
    except PlaceError:
        return ""


def list_district_reporters(ret: Return) -> set[str]:
    """Return the team or point of every commune of the return's district."""
    letter = "P" if ret.form == "B" else "D"
    communes = places.load_places().communes_of(ret.unit, parse_quarter(ret.period).end)
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
