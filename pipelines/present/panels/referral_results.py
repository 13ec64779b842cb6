"""Verified results of referrals, why others failed, and who receives, as tables of text.

A frame is an answer of `kpi.results`; rows of places out of scope (`suppressed`) have no counts and
are left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipelines.catalog import Language, choices
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.reference.facilities import load_facilities

#: A rate over fewer followed referrals is written as counts, as for the figures (docs/domain.md 6).
FEW_FOLLOWED = 10
RATES = ("attended_30", "attended_90", "started_90", "completed_90", "lost_90")
RECEIVED = ("issued", "attended", "completed", "refused", "reason_no_capacity", "failed")
DAYS = ("median", "p90")
Row = dict[str, Any]


def list_counted(frame: pl.DataFrame) -> list[Row]:
    """List the rows that may be shown, most referrals first; `failed` is lost or dropped."""
    shown = frame.filter(pl.col("state") == "reported")
    if "issued" not in shown.columns:
        return []
    failed = (pl.col("lost") + pl.col("dropped")).alias("failed")
    return (
        shown.with_columns(failed).sort("issued", descending=True, maintain_order=True).to_dicts()
    )


def count_results(row: Row) -> int:
    """Count the referrals of a row whose result is verified."""
    return sum(row[f"outcome_{code}"] for code in choices("outcome"))


def results_finding(rows: Sequence[Row], language: Language) -> str:
    """Write how many of all referrals have a verified result."""
    issued = sum(row["issued"] for row in rows)
    verified = sum(map(count_results, rows))
    key = "results.finding" if verified else "results.finding_zero"
    texts = {
        "n": numbers.format_number(verified, language),
        "issued": numbers.format_number(issued, language),
    }
    return translate(key, language, **texts)


def results_table(rows: Sequence[Row], language: Language) -> pl.DataFrame:
    """Return one row a service and result, zeros included: referrals with it and all issued."""
    table = []
    for row in rows:
        for code, choice in choices("outcome").items():
            if row["service"] in choice.group.split(";"):
                counts = (row[f"outcome_{code}"], row["issued"])
                texts = [numbers.format_number(count, language) for count in counts]
                service = name_service(row["service"], language)
                table.append([service, choice.label.of(language), *texts])
    heads = translate_each("results.column_", ("service", "result", "verified", "issued"), language)
    return text_table(heads, table)


def reasons_finding(rows: Sequence[Row], language: Language) -> str:
    """Write why referrals were closed without a result most often."""
    totals = _total_reasons(rows)
    total = sum(totals.values())
    if not total:
        return translate("results.reasons_zero", language)
    most = max(totals, key=lambda code: totals[code])
    return translate(
        "results.reasons_finding",
        language,
        n=numbers.format_number(total, language),
        reason=choices("closed_reason")[most].label.of(language),
        most=numbers.format_number(totals[most], language),
    )


def _total_reasons(rows: Sequence[Row]) -> dict[str, int]:
    return {code: sum(row[f"reason_{code}"] for row in rows) for code in choices("closed_reason")}


def reasons_table(rows: Sequence[Row], language: Language) -> pl.DataFrame:
    """Return one row a service: referrals closed without a result, by reason."""
    reasons = choices("closed_reason")
    heads = translate_each("results.column_", ("service", "issued"), language)
    heads = [*heads, *(reason.label.of(language) for reason in reasons.values())]
    columns = ["issued", *(f"reason_{code}" for code in reasons)]
    table = []
    for row in rows:
        table.append([name_service(row["service"], language), *_format(row, columns, language)])
    return text_table(heads, table)


def receivers_table(
    rows: Sequence[Row], key: str, names: Mapping[str, str], language: Language
) -> pl.DataFrame:
    """Return one row a receiver or place: steps, failures, days to arrival; `key` is its column."""
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


def dropouts_table(frames: Mapping[str, Sequence[Row]], language: Language) -> pl.DataFrame:
    """Return one row a group of persons: referrals, and those lost or dropped.

    `frames` holds the rows of each cut: sex, age_band, client_group.
    """
    table = []
    for cut, rows in frames.items():
        known = choices(cut)
        for row in sorted(rows, key=lambda row: row[cut]):
            code = row[cut]
            name = known[code].label.of(language) if code in known else numbers.NOT_REPORTED
            counts = _format(row, ("issued", "lost", "dropped"), language)
            share = format_rate(row["failed"], row["issued"], language)
            table.append([translate(f"results.cut_{cut}", language), name, *counts, share])
    columns = ("cut", "persons", "issued", "lost", "dropped", "failed_share")
    return text_table(translate_each("results.column_", columns, language), table)


def name_receivers(language: Language) -> dict[str, str]:
    """Return the name of every receiver by its id; the empty id is that of none named."""
    names = {"": translate("results.no_facility", language)}
    for facility in load_facilities().values():
        names[facility.id] = facility.name if language == "vi" else facility.name_en
    return names


def name_service(code: str, language: Language) -> str:
    """Return the label of a service."""
    return choices("service")[code].label.of(language)


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
