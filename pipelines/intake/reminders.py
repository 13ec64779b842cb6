"""List the districts, or communes of today, to remind, each with a message ready to paste."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.reference import periods
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place
from pipelines.reference.unit_seats import UnitIndex
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index

ROMAN = ("I", "II", "III", "IV")
QUARTERS: dict[Language, str] = {"vi": "quý {roman}/{year}", "en": "Q{number} {year}"}
#: Whom a message is addressed to, with a district and without one, as after June 2025.
OFFICES: dict[Language, tuple[str, str]] = {
    "vi": ("UBND {}", "các đơn vị"),
    "en": ("the People's Committee of {}", "the units"),
}


@dataclass(frozen=True)
class OutstandingReturn:
    """Name one return that is missing, or still has cells to correct."""

    reporter: str
    form: str
    place: str


@dataclass(frozen=True)
class Reminder:
    """List what one district owes for a period; since July 2025, what one commune owes."""

    district: str
    district_name: str
    period: str
    deadline: date
    missing: tuple[OutstandingReturn, ...]
    to_correct: tuple[OutstandingReturn, ...]

    def build_message(self, language: Language) -> str:
        """Write what to send the district, in one or two sentences."""
        sentences = []
        about = {
            "district": _name_office(self.district_name, language),
            "period": _name_quarter(self.period, language),
        }
        if self.missing:
            missing = catalog.format_sentence(
                "chase",
                language,
                **about,
                deadline=f"{self.deadline:%d/%m/%Y}",
                missing=len(self.missing),
                names=_join_places(self.missing),
            )
            sentences.append(missing)
        if self.to_correct:
            to_correct = catalog.format_sentence(
                "chase-mend",
                language,
                **about,
                n=len(self.to_correct),
                names=_join_places(self.to_correct),
            )
            sentences.append(to_correct)
        return "\n".join(sentences)


def _name_office(district: str, language: Language) -> str:
    """Return the addressee: `UBND huyện Thanh Trì`; the units where there is no district."""
    office, units = OFFICES[language]
    return office.format(district[:1].lower() + district[1:]) if district else units


def _name_quarter(period: str, language: Language) -> str:
    """Return a quarter as a letter writes it: `quý IV/2022`, `Q4 2022`."""
    quarter = periods.parse_period(period).first
    roman = ROMAN[quarter.number - 1]
    return QUARTERS[language].format(roman=roman, number=quarter.number, year=quarter.year)


def list_reminders(settings: Settings, period: str) -> list[Reminder]:
    """List the districts with missing returns or returns to correct in a quarter, by code.

    From July 2025 on the communes themselves, by theirs. Teams owe form A, points form B or C, when
    active on the last day (docs/domain.md 3.1). Raises PeriodError.
    """
    quarter = periods.parse_period(period).first
    ledger = Ledger(settings.home)
    index = load_unit_index(ledger)
    received = _identify(_received_returns(ledger, quarter.code), index, quarter)
    wrong = _identify(_returns_to_correct(ledger, quarter.code), index, quarter)
    missing: dict[str, list[OutstandingReturn]] = defaultdict(list)
    to_correct: dict[str, list[OutstandingReturn]] = defaultdict(list)
    names: dict[str, str] = {}
    for reporter, form, unit in _expected_returns(ledger, quarter):
        place = _find_place(index, unit, quarter)
        office, names[office] = _find_office(place, quarter)
        name = place.full_name if place else index.units[unit].seats[-1].commune
        outstanding = OutstandingReturn(index.choose_number(reporter, quarter), form, name)
        if (form, reporter) not in received:
            missing[office].append(outstanding)
        elif (form, reporter) in wrong:
            to_correct[office].append(outstanding)
    due = quarter.end + timedelta(days=settings.timely_days)
    return [
        Reminder(
            office,
            names[office],
            quarter.code,
            due,
            tuple(missing[office]),
            tuple(to_correct[office]),
        )
        for office in sorted({*missing, *to_correct})
    ]


def _identify(
    found: set[tuple[str, str]], index: UnitIndex, quarter: Quarter
) -> set[tuple[str, str]]:
    """Return forms and units instead of forms and the numbers on the returns."""
    return {(form, index.identify(number, quarter)) for form, number in found}


def _find_office(place: Place | None, quarter: Quarter) -> tuple[str, str]:
    """Return code and name of the office to remind: the district, or the commune since July 2025.

    Both are empty for a unit whose commune is no more and that no register line has moved.
    """
    if place is None or not place.is_valid_on(quarter.end):
        return "", ""
    if not place.district_code:
        return place.code, place.full_name
    return place.district_code, f"{place.district_type} {place.district_name}"


def _expected_returns(ledger: Ledger, quarter: Quarter) -> Iterator[tuple[str, str, str]]:
    """Yield reporter, form and registered unit of every return owed for the quarter."""
    for register, texts in _active_units(ledger, quarter):
        unit = texts["reporter"]
        if register == "D3" and texts.get("programme") == "M3":
            # NOTE: a pilot ward sends its slips under the number its point has.
            yield f"P-{unit.partition('-')[2]}", "C", unit
            continue
        form = "A" if register == "D1" else "B"
        if periods.parse_period(catalog.forms()[form].since).first <= quarter:
            yield unit, form, unit


def _active_units(ledger: Ledger, quarter: Quarter) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield register and texts of the teams and points in being on the quarter's last day."""
    end = quarter.end.isoformat()
    for register in ("D1", "D3"):
        for record, texts in _load_units(ledger, register).items():
            last = texts.get("valid_to") or end
            if texts.get("valid_from", "") <= end <= last:
                yield register, {**texts, "reporter": record}


def _load_units(ledger: Ledger, register: str) -> dict[str, dict[str, str]]:
    """Load the texts of every unit of a register by column."""
    units: dict[str, dict[str, str]] = defaultdict(dict)
    cells = ledger.newest_records(register).select("record", "field", "text")
    for record, column, text in cells.iter_rows():
        units[record][column] = text or ""
    return units


def _received_returns(ledger: Ledger, period: str) -> set[tuple[str, str]]:
    """Return form and reporter of everything that counts for the period."""
    values = ledger.newest_values().filter(pl.col("period") == period).select("form", "reporter")
    lines = ledger.newest_records("C").filter(pl.col("period") == period)
    received = set(values.iter_rows())
    for reporter in [*lines["reporter"], *_form_c_units(ledger, period)]:
        received.add(("C", reporter))
    return received


def _form_c_units(ledger: Ledger, period: str) -> pl.Series:
    """Return whose form C was taken, also when it says that nobody was referred."""
    decisions = ledger.frame("decisions")
    withdrawn = decisions.filter(pl.col("kind") == "withdraw")["target"].drop_nulls()
    sent = ledger.frame("submissions").filter(
        pl.col("form") == "C",
        pl.col("period") == period,
        pl.col("status") != "returned",
        ~pl.col("submission").is_in(withdrawn.implode()),
    )
    return sent["unit"]


def _returns_to_correct(ledger: Ledger, period: str) -> set[tuple[str, str]]:
    """Return form and reporter of returns with a cell not taken and not sent right since."""
    newest = ledger.newest_values().select("reporter", "period", "field", kept="order")
    rows = ledger.frame("values").filter(
        pl.col("period") == period, pl.col("state").is_in(["blocked", "unread"])
    )
    later = rows.join(newest, on=["reporter", "period", "field"], how="left")
    open_cells = later.filter(pl.col("kept").is_null() | (pl.col("kept") < pl.col("order")))
    return set(open_cells.select("form", "reporter").iter_rows())


def _find_place(index: UnitIndex, unit: str, quarter: Quarter) -> Place | None:
    known = index.units.get(unit)
    placement = index.find_placement(known, quarter.end) if known else None
    return placement.place if placement else None


def _join_places(outstanding: tuple[OutstandingReturn, ...]) -> str:
    return ", ".join(dict.fromkeys(one.place for one in outstanding))
