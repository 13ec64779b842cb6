"""What slips say of referrals: verified results, reasons for ending, receivers, who gave up.

A row of the frames has service, facility or nothing, the detail, and the counts of
`kpi.slip_details`.
"""

from typing import Any

import polars as pl

from pipelines.catalog import Language, choices
from pipelines.kpi.referral_details import Detail
from pipelines.present.chart_data import DataPoint
from pipelines.present.format import numbers
from pipelines.present.i18n import translate, translate_each
from pipelines.present.panels.referral_outcomes import FEW
from pipelines.reference.facilities import load_facilities

#: What a slip says of the person, in the order of the table.
ABOUT_PERSON: tuple[Detail, ...] = ("client_group", "age_band", "sex")


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


def _sort_choices(frame: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    """Sort rows as the form shows the values of a list; unknown codes come last."""
    if frame.is_empty():
        return frame
    place = {code: number for number, code in enumerate(choices(kind))}
    order = pl.col(column).replace_strict(place, default=len(place), return_dtype=pl.Int32)
    return frame.sort(order, maintain_order=True)


def results_finding(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """Write how many referrals have a verified result, and which result is the most frequent.

    `none` is what `referral_outcomes.reason_for_none` returns, here and below.
    """
    if frame.is_empty():
        return translate(f"referrals.{'results_none' if none == 'none' else none}", language)
    by_result = frame.group_by("outcome", maintain_order=True).agg(pl.col("referrals").sum())
    code, most = by_result.sort("referrals", descending=True, maintain_order=True).row(0)
    name = _name_choice("outcome", code, language)
    return translate(
        "referrals.results_finding",
        language,
        n=numbers.format_number(frame["referrals"].sum(), language),
        name=name,
        most=numbers.format_number(most, language),
    )


def results_table(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a service and verified result: referrals, and those of equal follow-up."""
    rows = []
    for row in _sort_choices(frame, "service", "service").to_dicts():
        service = _name_choice("service", row["service"], language)
        result = _name_choice("outcome", row["outcome"], language)
        count = numbers.format_number(row["referrals"], language)
        compared = _format_share(row["followed"], row["issued_followed"], language)
        rows.append([service, result, count, compared])
    columns = ("service", "outcome", "referrals", "followed")
    return _make_table(rows, columns, language)


def reason_points(frame: pl.DataFrame, language: Language) -> list[DataPoint]:
    """Return one bar a reason for ending early, the most frequent first."""
    if frame.is_empty():
        return []
    by_reason = frame.group_by("closed_reason", maintain_order=True).agg(pl.col("referrals").sum())
    ordered = by_reason.sort("referrals", descending=True, maintain_order=True)
    points = []
    for code, count in ordered.iter_rows():
        name = _name_choice("closed_reason", code, language)
        text = numbers.format_number(count, language)
        hover = translate("referrals.reason_hover", language, name=name, n=text)
        points.append(DataPoint(name, count, text, hover, code=code))
    return points


def reasons_finding(points: list[DataPoint], language: Language, none: str = "none") -> str:
    """Write the most frequent reason."""
    if not points:
        return translate(f"referrals.{'reasons_none' if none == 'none' else none}", language)
    whole = sum(int(point.value_or_zero) for point in points)
    return translate(
        "referrals.reasons_finding",
        language,
        name=points[0].name,
        most=points[0].text,
        n=numbers.format_number(whole, language),
    )


def reasons_table(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a reason, as the bars show it, and under it one a service and receiver."""
    rows = []
    parts = _sort_choices(frame, "service", "service").to_dicts()
    for point in reason_points(frame, language):
        rows.append([point.name, translate("referrals.all", language), "", point.text])
        of_reason = [row for row in parts if row["closed_reason"] == point.code]
        rows += [_describe_reason(point.name, row, language) for row in of_reason]
    return _make_table(rows, ("closed_reason", "service", "facility", "referrals"), language)


def _describe_reason(reason: str, row: dict[str, Any], language: Language) -> list[str]:
    service = _name_choice("service", row["service"], language)
    facility = name_facility(row["facility"], language)
    return [reason, service, facility, numbers.format_number(row["referrals"], language)]


def facilities_finding(frame: pl.DataFrame, language: Language, none: str = "none") -> str:
    """Write which receiver has the most referrals, and how many of them have arrived."""
    if frame.is_empty():
        return translate(f"referrals.{'facilities_none' if none == 'none' else none}", language)
    most = frame.row(0, named=True)
    return translate(
        "referrals.facilities_finding",
        language,
        name=name_facility(most["facility"], language),
        attended=numbers.format_number(most["attended"], language),
        n=numbers.format_number(most["referrals"], language),
    )


def facilities_table(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a receiver: referrals, arrivals, days of waiting, given up."""
    rows = []
    for row in frame.to_dicts():
        counts = [row["referrals"], row["attended"]]
        days = [_format_days(row[name], language) for name in ("median", "p90")]
        texts = [numbers.format_number(count, language) for count in counts]
        given_up = numbers.format_number(row["given_up"], language)
        rows.append([name_facility(row["facility"], language), *texts, *days, given_up])
    columns = ("facility", "issued", "arrived", "median", "p90", "given_up")
    return _make_table(rows, columns, language)


def people_table(frames: dict[Detail, pl.DataFrame], language: Language) -> pl.DataFrame:
    """Return one row a group of clients, age band and sex: referrals, and those given up."""
    rows = []
    for kind in ABOUT_PERSON:
        about = translate(f"referrals.column_about_{kind}", language)
        for row in _sort_choices(frames[kind], kind, kind).to_dicts():
            rows.append([about, *_describe_people(row, kind, language)])
    return _make_table(rows, ("about", "people", "issued", "given_up", "given_up_share"), language)


def _describe_people(row: dict[str, Any], kind: str, language: Language) -> list[str]:
    issued, given_up = row["referrals"], row["given_up"]
    return [
        _name_choice(kind, row[kind], language),
        numbers.format_number(issued, language),
        numbers.format_number(given_up, language),
        _format_share(given_up, issued, language),
    ]


def _format_share(part: int, whole: int, language: Language) -> str:
    """Write a part of a whole in percent, or as counts where the whole is small."""
    if whole < FEW:
        return numbers.format_counts(part, whole, language)
    return numbers.format_number(100 * part / whole, language, 1)


def _format_days(value: float | None, language: Language) -> str:
    return numbers.NOT_REPORTED if value is None else numbers.format_trimmed(value, language, 1)


def _make_table(
    rows: list[list[str]], columns: tuple[str, ...], language: Language
) -> pl.DataFrame:
    heads = translate_each("referrals.column_", columns, language)
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
