"""What became of a file, or would: an Outcome in; status, issues, changes and receipt in an officer's words out."""

from collections.abc import Sequence
from datetime import timedelta, timezone

import polars as pl

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.errors import CauNoiError, PeriodError, PlaceError
from pipelines.intake import feedback
from pipelines.intake.inbox import Outcome
from pipelines.present import display, spans
from pipelines.present.text import known, say
from pipelines.reference import periods, places

HANOI = timezone(timedelta(hours=7))


def status(outcome: Outcome, language: Language) -> str:
    """What the file is: taken, taken with words, in part, back; known already; waiting for a steward."""
    if outcome.known:
        return say("submit.status.known", language)
    if outcome.waiting:
        return say("submit.status.waiting", language)
    return say(f"submit.status.{outcome.status}", language)


def about(outcome: Outcome, language: Language) -> str:
    """Form, unit and period: what the file turned out to be."""
    if not outcome.form:
        return say("submit.unknown_form", language)
    form = say(f"form.{outcome.form[:1]}", language)
    period = spans.span(outcome.period, language) if outcome.period else ""
    return " · ".join(part for part in (form, unit(outcome.unit, outcome.period), period) if part)


def unit(code: str, period: str) -> str:
    """The place of a team or point, the name of a district; the code itself where neither is known."""
    try:
        day = periods.parse(period).end
        if code[1:2] == "-":
            place = places.load().get(code[2:], day)
            return f"{place.full_name}, {place.district_type.lower()} {place.district_name}"
        return next((d.full_name for d in places.load().districts(day) if d.code == code), code)
    except (PeriodError, PlaceError):
        return code


def effect(outcome: Outcome, language: Language) -> str:
    """What the file would change: "replaces the return of 17/10/2022: 3 values differ"; empty when nothing."""
    if outcome.known or not outcome.taken or not outcome.form:
        return ""
    if outcome.replaced is None:
        return say("submit.first", language)
    at = outcome.replaced.received.astimezone(HANOI)
    when = {"time": f"{at:%H:%M}", "date": f"{at:%d/%m/%Y}"}
    key = "submit.replaces" if outcome.changes else "submit.replaces_same"
    return say(key, language, **when, n=display.number(len(outcome.changes), language))


def changes(outcome: Outcome, language: Language) -> pl.DataFrame:
    """One row a value that becomes another: where, which, before, after."""
    rows = [
        [
            unit(c.reporter, c.period),
            catalog.field(c.field).label.of(language),
            display.number(c.before, language),
            display.number(c.after, language),
        ]
        for c in outcome.changes
    ]
    return _frame(("place", "field", "before", "after"), rows, language)


def to_mend(outcome: Outcome, language: Language, limit: int) -> tuple[pl.DataFrame, int]:
    """One row a group of equal errors or warnings: where, what was found, what to do; and how many more there are."""
    asked = [one for one in outcome.issues if one.severity != "info"]
    rows, left = feedback.rows(asked, language, limit)
    shown = [
        [say(f"submit.severity.{r.severity}", language), _where(r), r.text, f"{r.message} {r.advice}".strip()]
        for r in rows
    ]
    return _frame(("severity", "cell", "found", "todo"), shown, language), left


def understood(outcome: Outcome, language: Language, limit: int) -> tuple[pl.DataFrame, int]:
    """Everything that was interpreted or is only said, so that nothing happens in silence."""
    rows, left = feedback.rows([one for one in outcome.issues if one.severity == "info"], language, limit)
    shown = [[_where(r), r.text, r.message] for r in rows]
    return _frame(("cell", "found", "said"), shown, language), left


def receipts(outcomes: Sequence[Outcome], language: Language) -> pl.DataFrame:
    """One row a file that was received: its receipt, whom it speaks for, what became of it."""
    rows = [[o.submission or "", o.name, about(o, language), status(o, language)] for o in outcomes]
    return _frame(("receipt", "file", "about", "status"), rows, language)


def next_step(outcomes: Sequence[Outcome], language: Language) -> str:
    """What to do now, in one sentence."""
    mend = sum(o.to_mend for o in outcomes)
    sendable = sum(may_be_sent(o) for o in outcomes)
    if not sendable:
        return say("submit.next_mend" if mend else "submit.next_none", language)
    return say("submit.next_both" if mend else "submit.next_send", language, mend=mend, n=sendable)


def may_be_sent(outcome: Outcome) -> bool:
    """Is there something in the file that would be taken, and was not taken before?"""
    return outcome.taken and not outcome.known


def trouble(error: CauNoiError, language: Language) -> str:
    """Why nothing was received, and what to do."""
    key = f"submit.trouble.{error.code}"
    return say(key if known(key) else "submit.trouble.store", language)


def marked_name(outcome: Outcome) -> str:
    """The name of the marked workbook: the officer's own, with a word added."""
    return f"{outcome.name.rsplit('.', 1)[0]}-sua.xlsx"


def _where(row: feedback.Row) -> str:
    """`Mẫu A!E11, E12 …`: the cells as Excel writes them."""
    cells = ", ".join(row.cells[:4]) + (" …" if len(row.cells) > 4 else "")
    return f"{row.sheet}!{cells}" if row.sheet and cells else row.sheet or cells


def _frame(heads: tuple[str, ...], rows: list[list[str]], language: Language) -> pl.DataFrame:
    named = [say(f"submit.column.{head}", language) for head in heads]
    return pl.DataFrame(rows, schema=dict.fromkeys(named, pl.String), orient="row")
