"""What came before: the ledger in, and for the reporters asked about the past that rules and receipts look at."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import polars as pl

from pipelines.errors import PlaceError
from pipelines.intake.templates.report_subject import CITY
from pipelines.intake.validation import PriorValues, RegisteredUnit, RegisterSnapshot
from pipelines.intake.validation.prior_values import parse_quarter
from pipelines.privacy.scope import STEWARD, Scope
from pipelines.reference import places
from pipelines.store.ledger import Ledger

Status = Literal["accepted", "accepted_with_warnings", "partly_accepted", "returned"]
#: Form or register, reporter, period ("" for the registers of form D): what one return replaces in another.
ReturnGroup = tuple[str, str, str]
#: One thing a return says: reporter, period, field; or reporter, record, column.
CellKey = tuple[str, str, str]
REGISTERS = ("D1", "D3", "D4")


@dataclass(frozen=True)
class PriorSubmission:
    """A return received before and not withdrawn."""

    submission: str
    status: Status
    received: datetime


@dataclass(frozen=True)
class LatestReturn:
    """The newest return of one group, None where all were withdrawn or sent back; and the highest revision given."""

    submission: str | None
    received: datetime | None
    revision: int


@dataclass
class PriorReturns:
    """The past as the ledger's batch `head` left it; whoever loads a return adds it here too."""

    ledger: Ledger
    head: int
    values: dict[tuple[str, str], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[str, dict[str, dict[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    latest: dict[ReturnGroup, LatestReturn] = field(default_factory=dict)
    #: By the hash of what they say; those that said nothing, by the hash of their bytes.
    by_fingerprint: dict[str, PriorSubmission] = field(default_factory=dict)
    receipts: set[str] = field(default_factory=set)
    closed: frozenset[str] = frozenset()
    _loaded_reporters: set[str] = field(default_factory=set)
    _periods: dict[tuple[str, str], str] = field(default_factory=dict)
    #: Receipts of returns that were withdrawn or sent back.
    _void: set[str] = field(default_factory=set)
    _registers: dict[tuple[str, str], dict[str, str]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    _register_snapshot: RegisterSnapshot | None = None

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> "PriorReturns":
        """The past of `ledger`; of no reporter until it is asked to cover one."""
        past = cls(ledger, ledger.head())
        decisions = ledger.frame("decisions")
        past.closed = frozenset(decisions.filter(pl.col("kind") == "close")["period"].drop_nulls())
        withdrawn = set(decisions.filter(pl.col("kind") == "withdraw")["target"].drop_nulls())
        columns = ("submission", "status", "received", "canonical_sha256", "file_sha256")
        for receipt, status, received, canonical, file in (
            ledger.frame("submissions").select(columns).iter_rows()
        ):
            past.receipts.add(receipt)
            if receipt in withdrawn or status == "returned":
                past._void.add(receipt)
            if receipt not in withdrawn:
                past.by_fingerprint[canonical or file] = PriorSubmission(receipt, status, received)
        for register in REGISTERS:
            past.add_register(
                register,
                ledger.newest_records(register).select("record", "field", "text").iter_rows(),
            )
        return past

    @property
    def history(self) -> PriorValues:
        """The newest accepted values and referral lines, for the rules."""
        return PriorValues(self.values, self.lines)

    @property
    def registers(self) -> RegisterSnapshot:
        """The registers as they now stand, for the rules."""
        if self._register_snapshot is None:
            units = {
                record: _build_unit(texts)
                for (code, record), texts in self._registers.items()
                if code != "D4"
            }
            clubs = tuple(
                _build_unit(texts) for (code, _), texts in self._registers.items() if code == "D4"
            )
            self._register_snapshot = RegisterSnapshot(units, clubs, is_commune_in_force)
        return self._register_snapshot

    def load_reporters(self, reporters: Collection[str]) -> None:
        """Read the past of these reporters, and of the team or point beside each in its commune."""
        wanted = {
            f"{kind}-{r[2:]}" if r[1:2] == "-" else r for r in reporters for kind in "DP"
        } - self._loaded_reporters
        self._loaded_reporters |= wanted
        if not wanted or not self.head:
            return
        newest = self.ledger.newest_values(reporters=wanted)
        for reporter, period, code, value in newest.select(
            "reporter", "period", "field", "value"
        ).iter_rows():
            self.values[reporter, code][parse_quarter(period).index] = value
        self._load_lines(wanted)
        self._load_latest(self.ledger.frame("values", reporters=wanted), "form")
        self._load_latest(self.ledger.frame("records", reporters=wanted), "register")

    def add_value(self, reporter: str, period: str, code: str, value: int) -> None:
        self.values[reporter, code][parse_quarter(period).index] = value

    def add_line(self, point: str, period: str, record: str, column: str, text: str) -> None:
        """A cell of Form C; what an older return says does not undo what a later one said."""
        if period >= self._periods.get((point, record), ""):
            self._periods[point, record] = period
            self.lines[point].setdefault(record, {})[column] = text

    def add_register(self, register: str, cells: Iterable[tuple[str, str, str | None]]) -> None:
        """Cells of a Form D register: record, column, text."""
        for record, column, text in cells:
            self._registers[register, record][column] = text or ""
        self._register_snapshot = None

    def blocked_keys(self, prior: PriorSubmission) -> frozenset[CellKey]:
        """What of an earlier return was not taken."""
        chosen = (
            pl.col("submission") == prior.submission,
            pl.col("state").is_in(["blocked", "unread"]),
        )
        values = self.ledger.frame("values").filter(*chosen).select("reporter", "period", "field")
        records = self.ledger.frame("records").filter(*chosen).select("reporter", "record", "field")
        return frozenset([*values.iter_rows(), *records.iter_rows()])

    def _load_lines(self, reporters: set[str]) -> None:
        cells = self.ledger.newest_records("C", reporters=reporters).sort("period")
        for row in cells.select(
            "reporter", "period", "record", "field", pl.col("text").fill_null("")
        ).iter_rows():
            self.add_line(*row)

    def _load_latest(self, rows: pl.DataFrame, form: str) -> None:
        standing = ~pl.col("submission").is_in(list(self._void))
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


def load_previous_values(
    ledger: Ledger, reporters: Collection[str], period: str, scope: Scope = STEWARD
) -> dict[str, dict[str, int]]:
    """Each reporter's newest accepted values of the quarter before `period`: the template's grey column.

    Nothing of reporters outside the scope of whoever takes the template. Raises PeriodError.
    """
    before = parse_quarter(period).plus(-1).code
    seen = [r for r in reporters if scope.sees_exactly(district_of(r, period))]
    rows = ledger.newest_values(reporters=seen).filter(pl.col("period") == before)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for reporter, code, value in rows.select("reporter", "field", "value").iter_rows():
        found[reporter][code] = value
    return dict(found)


def district_of(unit: str, period: str) -> str:
    """The district of a team, point or district on the period's last day; empty where there is none."""
    if unit[1:2] != "-":
        return "" if unit == CITY else unit
    try:
        return (
            places.load_places().find_place(unit[2:], parse_quarter(period).end).district_code
            if period
            else ""
        )
    except PlaceError:
        return ""


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
