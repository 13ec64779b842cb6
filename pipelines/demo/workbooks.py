"""A letter in, the bytes of the workbook an officer would have sent out: our own templates, filled in."""

from io import BytesIO

from pipelines.demo.submissions import DemoSubmission
from pipelines.intake.templates import write_district, write_form, write_register
from pipelines.settings import Settings


def write_workbook(letter: DemoSubmission, settings: Settings) -> bytes:
    """The same letter is always the same bytes."""
    target = BytesIO()
    if letter.kind == "district":
        write_district(
            target,
            letter.form,
            letter.unit,
            letter.period,
            values=letter.values,
            signs=letter.signs,
            notes=letter.notes,
            data_status=letter.status,
            settings=settings,
        )
    elif letter.kind == "form":
        values, lines = letter.values[letter.unit], {"C": letter.lines}
        write_form(
            target,
            letter.form,
            letter.unit,
            letter.period,
            values=values,
            registers=lines,
            settings=settings,
        )
    else:
        period, nothing = letter.period or None, letter.form == "C" and not letter.lines
        write_register(
            target,
            letter.form,
            letter.unit,
            period,
            rows=letter.lines,
            nil_return=nothing,
            settings=settings,
        )
    return target.getvalue()
