"""What is to be done ward by ward: one row a ward with its returns, its figures and its reasons.

Reasons that a chance run of numbers gives too (`unusual`, `falling`) come last.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any, Literal

import polars as pl

from pipelines.catalog import Language
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult
from pipelines.store.office_contacts import OfficeContact
from pipelines.store.work_marks import MarkKind, WorkMark

#: Why a ward stands on the list, the most urgent first.
REASONS = ("missing", "correct", "range", "no_contact", "silent", "unusual", "falling")
#: Of three unequal numbers one order in six falls twice.
FALLING_SHARE = 1 / 6
RowKind = Literal["ward", "team", "point"]
#: Figures of a row: volunteers a team, contacts a volunteer, new clients, completed referrals.
CODES: dict[RowKind, tuple[str, ...]] = {
    "ward": ("T06", "O04", "K01", "R10"),
    "team": ("T06", "O04"),
    "point": ("K01", "R10"),
}
HEADS = ("ward", "district", "reasons", "marks", "returns")
#: The form whose returns are the squares of a row.
FORMS: dict[RowKind, str] = {"ward": "A", "team": "A", "point": "B"}
#: A return in time, late, missing, and none owed.
SQUARES = {"on_time": "■", "late": "▪", "missing": "□", "none": "·"}


@dataclass
class WorkItem:
    """One ward with what is to be done there."""

    ward: str
    name: str
    district: str
    #: Reason → the words about it.
    reasons: dict[str, str] = field(default_factory=dict)
    #: A square a quarter, oldest first.
    returns: str = ""
    results: dict[str, KpiResult] = field(default_factory=dict)
    #: Contacts a quarter, oldest first; None where they are not known.
    contacts: list[float | None] = field(default_factory=list)
    #: The newest submissions of the quarter's returns.
    submissions: list[str] = field(default_factory=list)
    marks: dict[MarkKind, WorkMark] = field(default_factory=dict)
    district_code: str = ""


@dataclass(frozen=True)
class WorkSources:
    """What the list is made of, all of the places and the quarter asked."""

    quarter: str
    #: Of the last quarters, one row per reporter, form and quarter.
    coverage: pl.DataFrame
    issues: pl.DataFrame
    outliers: pl.DataFrame
    #: The figures of a ward's row and O01, by ward.
    results: Mapping[str, Iterable[KpiResult]]
    #: O01 by ward and quarter.
    contacts: Sequence[KpiResult]
    #: The least and the most volunteers of a team.
    team_size: tuple[int, int]
    marks: Sequence[WorkMark]


def list_items(sources: WorkSources, rows: RowKind, language: Language) -> list[WorkItem]:
    """List the wards, teams or points that owe a return: most to do first, and those done last.

    A mark whose returns have arrived is left out. Where several units share a ward, its figures are
    nobody's own, and stand in rows of wards only.
    """
    own = sources if rows == "ward" else _select_form(sources, FORMS[rows])
    key = "ward" if rows == "ward" else "reporter"
    items: dict[str, WorkItem] = {}
    for row in own.coverage.iter_rows(named=True):
        name = (row["ward"], row["ward_name"], row["district_name"] or "")
        code = row["district"] or ""
        items.setdefault(row[key], WorkItem(*name, district_code=code))
    _add_returns(items, own, key, FORMS[rows], language)
    errors = own.issues.filter(pl.col("severity") == "error")
    _count_reason(items, errors, key, "correct", language)
    _count_reason(items, own.outliers, key, "unusual", language)
    wards = _index_wards(items)
    _add_results(wards, own.results)
    if rows != "point":
        _add_team_reasons(wards, own, language)
    _add_marks(items.values(), own.marks)
    return sorted(items.values(), key=_rank)


def _select_form(sources: WorkSources, form: str) -> WorkSources:
    """Return what is about the returns of one form, and the units that send it."""
    coverage = sources.coverage.filter(pl.col("form") == form)
    units = pl.col("reporter").is_in(coverage["reporter"].unique().implode())
    issues, outliers = sources.issues.filter(units), sources.outliers.filter(units)
    return replace(sources, coverage=coverage, issues=issues, outliers=outliers)


def _index_wards(items: Mapping[str, WorkItem]) -> dict[str, WorkItem]:
    """Return the one item of each ward; none for a ward that several share."""
    shared = Counter(item.ward for item in items.values())
    return {item.ward: item for item in items.values() if shared[item.ward] == 1}


def _rank(item: WorkItem) -> tuple[bool, int, int]:
    """Return whether it is done, the most urgent reason's place, then how many, most first."""
    first = min((REASONS.index(reason) for reason in item.reasons), default=len(REASONS))
    return "done" in item.marks, first, -len(item.reasons)


def _add_contacts(
    wards: Mapping[str, WorkItem], contacts: Iterable[KpiResult], language: Language
) -> None:
    """Add the contacts of every quarter, and that they have fallen two quarters in a row."""
    for result in sorted(contacts, key=lambda each: periods.start_index(str(each.at["period"]))):
        item = wards.get(str(result.at["ward"]))
        if item is not None:
            item.contacts.append(result.value if result.is_known else None)
    for item in wards.values():
        newest = _last_three(item)
        if newest and newest[0] > newest[1] > newest[2]:
            steps = " → ".join(numbers.format_number(value, language) for value in newest)
            words = translate("worklist.falling_contacts", language, steps=steps)
            item.reasons["falling"] = words


def list_known_contacts(item: WorkItem) -> list[float]:
    """Return the contacts of the quarters that have them, oldest first."""
    return [value for value in item.contacts if value is not None]


def _last_three(item: WorkItem) -> list[float]:
    """Return the contacts of the last three quarters; none unless all are known."""
    known = [value for value in item.contacts[-3:] if value is not None]
    return known if len(known) == 3 else []


def describe_chance(
    items: Sequence[WorkItem], unusual: int, expected: float, language: Language
) -> str:
    """Return how many alerts there are, and how many chance alone would give.

    `unusual` and `expected` count values; wards with falling contacts are counted here.
    """
    triples = [_last_three(item) for item in items]
    unequal = [triple for triple in triples if len(set(triple)) == 3]
    falling = sum("falling" in item.reasons for item in items)
    by_chance = len(unequal) * FALLING_SHARE
    counts = {"unusual": unusual, "falling": falling}
    words = {name: numbers.format_number(count, language) for name, count in counts.items()}
    return translate(
        "worklist.by_chance",
        language,
        **words,
        unusual_chance=numbers.format_number(round(expected), language),
        falling_chance=numbers.format_number(round(by_chance), language),
    )


def _add_marks(items: Iterable[WorkItem], marks: Iterable[WorkMark]) -> None:
    """Add the marks that are still about the ward's returns."""
    of_ward: dict[str, list[WorkMark]] = defaultdict(list)
    for mark in marks:
        of_ward[mark.ward].append(mark)
    for item in items:
        for mark in of_ward[item.ward]:
            if mark.holds(item.submissions, is_missing="missing" in item.reasons):
                item.marks[mark.kind] = mark


def _add_returns(
    items: Mapping[str, WorkItem], sources: WorkSources, key: str, form: str, language: Language
) -> None:
    """Add the squares of a form, the returns missing now, and points without a single contact."""
    squares: dict[str, dict[str, str]] = defaultdict(dict)
    for row in sources.coverage.sort("period").iter_rows(named=True):
        item = items[row[key]]
        if row["form"] == form:
            squares[row[key]][row["period"]] = SQUARES[_name_square(row)]
        if row["period"] == sources.quarter:
            _add_return_reason(item, row, language)
            if row["submission"]:
                item.submissions.append(row["submission"])
    for code, own in squares.items():
        items[code].returns = "".join(own.values())


def _name_square(row: Mapping[str, Any]) -> str:
    if row["received"]:
        return "on_time" if row["on_time"] else "late"
    return "missing" if row["expected"] else "none"


def _add_return_reason(item: WorkItem, row: Mapping[str, Any], language: Language) -> None:
    if row["expected"] and not row["received"]:
        form = _lower_first(translate(f"form.{row['form']}", language))
        period = periods.format_period(row["period"], language)
        words = translate("worklist.missing_form", language, form=form, period=period)
        earlier = item.reasons.get("missing", "")
        item.reasons["missing"] = "; ".join(filter(None, (earlier, words)))
    if row["form"] == "B" and row["state"] == "zero":
        item.reasons["silent"] = translate("worklist.silent_point", language)


def _count_reason(
    items: Mapping[str, WorkItem], found: pl.DataFrame, key: str, reason: str, language: Language
) -> None:
    """Add how many rows each has, in words."""
    for code, count in found.group_by(key).len().rows():
        if code in items:
            text = numbers.format_number(count, language)
            items[code].reasons[reason] = translate(f"worklist.{reason}_cells", language, n=text)


def _add_results(wards: Mapping[str, WorkItem], results: Mapping[str, Iterable[KpiResult]]) -> None:
    """Add the figures of each ward."""
    for code, found in results.items():
        for result in found:
            item = wards.get(str(result.at["ward"]))
            if item is not None:
                item.results[code] = result


def _add_team_reasons(
    wards: Mapping[str, WorkItem], sources: WorkSources, language: Language
) -> None:
    """Add what the figures say: a team too small or too large, without a contact, with fewer."""
    for item in wards.values():
        _add_size_reason(item, sources.team_size, language)
        contacts = item.results.get("O01")
        if contacts and contacts.is_known and not contacts.value:
            item.reasons["no_contact"] = translate("worklist.without_contact", language)
    _add_contacts(wards, sources.contacts, language)


def _add_size_reason(item: WorkItem, team_size: tuple[int, int], language: Language) -> None:
    """Add that the team has fewer or more volunteers than the office has set."""
    size, (least, most) = item.results.get("T06"), team_size
    if size is None or not size.is_known:
        return
    if size.value_or_zero < least:
        item.reasons["range"] = translate("worklist.small", language, n=least)
    elif size.value_or_zero > most:
        item.reasons["range"] = translate("worklist.large", language, n=most)


def count_reasons(items: Iterable[WorkItem]) -> dict[str, int]:
    """Count the wards of each reason, all of REASONS."""
    counts = dict.fromkeys(REASONS, 0)
    for item in items:
        for reason in item.reasons:
            counts[reason] += 1
    return counts


def work_table(
    items: Iterable[WorkItem], rows: RowKind, zone: tzinfo, language: Language
) -> pl.DataFrame:
    """Return one row each: place, reasons, marks, squares of its returns, figures.

    The days of the marks are those of the office's `zone`.
    """
    heads = translate_each("worklist.column_", (*HEADS, *CODES[rows]), language)
    return text_table(heads, [_work_row(item, CODES[rows], zone, language) for item in items])


def _work_row(
    item: WorkItem, codes: tuple[str, ...], zone: tzinfo, language: Language
) -> list[str]:
    figures = []
    for code in codes:
        result = item.results.get(code)
        figures.append(result.format_value(language) if result else numbers.NOT_REPORTED)
    marks = "; ".join(describe_mark(item.marks[kind], zone, language) for kind in item.marks)
    return [item.name, item.district, describe_reasons(item), marks, item.returns, *figures]


def describe_mark(mark: WorkMark, zone: tzinfo, language: Language) -> str:
    """Return what a mark says, on which day, and by whom where people sign in."""
    day = periods.format_day(mark.at.astimezone(zone).date(), language)
    words = translate(f"worklist.marked_{mark.kind}", language, day=day)
    return f"{words} ({mark.who})" if mark.who else words


def describe_reasons(item: WorkItem) -> str:
    """Return every reason of a ward in words, the most urgent first."""
    words = [item.reasons[reason] for reason in REASONS if reason in item.reasons]
    return "; ".join(words)


def describe_contact(item: WorkItem, contact: OfficeContact | None, language: Language) -> str:
    """Return whom to call about a ward, or that nobody is known."""
    if contact is None:
        return f"{item.name}: {translate('worklist.contact_none', language)}"
    parts = filter(None, (contact.role, contact.telephone, contact.mail))
    return f"{item.name}: {' · '.join(parts)}"


def write_message(item: WorkItem, label: str, deadline: str, language: Language) -> str:
    """Write what to send the ward: whom it is for, what is to be done, by when."""
    what = describe_reasons(item)
    unit, _, district = label.partition(" (")
    parts = (_lower_first(unit), _lower_first(district.removesuffix(")")))
    place = ", ".join(filter(None, parts))
    return translate("worklist.message", language, place=place, what=what, day=deadline)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
