"""Whom to remind: registers and ledger in, one row a district out, with the message ready to paste."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.errors import PlaceError
from pipelines.reference import periods, places
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger


@dataclass(frozen=True)
class OutstandingReturn:
    """One return that is missing, or still has cells to correct."""

    reporter: str
    form: str
    place: str


@dataclass(frozen=True)
class Reminder:
    """One district that owes something for a period."""

    district: str
    district_name: str
    period: str
    deadline: date
    missing: tuple[OutstandingReturn, ...]
    to_correct: tuple[OutstandingReturn, ...]

    def build_message(self, language: Language) -> str:
        """What to send the district, in one or two sentences."""
        said = []
        about = {"district": self.district_name or self.district, "period": self.period}
        if self.missing:
            due = {"deadline": f"{self.deadline:%d/%m/%Y}", "missing": len(self.missing)}
            said.append(
                catalog.format_sentence(
                    "chase", language, **about, **due, names=_join_places(self.missing)
                )
            )
        if self.to_correct:
            count = {"n": len(self.to_correct)}
            said.append(
                catalog.format_sentence(
                    "chase-mend", language, **about, **count, names=_join_places(self.to_correct)
                )
            )
        return "\n".join(said)


def list_reminders(settings: Settings, period: str) -> list[Reminder]:
    """One row per district with missing returns or returns to correct in a quarter, in district order.

    Teams owe form A, points form B or C, when active on the last day (docs/domain.md 3.1).
    Raises PeriodError.
    """
    quarter = periods.parse_period(period).first
    ledger = Ledger(settings.home)
    came, wrong = _received_returns(ledger, quarter.code), _returns_to_correct(ledger, quarter.code)
    missing: dict[str, list[OutstandingReturn]] = defaultdict(list)
    to_mend: dict[str, list[OutstandingReturn]] = defaultdict(list)
    names = {d.code: d.full_name for d in places.load_places().districts_on(quarter.end)}
    for reporter, form, commune in _expected_returns(ledger, quarter):
        place = _find_place(commune, quarter)
        owed = OutstandingReturn(reporter, form, place.full_name if place else commune)
        district = place.district_code if place else ""
        if (form, reporter) not in came:
            missing[district].append(owed)
        elif (form, reporter) in wrong:
            to_mend[district].append(owed)
    due = quarter.end + timedelta(days=settings.timely_days)
    return [
        Reminder(
            code, names.get(code, ""), quarter.code, due, tuple(missing[code]), tuple(to_mend[code])
        )
        for code in sorted({*missing, *to_mend})
    ]


def _expected_returns(ledger: Ledger, quarter: Quarter) -> Iterator[tuple[str, str, str]]:
    """Reporter, form and commune code of every return owed for the quarter."""
    since = {code: periods.parse_period(form.since).first for code, form in catalog.forms().items()}
    for register, texts in _active_units(ledger, quarter):
        form = "A" if register == "D1" else "C" if texts.get("programme") == "M3" else "B"
        commune = texts.get("commune") or ""
        if form == "C" or since[form] <= quarter:
            # NOTE: a pilot ward sends its slips under the number its point has.
            yield (f"P-{commune}" if form == "C" else texts["reporter"]), form, commune


def _active_units(ledger: Ledger, quarter: Quarter) -> Iterator[tuple[str, dict[str, str]]]:
    for register in ("D1", "D3"):
        units: dict[str, dict[str, str]] = defaultdict(dict)
        for record, column, text in (
            ledger.newest_records(register).select("record", "field", "text").iter_rows()
        ):
            units[record][column] = text or ""
        for record, texts in units.items():
            end = quarter.end.isoformat()
            if texts.get("valid_from", "") <= end <= (texts.get("valid_to") or end):
                yield register, {**texts, "reporter": record}


def _received_returns(ledger: Ledger, period: str) -> set[tuple[str, str]]:
    """Form and reporter of everything that counts for the period."""
    values = ledger.newest_values().filter(pl.col("period") == period).select("form", "reporter")
    lines = ledger.newest_records("C").filter(pl.col("period") == period)
    return {
        *values.iter_rows(),
        *(("C", reporter) for reporter in [*lines["reporter"], *_form_c_units(ledger, period)]),
    }


def _form_c_units(ledger: Ledger, period: str) -> pl.Series:
    """Whose form C was taken, also when it says that nobody was referred."""
    withdrawn = (
        ledger.frame("decisions").filter(pl.col("kind") == "withdraw")["target"].drop_nulls()
    )
    sent = ledger.frame("submissions").filter(
        pl.col("form") == "C",
        pl.col("period") == period,
        pl.col("status") != "returned",
        ~pl.col("submission").is_in(withdrawn.implode()),
    )
    return sent["unit"]


def _returns_to_correct(ledger: Ledger, period: str) -> set[tuple[str, str]]:
    """Form and reporter of returns with a cell that was not taken and has not been sent right since."""
    newest = ledger.newest_values().select("reporter", "period", "field", kept="order")
    rows = ledger.frame("values").filter(
        pl.col("period") == period, pl.col("state").is_in(["blocked", "unread"])
    )
    later = rows.join(newest, on=["reporter", "period", "field"], how="left")
    open_cells = later.filter(pl.col("kept").is_null() | (pl.col("kept") < pl.col("order")))
    return set(open_cells.select("form", "reporter").iter_rows())


def _find_place(commune: str, quarter: Quarter) -> Place | None:
    try:
        return places.load_places().find_place(commune, quarter.end)
    except PlaceError:
        return None


def _join_places(outstanding: tuple[OutstandingReturn, ...]) -> str:
    return ", ".join(dict.fromkeys(one.place for one in outstanding))
