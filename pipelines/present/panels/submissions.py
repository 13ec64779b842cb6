"""What became of a file, or would: an Outcome in; status, issues, changes and receipt in an officer's words out."""

from collections.abc import Sequence
from datetime import timedelta, timezone

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

HANOI = timezone(timedelta(hours=7))


def format_status(outcome: IngestResult, language: Language) -> str:
    """What the file is: taken, taken with words, in part, back; known already; waiting for a steward."""
    if outcome.known:
        return translate("submit.status.known", language)
    if outcome.waiting:
        return translate("submit.status.waiting", language)
    return translate(f"submit.status.{outcome.status}", language)


def describe_file(outcome: IngestResult, language: Language) -> str:
    """Form, unit and period: what the file turned out to be."""
    if not outcome.form:
        return translate("submit.unknown_form", language)
    form = translate(f"form.{outcome.form[:1]}", language)
    period = format_periods.format_period(outcome.period, language) if outcome.period else ""
    return " · ".join(
        part for part in (form, unit_name(outcome.unit, outcome.period), period) if part
    )


def unit_name(code: str, period: str) -> str:
    """The place of a team or point, the name of a district; the code itself where neither is known."""
    try:
        day = periods.parse_period(period).end
        if code[1:2] == "-":
            place = places.load_places().find_place(code[2:], day)
            return f"{place.full_name}, {place.district_type.lower()} {place.district_name}"
        return next(
            (d.full_name for d in places.load_places().districts_on(day) if d.code == code), code
        )
    except (PeriodError, PlaceError):
        return code


def describe_effect(outcome: IngestResult, language: Language) -> str:
    """What the file would change: "replaces the return of 17/10/2022: 3 values differ"; empty when nothing."""
    if outcome.known or not outcome.is_accepted or not outcome.form:
        return ""
    if outcome.replaced is None:
        return translate("submit.first", language)
    at = outcome.replaced.received.astimezone(HANOI)
    when = {"time": f"{at:%H:%M}", "date": f"{at:%d/%m/%Y}"}
    key = "submit.replaces" if outcome.changes else "submit.replaces_same"
    return translate(key, language, **when, n=numbers.format_number(len(outcome.changes), language))


def change_table(outcome: IngestResult, language: Language) -> pl.DataFrame:
    """One row a value that becomes another: where, which, before, after."""
    rows = [
        [
            unit_name(c.reporter, c.period),
            catalog.find_field(c.field).label.of(language),
            numbers.format_number(c.before, language),
            numbers.format_number(c.after, language),
        ]
        for c in outcome.changes
    ]
    return _text_frame(("place", "field", "before", "after"), rows, language)


def correction_table(
    outcome: IngestResult, language: Language, limit: int
) -> tuple[pl.DataFrame, int]:
    """One row a group of equal errors or warnings: where, what was found, what to do; and how many more there are."""
    asked = [one for one in outcome.issues if one.severity != "info"]
    rows, left = feedback.summarise_issues(asked, language, limit)
    shown = [
        [
            translate(f"submit.severity.{r.severity}", language),
            _format_cells(r),
            r.text,
            f"{r.message} {r.advice}".strip(),
        ]
        for r in rows
    ]
    return _text_frame(("severity", "cell", "found", "todo"), shown, language), left


def interpretation_table(
    outcome: IngestResult, language: Language, limit: int
) -> tuple[pl.DataFrame, int]:
    """Everything that was interpreted or is only said, so that nothing happens in silence."""
    rows, left = feedback.summarise_issues(
        [one for one in outcome.issues if one.severity == "info"], language, limit
    )
    shown = [[_format_cells(r), r.text, r.message] for r in rows]
    return _text_frame(("cell", "found", "said"), shown, language), left


def receipt_table(outcomes: Sequence[IngestResult], language: Language) -> pl.DataFrame:
    """One row a file that was received: its receipt, whom it speaks for, what became of it."""
    rows = [
        [o.submission or "", o.name, describe_file(o, language), format_status(o, language)]
        for o in outcomes
    ]
    return _text_frame(("receipt", "file", "about", "status"), rows, language)


def describe_next_step(outcomes: Sequence[IngestResult], language: Language) -> str:
    """What to do now, in one sentence."""
    mend = sum(o.needs_correction for o in outcomes)
    sendable = sum(can_be_sent(o) for o in outcomes)
    if not sendable:
        return translate("submit.next_mend" if mend else "submit.next_none", language)
    return translate(
        "submit.next_both" if mend else "submit.next_send", language, mend=mend, n=sendable
    )


def can_be_sent(outcome: IngestResult) -> bool:
    """Is there something in the file that would be taken, and was not taken before?"""
    return outcome.is_accepted and not outcome.known


def describe_trouble(error: CauNoiError, language: Language) -> str:
    """Why nothing was received, and what to do."""
    key = f"submit.trouble.{error.code}"
    return translate(key if has_text(key) else "submit.trouble.store", language)


def marked_file_name(outcome: IngestResult) -> str:
    """The name of the marked workbook: the officer's own, with a word added."""
    return f"{outcome.name.rsplit('.', 1)[0]}-sua.xlsx"


def _format_cells(row: feedback.IssueSummary) -> str:
    """`Mẫu A!E11, E12 …`: the cells as Excel writes them."""
    cells = ", ".join(row.cells[:4]) + (" …" if len(row.cells) > 4 else "")
    return f"{row.sheet}!{cells}" if row.sheet and cells else row.sheet or cells


def _text_frame(heads: tuple[str, ...], rows: list[list[str]], language: Language) -> pl.DataFrame:
    named = translate_each("submit.column.", heads, language)
    return text_table(named, rows)
