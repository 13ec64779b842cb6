"""What is to be done ward by ward: one row a ward with its returns, its figures and its reasons.

Reasons that a chance run of numbers gives too (`unusual`, `falling`) come last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

import polars as pl

from pipelines.catalog import Language
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult
from pipelines.store.work_marks import MarkKind, WorkMark

#: Why a ward stands on the list, the most urgent first.
REASONS = ("missing", "correct", "range", "no_contact", "silent", "unusual", "falling")
#: Of three unequal numbers one order in six falls twice.
FALLING_SHARE = 1 / 6
#: Figures of a row: volunteers a team, contacts a volunteer, new clients, completed referrals.
CODES = ("T06", "O04", "K01", "R10")
HEADS = ("ward", "district", "reasons", "marks", "returns", *CODES)
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


def list_items(
    coverage: pl.DataFrame,
    quarter: str,
    issues: pl.DataFrame,
    outliers: pl.DataFrame,
    results: Mapping[str, Iterable[KpiResult]],
    contacts: Iterable[KpiResult],
    team_size: tuple[int, int],
    marks: Iterable[WorkMark],
    language: Language,
) -> list[WorkItem]:
    """List the wards that owe a return, those with most to do first and those done last.

    `coverage` holds the last quarters and `contacts` their O01 by ward, `results` the figures of
    CODES and O01 by ward, `marks` the quarter's; a mark whose returns have arrived is left out.
    """
    items: dict[str, WorkItem] = {}
    for row in coverage.iter_rows(named=True):
        name = (row["ward"], row["ward_name"], row["district_name"] or "")
        code = row["district"] or ""
        items.setdefault(row["ward"], WorkItem(*name, district_code=code))
    _add_returns(items, coverage, quarter, language)
    _count_reason(items, issues.filter(pl.col("severity") == "error"), "correct", language)
    _add_results(items, results, team_size, language)
    _count_reason(items, outliers, "unusual", language)
    _add_contacts(items, contacts, language)
    _add_marks(items, marks)
    return sorted(items.values(), key=_rank)


def _rank(item: WorkItem) -> tuple[bool, int, int]:
    """Return whether it is done, the most urgent reason's place, then how many, most first."""
    first = min((REASONS.index(reason) for reason in item.reasons), default=len(REASONS))
    return "done" in item.marks, first, -len(item.reasons)


def _add_contacts(
    items: dict[str, WorkItem], contacts: Iterable[KpiResult], language: Language
) -> None:
    """Add the contacts of every quarter, and that they have fallen two quarters in a row."""
    for result in sorted(contacts, key=lambda each: periods.start_index(str(each.at["period"]))):
        item = items.get(str(result.at["ward"]))
        if item is not None:
            item.contacts.append(result.value if result.is_known else None)
    for item in items.values():
        newest = _last_three(item)
        if newest and newest[0] > newest[1] > newest[2]:
            steps = " → ".join(numbers.format_number(value, language) for value in newest)
            words = translate("worklist.falling_contacts", language, steps=steps)
            item.reasons["falling"] = words


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


def _add_marks(items: dict[str, WorkItem], marks: Iterable[WorkMark]) -> None:
    """Add the marks that are still about the ward's returns."""
    for mark in marks:
        item = items.get(mark.ward)
        if item and mark.holds(item.submissions, is_missing="missing" in item.reasons):
            item.marks[mark.kind] = mark


def _add_returns(
    items: dict[str, WorkItem], coverage: pl.DataFrame, quarter: str, language: Language
) -> None:
    """Add the squares of form A, the returns missing now, and points without a single contact."""
    squares: dict[str, dict[str, str]] = defaultdict(dict)
    for row in coverage.sort("period").iter_rows(named=True):
        item = items[row["ward"]]
        if row["form"] == "A":
            squares[row["ward"]][row["period"]] = SQUARES[_name_square(row)]
        if row["period"] == quarter:
            _add_return_reason(item, row, language)
            if row["submission"]:
                item.submissions.append(row["submission"])
    for ward, own in squares.items():
        items[ward].returns = "".join(own.values())


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
    items: dict[str, WorkItem], found: pl.DataFrame, reason: str, language: Language
) -> None:
    """Add how many rows a ward has, in words."""
    for ward, count in found.group_by("ward").len().rows():
        if ward in items:
            text = numbers.format_number(count, language)
            items[ward].reasons[reason] = translate(f"worklist.{reason}_cells", language, n=text)


def _add_results(
    items: dict[str, WorkItem],
    results: Mapping[str, Iterable[KpiResult]],
    team_size: tuple[int, int],
    language: Language,
) -> None:
    """Add the figures, and what they say: a team too small or too large, or without a contact."""
    for code, found in results.items():
        for result in found:
            item = items.get(str(result.at["ward"]))
            if item is not None:
                item.results[code] = result
    for item in items.values():
        _add_size_reason(item, team_size, language)
        contacts = item.results.get("O01")
        if contacts and contacts.is_known and not contacts.value:
            item.reasons["no_contact"] = translate("worklist.without_contact", language)


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


def work_table(items: Iterable[WorkItem], zone: tzinfo, language: Language) -> pl.DataFrame:
    """Return one row a ward: place, reasons, marks, squares of its returns, figures.

    The days of the marks are those of the office's `zone`.
    """
    heads = translate_each("worklist.column_", HEADS, language)
    return text_table(heads, [_work_row(item, zone, language) for item in items])


def _work_row(item: WorkItem, zone: tzinfo, language: Language) -> list[str]:
    figures = []
    for code in CODES:
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


def write_message(item: WorkItem, label: str, deadline: str, language: Language) -> str:
    """Write what to send the ward: whom it is for, what is to be done, by when."""
    what = describe_reasons(item)
    unit, _, district = label.partition(" (")
    parts = (_lower_first(unit), _lower_first(district.removesuffix(")")))
    place = ", ".join(filter(None, parts))
    return translate("worklist.message", language, place=place, what=what, day=deadline)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
