"""What became of a file, or would: status, issues, changes and receipt in an officer's words."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.errors import CauNoiError, PeriodError, PlaceError
from pipelines.intake import feedback
from pipelines.intake.ingest import IngestResult
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers
from pipelines.present.format import periods as format_periods
from pipelines.present.i18n import has_text, translate, translate_each
from pipelines.reference import periods, places


def format_status(outcome: IngestResult, language: Language) -> str:
    """Write the state of a file: accepted, with issues, in part, rejected, known, or waiting.

    A district's workbook says how many of its units are in it.
    """
    state = _format_state(outcome, language)
    coverage = outcome.coverage
    if coverage is None:
        return state
    counts = {"n": len(coverage.filled), "total": coverage.owed}
    return f"{state} · {translate('submit.coverage', language, **counts)}"


def _format_state(outcome: IngestResult, language: Language) -> str:
    if outcome.known:
        return translate("submit.status.known", language)
    if outcome.waiting:
        return translate("submit.status.waiting", language)
    return translate(f"submit.status.{outcome.status}", language)


def describe_file(outcome: IngestResult, language: Language) -> str:
    """Write form, unit and period of a file."""
    if not outcome.form:
        return translate("submit.unknown_form", language)
    form = translate(f"form.{outcome.form[:1]}", language)
    parts = [form, unit_name(outcome.unit, outcome.period)]
    if outcome.period:
        parts.append(format_periods.format_period(outcome.period, language))
    return " · ".join(filter(None, parts))


def unit_name(code: str, period: str) -> str:
    """Return the place of a team or point, or the name of a district.

    The code itself is returned where neither is known.
    """
    try:
        day = periods.parse_period(period).end
        if code[1:2] == "-":
            place = places.load_places().find_place(code[2:7], day)
            above = f", {place.district_type.lower()} {place.district_name}"
            return place.full_name + (above if place.district_code else "")
        for district in places.load_places().districts_on(day):
            if district.code == code:
                return district.full_name
    except (PeriodError, PlaceError):
        return code
    return code


def describe_effect(outcome: IngestResult, language: Language, zone: ZoneInfo) -> str:
    """Write what the file would change: "replaces the return of 17/10/2022: 3 values differ".

    The text is empty when it changes nothing.
    """
    if outcome.known or not outcome.is_accepted or not outcome.form:
        return ""
    if outcome.replaced is None:
        return translate("submit.first", language)
    at = outcome.replaced.received.astimezone(zone)
    when = {"time": f"{at:%H:%M}", "date": f"{at:%d/%m/%Y}"}
    key = "submit.replaces" if outcome.changes else "submit.replaces_same"
    return translate(key, language, **when, n=numbers.format_number(len(outcome.changes), language))


def change_table(outcome: IngestResult, language: Language) -> pl.DataFrame:
    """Return one row a value that becomes another: where, which, before, after."""
    rows = []
    for change in outcome.changes:
        place = unit_name(change.reporter, change.period)
        field = catalog.find_field(change.field).label.of(language)
        before = numbers.format_number(change.before, language)
        after = numbers.format_number(change.after, language)
        rows.append([place, field, before, after])
    return _text_frame(("place", "field", "before", "after"), rows, language)


def correction_table(
    outcome: IngestResult, language: Language, limit: int
) -> tuple[pl.DataFrame, int]:
    """Return one row a group of equal errors or warnings, and how many more groups there are.

    The columns are severity, where, what was found, what to do.
    """
    issues = [issue for issue in outcome.issues if issue.severity != "info"]
    groups, left = feedback.summarise_issues(issues, language, limit)
    rows = []
    for group in groups:
        severity = translate(f"submit.severity.{group.severity}", language)
        advice = f"{group.message} {group.advice}".strip()
        rows.append([severity, _format_cells(group), group.text, advice])
    return _text_frame(("severity", "cell", "found", "todo"), rows, language), left


def interpretation_table(
    outcome: IngestResult, language: Language, limit: int
) -> tuple[pl.DataFrame, int]:
    """Return one row a group of interpreted values or remarks, and how many groups are left."""
    remarks = [issue for issue in outcome.issues if issue.severity == "info"]
    groups, left = feedback.summarise_issues(remarks, language, limit)
    rows = [[_format_cells(group), group.text, group.message] for group in groups]
    return _text_frame(("cell", "found", "said"), rows, language), left


def receipt_table(outcomes: Sequence[IngestResult], language: Language) -> pl.DataFrame:
    """Return one row a file that was received: its receipt, name, reporter and state."""
    rows = []
    for outcome in outcomes:
        about, status = describe_file(outcome, language), format_status(outcome, language)
        rows.append([outcome.submission or "", outcome.name, about, status])
    return _text_frame(("receipt", "file", "about", "status"), rows, language)


def describe_next_step(outcomes: Sequence[IngestResult], language: Language) -> str:
    """Write what to do now, in one sentence."""
    to_correct = sum(outcome.needs_correction for outcome in outcomes)
    sendable = sum(map(can_be_sent, outcomes))
    if not sendable:
        return translate("submit.next_mend" if to_correct else "submit.next_none", language)
    key = "submit.next_both" if to_correct else "submit.next_send"
    return translate(key, language, mend=to_correct, n=sendable)


def can_be_sent(outcome: IngestResult) -> bool:
    """Is there something in the file that would be taken, and was not taken before?"""
    return outcome.is_accepted and not outcome.known


def describe_trouble(error: CauNoiError, language: Language) -> str:
    """Write why nothing was received, and what to do."""
    key = f"submit.trouble.{error.code}"
    return translate(key if has_text(key) else "submit.trouble.store", language)


def marked_file_name(outcome: IngestResult) -> str:
    """Return the name of the marked workbook: the officer's own, with a word added."""
    return f"{outcome.name.rsplit('.', 1)[0]}-sua.xlsx"


def _format_cells(row: feedback.IssueSummary) -> str:
    """Write the cells as Excel does: `Mẫu A!E11, E12 …`."""
    cells = ", ".join(row.cells[:4])
    if len(row.cells) > 4:
        cells += " …"
    return "!".join(filter(None, (row.sheet, cells)))


def _text_frame(heads: tuple[str, ...], rows: list[list[str]], language: Language) -> pl.DataFrame:
    named = translate_each("submit.column.", heads, language)
    return text_table(named, rows)
