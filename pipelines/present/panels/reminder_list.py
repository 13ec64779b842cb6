"""Who is to be reminded in a period: one row a reporter, with the quarters it owes."""

from collections.abc import Iterable

import polars as pl

from pipelines.catalog import Language
from pipelines.intake.reminders import OutstandingReturn, Reminder, count_returns
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each

COLUMNS = ("district", "place", "form", "missing", "mend", "deadline")


#: Reporter, form and place.
Owner = tuple[str, str, str]


def reminder_table(found: tuple[Reminder, ...], language: Language) -> pl.DataFrame:
    """Return one row a reporter and form: where it is, its quarters missing and to correct."""
    heads = translate_each("timely.column_", COLUMNS, language)
    rows = []
    for reminder in found:
        missing, to_correct = _by_owner(reminder.missing), _by_owner(reminder.to_correct)
        district = reminder.district_name or reminder.district
        day = periods.format_day(reminder.deadline, language)
        for owner in _list_owners(reminder):
            _, form, place = owner
            written = [_format_gaps(gaps.get(owner), language) for gaps in (missing, to_correct)]
            rows.append([district, place, translate(f"form.{form}", language), *written, day])
    return text_table(heads, rows)


def _format_gaps(one: OutstandingReturn | None, language: Language) -> str:
    return one.format_quarters(language) if one else ""


def reminder_districts(found: tuple[Reminder, ...]) -> tuple[str, ...]:
    """Return the district of each row of the table, to go there."""
    districts: list[str] = []
    for reminder in found:
        districts += [reminder.district] * len(_list_owners(reminder))
    return tuple(districts)


def _list_owners(reminder: Reminder) -> list[Owner]:
    """Return reporter, form and place of everybody in a reminder once."""
    return list({**_by_owner(reminder.missing), **_by_owner(reminder.to_correct)})


def _by_owner(outstanding: Iterable[OutstandingReturn]) -> dict[Owner, OutstandingReturn]:
    return {(one.reporter, one.form, one.place): one for one in outstanding}


def reminder_finding(found: tuple[Reminder, ...], period: str, language: Language) -> str:
    """Write of how many returns anybody is to be reminded."""
    if not found:
        return translate("timely.nobody", language, period=period)
    missing = sum(count_returns(reminder.missing) for reminder in found)
    to_correct = sum(count_returns(reminder.to_correct) for reminder in found)
    return translate(
        "timely.chase",
        language,
        period=period,
        missing=numbers.format_number(missing, language),
        mend=numbers.format_number(to_correct, language),
    )
