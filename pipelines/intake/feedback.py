"""Write feedback on a return: the grouped list of issues and the officer's marked workbook."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from pipelines import catalog
from pipelines.catalog import Language, Register, Severity
from pipelines.intake.issues import Issue
from pipelines.intake.model import Return
from pipelines.intake.templates.correction_sheet import Correction, write_corrections
from pipelines.intake.templates.district_template import fill_district, open_district
from pipelines.intake.templates.form_template import fill_form, open_form
from pipelines.intake.templates.layout import form_sheet_name
from pipelines.intake.templates.marked_copy import MarkedReturn
from pipelines.intake.templates.prefill import ValuesByCode as Values
from pipelines.intake.templates.register_template import fill_register, open_register
from pipelines.intake.templates.writer import Target, WorkbookWriter, open_blank_workbook
from pipelines.settings import Settings

_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
#: A sentence names so many cells; the list itself holds all of them.
_NAMED = 8


@dataclass(frozen=True)
class IssueSummary:
    """Hold one group of equal issues, as a reader sees it."""

    code: str
    severity: Severity
    sheet: str
    #: The first cell, and all of them.
    cell: str
    cells: tuple[str, ...]
    #: The field's label; empty when no one field is meant.
    name: str
    text: str
    message: str
    advice: str


def summarise_issues(
    issues: Iterable[Issue], language: Language, limit: int = 50
) -> tuple[list[IssueSummary], int]:
    """Summarise equal issues as one row with their cells, errors first.

    Also returns how many rows are left out.
    """
    groups = group_issues(issues)
    rows = [_summarise_issue(issue, language) for issue in groups[:limit]]
    return rows, max(len(groups) - limit, 0)


def group_issues(issues: Iterable[Issue]) -> list[Issue]:
    """Group the same issue in many cells of a sheet into one with all its cells, errors first.

    A group over several fields names no field: forty blank cells are one issue, not forty. Issues
    whose sentence names the field are grouped field by field.
    """
    groups: dict[tuple[object, ...], list[Issue]] = {}
    for issue in issues:
        values = tuple(sorted(issue.values.items()))
        field = issue.field if _names_field(issue) else None
        key = (issue.code, issue.case, issue.sheet, issue.text, field, values)
        groups.setdefault(key, []).append(issue)
    joined = list(map(_join_issues, groups.values()))
    return sorted(joined, key=lambda issue: _ORDER[issue.severity])


def _names_field(issue: Issue) -> bool:
    """Does the issue's sentence name its field?"""
    return "name" not in issue.values and "{name}" in catalog.choose_text(issue.code, issue.case).vi


def _join_issues(members: list[Issue]) -> Issue:
    cells = chain.from_iterable(issue.cells for issue in members)
    return replace(
        members[0],
        cells=tuple(dict.fromkeys(cells)),
        field=_common_value([issue.field for issue in members]),
        reporter=_common_value([issue.reporter for issue in members]),
    )


def _common_value(values: list[str | None]) -> str | None:
    """Return the value that all have in common; None when they differ."""
    return values[0] if len(set(values)) == 1 else None


def _summarise_issue(one: Issue, language: Language) -> IssueSummary:
    return IssueSummary(
        one.code,
        one.severity,
        one.sheet,
        one.cell,
        one.cells,
        _field_label(one, language),
        one.text,
        shorten_cells(one).build_message(language),
        one.build_advice(language),
    )


def _field_label(one: Issue, language: Language) -> str:
    """Return the name of the field or register column an issue is about."""
    field = catalog.fields().get(one.field or "")
    if field:
        return field.label.of(language)
    for register in catalog.registers().values():
        if form_sheet_name(register.code) == one.sheet:
            return _column_label(register, one.field, language)
    return ""


def _column_label(register: Register, code: str | None, language: Language) -> str:
    for column in register.columns:
        if column.code == code:
            return column.label.of(language)
    return ""


def shorten_cells(one: Issue) -> Issue:
    """Return the issue naming its first cells only, so that its sentence stays one."""
    left = len(one.cells) - _NAMED
    if left <= 0:
        return one
    return replace(one, cells=(*one.cells[:_NAMED], f"+{left}"))


def write_marked_copy(
    target: Target,
    ret: Return | None,
    issues: Iterable[Issue],
    *,
    settings: Settings,
    previous: Mapping[str, Values] | None = None,
) -> None:
    """Write the officer's workbook afresh: values kept, cells marked, a list of what to correct.

    `previous` holds last period's values by reporter. A file whose unit or period is unknown gives
    the list alone.
    """
    marked = MarkedReturn(ret, list(issues))
    book = _open_template(target, ret, marked, settings)
    groups = group_issues(marked.relocate_issues())
    to_correct = [issue for issue in groups if issue.severity != "info"]
    limit = settings.limits.issues_shown
    corrections = [_build_correction(issue, marked) for issue in to_correct[:limit]]
    # NOTE: the list is added before the form, so that it is the first sheet an officer sees.
    write_corrections(book, corrections, max(len(to_correct) - limit, 0))
    if ret and marked.layout != "none":
        _fill_template(book, ret, marked, previous or {}, settings)
    book.close()


def _build_correction(one: Issue, marked: MarkedReturn) -> Correction:
    row = _summarise_issue(one, "vi")
    message = f"{row.message} {row.advice}".strip()
    targets = one.places if one.sheet in marked.sheets else ()
    return Correction(row.severity, targets, row.name, row.text, message)


def _open_template(
    target: Target, ret: Return | None, marked: MarkedReturn, settings: Settings
) -> WorkbookWriter:
    """Open the template a return is written on, or a blank workbook when there is none."""
    if ret is None or marked.layout == "none":
        return open_blank_workbook(target, settings.today())
    if marked.layout == "register":
        return open_register(target, ret.form, marked.unit, ret.period or None, settings)
    open_template = open_form if marked.layout == "single" else open_district
    return open_template(target, ret.form, marked.unit, ret.period, ret.data_status, settings)


def _fill_template(
    book: WorkbookWriter,
    ret: Return,
    marked: MarkedReturn,
    previous: Mapping[str, Values],
    settings: Settings,
) -> None:
    if marked.layout == "single":
        fill = marked.build_fill(marked.unit, previous.get(marked.unit, {}))
        fill_form(book, ret.form, fill, marked.build_lines(), settings)
    elif marked.layout == "district":
        fills = {reporter: marked.build_fill(reporter, {}) for reporter in marked.reporters}
        fill_district(book, ret.form, marked.lines, fills, previous, settings)
    else:
        fill_register(book, ret.form, marked.build_lines(), settings)
