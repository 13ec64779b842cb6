"""List the districts, or communes of today, to remind, each with a message ready to paste."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import polars as pl

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.reference import periods
from pipelines.reference.periods import Quarter, Span
from pipelines.reference.places import Place
from pipelines.reference.unit_seats import UnitIndex
from pipelines.settings import Settings
from pipelines.store.latest_values import select_newest_records, select_newest_values
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index

ROMAN = ("I", "II", "III", "IV")
QUARTERS: dict[Language, str] = {"vi": "quý {roman}/{year}", "en": "Q{number} {year}"}
#: Quarters of one year, and words for whole years.
MANY: dict[Language, str] = {"vi": "quý {romans}/{year}", "en": "{numbers} {year}"}
YEARS: dict[Language, str] = {"vi": "năm {years}", "en": "{years}"}
FORMS: dict[Language, str] = {
    "vi": "{place} (mẫu {form}: {when})",
    "en": "{place} (form {form}: {when})",
}
#: Whom a message is addressed to, with a district and without one, as after June 2025.
OFFICES: dict[Language, tuple[str, str]] = {
    "vi": ("UBND {}", "các đơn vị"),
    "en": ("the People's Committee of {}", "the units"),
}
#: Form and reporter of a return, with the code of its quarter.
ReturnKey = tuple[str, str, str]


@dataclass(frozen=True)
class OutstandingReturn:
    """Name one reporter whose returns are missing, or still have cells to correct."""

    reporter: str
    form: str
    place: str
    #: The quarters it is about, oldest first.
    quarters: tuple[str, ...]

    def format_quarters(self, language: Language) -> str:
        """Write the quarters, those of one year together: `quý I, III/2022; quý II/2023`."""
        by_year: dict[int, list[int]] = defaultdict(list)
        for code in self.quarters:
            quarter = periods.parse_period(code).first
            by_year[quarter.year].append(quarter.number)
        parts = []
        for year, found in by_year.items():
            romans = ", ".join(ROMAN[number - 1] for number in found)
            numbers = ", ".join(f"Q{number}" for number in found)
            parts.append(MANY[language].format(romans=romans, numbers=numbers, year=year))
        return "; ".join(parts)


@dataclass(frozen=True)
class Reminder:
    """List what one district owes for a period of one or several quarters.

    Since July 2025, what one commune owes.
    """

    district: str
    district_name: str
    period: str
    #: Of the period's last quarter.
    deadline: date
    missing: tuple[OutstandingReturn, ...]
    to_correct: tuple[OutstandingReturn, ...]

    def build_message(self, language: Language) -> str:
        """Write what to send the district, in one or two sentences that name every reporter."""
        is_single = len(periods.parse_period(self.period)) == 1
        sentences = []
        about = {
            "district": _name_office(self.district_name, language),
            "period": _name_period(self.period, language),
            "deadline": f"{self.deadline:%d/%m/%Y}",
        }
        for key, owed in (("chase", self.missing), ("chase-mend", self.to_correct)):
            if not owed:
                continue
            sentence = catalog.format_sentence(
                key if is_single else f"{key}-span",
                language,
                **about,
                missing=count_returns(owed),
                n=len(owed),
                names=_join_places(owed) if is_single else _join_quarters(owed, language),
            )
            sentences.append(sentence)
        return "\n".join(sentences)


def count_returns(outstanding: Iterable[OutstandingReturn]) -> int:
    """Return how many returns these are: one a reporter and quarter."""
    return sum(len(one.quarters) for one in outstanding)


def _name_office(district: str, language: Language) -> str:
    """Return the addressee: `UBND huyện Thanh Trì`; the units where there is no district."""
    office, units = OFFICES[language]
    return office.format(district[:1].lower() + district[1:]) if district else units


def _name_period(period: str, language: Language) -> str:
    """Return a period as a letter writes it: `quý IV/2022`, `năm 2022`, `Q4 2022`."""
    span = periods.parse_period(period)
    if span.whole_years:
        years = dict.fromkeys((span.first.year, span.last.year))
        return YEARS[language].format(years="–".join(map(str, years)))
    ends = dict.fromkeys((span.first, span.last))
    return " – ".join(_name_quarter(quarter, language) for quarter in ends)


def _name_quarter(quarter: Quarter, language: Language) -> str:
    roman = ROMAN[quarter.number - 1]
    return QUARTERS[language].format(roman=roman, number=quarter.number, year=quarter.year)


class _Owner(NamedTuple):
    """Who owes returns on one form: the number on the return, and the unit on the registers."""

    reporter: str
    form: str
    unit: str


class _LedgerRows(NamedTuple):
    """What of the ledger a question stands on, each kind read once.

    Values and form C's receipts of the period alone: a value and what replaces it are of one
    period.
    """

    values: pl.DataFrame
    newest_values: pl.DataFrame
    records: pl.DataFrame
    decisions: pl.DataFrame
    submissions: pl.DataFrame

    def newest_records(self, register: str) -> pl.DataFrame:
        own = self.records.filter(pl.col("register") == register)
        return select_newest_records(own, self.decisions)


def _read_rows(ledger: Ledger, span: Span, as_of: datetime | None) -> _LedgerRows:
    inside = pl.col("period").is_in(span.quarter_codes)
    decisions = ledger.frame("decisions", as_of)
    values = ledger.frame("values", as_of).filter(inside)
    newest = select_newest_values(values, decisions)
    submissions = ledger.frame("submissions", as_of).filter(inside)
    records = ledger.frame("records", as_of)
    return _LedgerRows(values, newest, records, decisions, submissions)


def list_reminders(
    settings: Settings, period: str, as_of: datetime | None = None
) -> list[Reminder]:
    """List the offices with missing returns or returns to correct in a period, by code.

    Districts until June 2025, from then on the communes themselves. Every quarter of the period is
    looked at. Teams owe form A, points form B or C, when active on a quarter's last day
    (docs/domain.md 3.1). Only what was received by `as_of` counts. Raises PeriodError.
    """
    span = periods.parse_period(period)
    ledger = Ledger(settings.home)
    rows = _read_rows(ledger, span, as_of)
    index = load_unit_index(ledger)
    received = _identify(_received_returns(rows, span), index)
    wrong = _identify(_returns_to_correct(rows), index)
    missing: dict[_Owner, list[str]] = defaultdict(list)
    to_correct: dict[_Owner, list[str]] = defaultdict(list)
    for quarter, owner in _expected_returns(rows, span):
        key = (owner.form, owner.reporter, quarter.code)
        if key not in received:
            missing[owner].append(quarter.code)
        elif key in wrong:
            to_correct[owner].append(quarter.code)
    missing_by, to_correct_by = (
        _group_by_office(missing, index),
        _group_by_office(to_correct, index),
    )
    due = span.end + timedelta(days=settings.timely_days)
    return [
        Reminder(
            code,
            name,
            span.code,
            due,
            tuple(missing_by.get((code, name), ())),
            tuple(to_correct_by.get((code, name), ())),
        )
        for code, name in sorted({*missing_by, *to_correct_by})
    ]


def _identify(found: set[ReturnKey], index: UnitIndex) -> set[ReturnKey]:
    """Return forms and units instead of forms and the numbers on the returns."""
    return {
        (form, index.identify(number, periods.parse_period(code).first), code)
        for form, number, code in found
    }


def _group_by_office(
    owed: dict[_Owner, list[str]], index: UnitIndex
) -> dict[tuple[str, str], list[OutstandingReturn]]:
    """Return one entry a reporter and form, by code and name of the office at its last gap.

    NOTE: a district that ended is still asked for what it owed.
    """
    found: dict[tuple[str, str], list[OutstandingReturn]] = defaultdict(list)
    for owner, quarters in owed.items():
        last = periods.parse_period(quarters[-1]).last
        place = _find_place(index, owner.unit, last)
        one = OutstandingReturn(
            index.choose_number(owner.reporter, last),
            owner.form,
            place.full_name if place else index.units[owner.unit].seats[-1].commune,
            tuple(quarters),
        )
        found[_find_office(place, last)].append(one)
    return found


def _find_office(place: Place | None, quarter: Quarter) -> tuple[str, str]:
    """Return code and name of the office to remind: the district, or the commune since July 2025.

    Both are empty for a unit whose commune is no more and that no register line has moved.
    """
    if place is None or not place.is_valid_on(quarter.end):
        return "", ""
    if not place.district_code:
        return place.code, place.full_name
    return place.district_code, f"{place.district_type} {place.district_name}"


def _expected_returns(rows: _LedgerRows, span: Span) -> Iterator[tuple[Quarter, _Owner]]:
    """Yield quarter and owner of every return owed in a period."""
    units = _list_units(rows)
    since = {code: periods.parse_period(form.since).first for code, form in catalog.forms().items()}
    for quarter in span.quarters:
        for register, texts in units:
            if not _is_active(texts, quarter):
                continue
            unit = texts["reporter"]
            if register == "D3" and texts.get("programme") == "M3":
                # NOTE: a pilot ward sends its slips under the number its point has.
                yield quarter, _Owner(f"P-{unit.partition('-')[2]}", "C", unit)
                continue
            form = "A" if register == "D1" else "B"
            if since[form] <= quarter:
                yield quarter, _Owner(unit, form, unit)


def _list_units(rows: _LedgerRows) -> list[tuple[str, dict[str, str]]]:
    """Return register and texts of all teams and points there are or were."""
    units = []
    for register in ("D1", "D3"):
        for record, texts in _load_units(rows, register).items():
            units.append((register, {**texts, "reporter": record}))
    return units


def _is_active(texts: dict[str, str], quarter: Quarter) -> bool:
    """Is a unit in being on the quarter's last day?"""
    end = quarter.end.isoformat()
    last = texts.get("valid_to") or end
    return texts.get("valid_from", "") <= end <= last


def _load_units(rows: _LedgerRows, register: str) -> dict[str, dict[str, str]]:
    """Load the texts of every unit of a register by column."""
    units: dict[str, dict[str, str]] = defaultdict(dict)
    cells = rows.newest_records(register).select("record", "field", "text")
    for record, column, text in cells.iter_rows():
        units[record][column] = text or ""
    return units


def _received_returns(rows: _LedgerRows, span: Span) -> set[ReturnKey]:
    """Return everything that counts for a quarter of the period."""
    inside = pl.col("period").is_in(span.quarter_codes)
    values = rows.newest_values.select("form", "reporter", "period").unique()
    lines = rows.newest_records("C").filter(inside).select("reporter", "period")
    received = set(values.iter_rows())
    for reporter, period in (*lines.iter_rows(), *_form_c_units(rows).iter_rows()):
        received.add(("C", reporter, period))
    return received


def _form_c_units(rows: _LedgerRows) -> pl.DataFrame:
    """Return whose form C was taken and for which quarter, also when nobody was referred."""
    withdrawn = rows.decisions.filter(pl.col("kind") == "withdraw")["target"].drop_nulls()
    sent = rows.submissions.filter(
        pl.col("form") == "C",
        pl.col("status") != "returned",
        ~pl.col("submission").is_in(withdrawn.implode()),
    )
    return sent.select("unit", "period")


def _returns_to_correct(rows: _LedgerRows) -> set[ReturnKey]:
    """Return the returns with a cell not taken and not sent right since."""
    newest = rows.newest_values.select("reporter", "period", "field", kept="order")
    unusable = rows.values.filter(pl.col("state").is_in(["blocked", "unread"]))
    later = unusable.join(newest, on=["reporter", "period", "field"], how="left")
    open_cells = later.filter(pl.col("kept").is_null() | (pl.col("kept") < pl.col("order")))
    return set(open_cells.select("form", "reporter", "period").iter_rows())


def _find_place(index: UnitIndex, unit: str, quarter: Quarter) -> Place | None:
    known = index.units.get(unit)
    placement = index.find_placement(known, quarter.end) if known else None
    return placement.place if placement else None


def _join_quarters(outstanding: tuple[OutstandingReturn, ...], language: Language) -> str:
    """Write every reporter with its form and quarters."""
    names = []
    for one in outstanding:
        when = one.format_quarters(language)
        names.append(FORMS[language].format(place=one.place, form=one.form, when=when))
    return "; ".join(names)


def _join_places(outstanding: tuple[OutstandingReturn, ...]) -> str:
    return ", ".join(dict.fromkeys(one.place for one in outstanding))
