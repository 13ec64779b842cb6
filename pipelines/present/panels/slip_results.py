"""What became of referrals, as the slips say: verified results, reasons, receivers, places, people.

A frame is an answer of `kpi.results`; rows of places out of scope (`suppressed`) have no counts and
are left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipelines.catalog import Language, choices
from pipelines.present.chart_data import DataPoint, text_table
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.present.panels.referral_outcomes import FEW
from pipelines.reference.facilities import load_facilities

#: A rate over fewer followed referrals is written as counts, as for the figures (docs/domain.md 6).
FEW_FOLLOWED = 10
RATES = ("attended_30", "attended_90", "started_90", "completed_90", "lost_90")
RECEIVED = ("issued", "attended", "completed", "refused", "reason_no_capacity", "failed")
DAYS = ("median", "p90")
#: What a slip says of the person, in the order of the table.
ABOUT_PERSON = ("client_group", "age_band", "sex")
Row = dict[str, Any]
#: A row of referrals, the code of an outcome or a reason on their slips, and on how many.
SlipCount = tuple[Row, str, int]


def list_counted(frame: pl.DataFrame) -> list[Row]:
    """List the rows that may be shown, most referrals first; `failed` is lost or dropped."""
    shown = frame.filter(pl.col("state") == "reported")
    if "issued" not in shown.columns:
        return []
    failed = (pl.col("lost") + pl.col("dropped")).alias("failed")
    return (
        shown.with_columns(failed).sort("issued", descending=True, maintain_order=True).to_dicts()
    )


def places_table(
    rows: Sequence[Row], key: str, names: Mapping[str, str], language: Language
) -> pl.DataFrame:
    """Return one row a place: steps, failures, days to arrival; `key` is its column."""
    columns = (*RECEIVED, *DAYS)
    heads = translate_each("results.column_", (key, *columns), language)
    table = []
    for row in rows:
        name = names.get(row[key], row[key])
        table.append([name, *_format(row, columns, language)])
    return text_table(heads, table)


def cohorts_table(rows: Sequence[Row], language: Language) -> pl.DataFrame:
    """Return one row a quarter of referral, with what equal follow-up has shown (%, or counts)."""
    heads = translate_each("results.column_", ("quarter", "issued", "followed", *RATES), language)
    table = []
    for row in sorted(rows, key=lambda row: row["quarter"]):
        counts = _format(row, ("issued", "followed"), language)
        rates = [format_rate(row[rate], row["followed"], language) for rate in RATES]
        table.append([periods.format_period(row["quarter"], language), *counts, *rates])
    return text_table(heads, table)


def format_rate(count: int, base: int, language: Language) -> str:
    """Write a share in percent; of few, the counts."""
    if base < FEW_FOLLOWED:
        return numbers.format_counts(count, base, language)
    return numbers.format_number(100 * count / base, language, 1)


def _format(row: Row, columns: Sequence[str], language: Language) -> list[str]:
    texts = []
    for column in columns:
        value = row[column]
        places = 1 if column in DAYS else 0
        known = value is not None
        text = numbers.format_trimmed(value, language, places) if known else numbers.NOT_REPORTED
        texts.append(text)
    return texts


def count_outcomes(rows: Sequence[Row]) -> list[SlipCount]:
    """List each verified result that slips of a row have."""
    return _count_values(rows, "outcome", "outcome_")


def count_reasons(rows: Sequence[Row]) -> list[SlipCount]:
    """List each reason for ending early that slips of a row have."""
    return _count_values(rows, "closed_reason", "reason_")


def _count_values(rows: Sequence[Row], kind: str, prefix: str) -> list[SlipCount]:
    found = []
    for row in _sort_choices(rows, "service"):
        for code in choices(kind):
            if row[prefix + code]:
                found.append((row, code, row[prefix + code]))
    return found


def _sort_choices(rows: Sequence[Row], column: str) -> list[Row]:
    """Sort rows as the form shows the values of a list; unknown codes come last."""
    place = {code: number for number, code in enumerate(choices(column))}
    return sorted(rows, key=lambda row: place.get(row[column], len(place)))


def _sum_by_code(counts: Sequence[SlipCount]) -> list[tuple[str, int]]:
    """Return each code with its referrals, the most frequent first."""
    sums: dict[str, int] = {}
    for _, code, count in counts:
        sums[code] = sums.get(code, 0) + count
    return sorted(sums.items(), key=lambda item: -item[1])


def _name_choice(kind: str, code: str, language: Language) -> str:
    """Name a code of a list; a code that is on none (an older list's) stands for itself."""
    known = choices(kind).get(code)
    return known.label.of(language) if known else code


def name_facility(code: str, language: Language) -> str:
    """Name a receiver of referrals; without a code the slips say none."""
    found = load_facilities().get(code)
    if found is None:
        return code or translate("referrals.no_facility_short", language)
    return found.name if language == "vi" else found.name_en


def results_finding(counts: Sequence[SlipCount], language: Language, none: str = "none") -> str:
    """Write how many referrals have a verified result, and which result is the most frequent.

    `none` is what `referral_outcomes.reason_for_none` returns, here and below.
    """
    if not counts:
        return _say_nothing("results", none, language)
    code, most = _sum_by_code(counts)[0]
    whole = sum(count for _, _, count in counts)
    values = {
        "n": numbers.format_number(whole, language),
        "name": _name_choice("outcome", code, language),
        "most": numbers.format_number(most, language),
    }
    return translate("referrals.results_finding", language, **values)


def _say_nothing(what: str, none: str, language: Language) -> str:
    """Write why there is nothing: no slip says it, or the state of the returns."""
    return translate(f"referrals.{f'{what}_none' if none == 'none' else none}", language)


def results_table(counts: Sequence[SlipCount], language: Language) -> pl.DataFrame:
    """Return one row a service and verified result, beside all referrals of the service."""
    heads = translate_each(
        "referrals.column_", ("service", "outcome", "referrals", "issued"), language
    )
    table = []
    for row, code, count in counts:
        service = _name_choice("service", row["service"], language)
        result = _name_choice("outcome", code, language)
        figures = [numbers.format_number(value, language) for value in (count, row["issued"])]
        table.append([service, result, *figures])
    return text_table(heads, table)


def reason_points(counts: Sequence[SlipCount], language: Language) -> list[DataPoint]:
    """Return one bar a reason for ending early, the most frequent first."""
    points = []
    for code, count in _sum_by_code(counts):
        name = _name_choice("closed_reason", code, language)
        text = numbers.format_number(count, language)
        hover = translate("referrals.reason_hover", language, name=name, n=text)
        points.append(DataPoint(name, count, text, hover, code=code))
    return points


def reasons_finding(points: Sequence[DataPoint], language: Language, none: str = "none") -> str:
    """Write the most frequent reason."""
    if not points:
        return _say_nothing("reasons", none, language)
    whole = sum(int(point.value_or_zero) for point in points)
    values = {
        "name": points[0].name,
        "most": points[0].text,
        "n": numbers.format_number(whole, language),
    }
    return translate("referrals.reasons_finding", language, **values)


def reasons_table(counts: Sequence[SlipCount], language: Language) -> pl.DataFrame:
    """Return one row a reason, as the bars show it, and under it one a service and receiver."""
    heads = translate_each(
        "referrals.column_", ("closed_reason", "service", "facility", "referrals"), language
    )
    table = []
    for point in reason_points(counts, language):
        table.append([point.name, translate("referrals.all", language), "", point.text])
        for row, code, count in counts:
            if code == point.code:
                service = _name_choice("service", row["service"], language)
                facility = name_facility(row["facility"], language)
                text = numbers.format_number(count, language)
                table.append([point.name, service, facility, text])
    return text_table(heads, table)


def facilities_finding(rows: Sequence[Row], language: Language, none: str = "none") -> str:
    """Write which receiver has the most referrals, and how many of them have arrived."""
    named = [row for row in rows if row["facility"]]
    if not named:
        return _say_nothing("facilities", none, language)
    most = named[0]
    values = {name: numbers.format_number(most[name], language) for name in ("attended", "issued")}
    name = name_facility(most["facility"], language)
    return translate(
        "referrals.facilities_finding",
        language,
        name=name,
        attended=values["attended"],
        n=values["issued"],
    )


def facilities_table(rows: Sequence[Row], language: Language) -> pl.DataFrame:
    """Return one row a receiver: referrals, arrivals, days to arrival, lost or dropped out."""
    columns = ("issued", "attended", *DAYS, "failed")
    heads = ("facility", "issued", "arrived", "median", "p90", "given_up")
    table = []
    for row in rows:
        name = name_facility(row["facility"], language)
        table.append([name, *_format(row, columns, language)])
    return text_table(translate_each("referrals.column_", heads, language), table)


def people_table(rows_of: Mapping[str, Sequence[Row]], language: Language) -> pl.DataFrame:
    """Return one row a group of clients, age band and sex: referrals, and those given up."""
    heads = ("about", "people", "issued", "given_up", "given_up_share")
    table = []
    for kind in ABOUT_PERSON:
        about = translate(f"referrals.column_about_{kind}", language)
        for row in _sort_choices([row for row in rows_of[kind] if row[kind]], kind):
            name = _name_choice(kind, row[kind], language)
            counts = _format(row, ("issued", "failed"), language)
            table.append([about, name, *counts, _format_given_up(row, language)])
    return text_table(translate_each("referrals.column_", heads, language), table)


def _format_given_up(row: Row, language: Language) -> str:
    """Write the share of referrals lost or dropped out; of few, the counts."""
    if row["issued"] < FEW:
        return numbers.format_counts(row["failed"], row["issued"], language)
    return numbers.format_number(100 * row["failed"] / row["issued"], language, 1)
