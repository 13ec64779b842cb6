"""A return and its issues in; the grouped list and the officer's workbook, marked, out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipelines import catalog
from pipelines.catalog import Language, Severity
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
    """One group of equal issues, as a reader sees it."""

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
    """Equal issues as one row with their cells, errors first; and how many rows found no room."""
    groups = group_issues(issues)
    return [_summarise_issue(one, language) for one in groups[:limit]], max(len(groups) - limit, 0)


def group_issues(issues: Iterable[Issue]) -> list[Issue]:
    """The same finding in many cells of a sheet as one issue with all its cells, errors first.

    A group over several fields names no field: forty blank cells are one finding, not forty.
    """
    found: dict[tuple[object, ...], list[Issue]] = {}
    for one in issues:
        key = (one.code, one.case, one.sheet, one.text, tuple(sorted(one.values.items())))
        found.setdefault(key, []).append(one)
    return sorted(
        (_join_issues(members) for members in found.values()), key=lambda i: _ORDER[i.severity]
    )


def _join_issues(members: list[Issue]) -> Issue:
    cells = dict.fromkeys(c for one in members for c in one.cells)
    fields = {one.field for one in members}
    reporters = {one.reporter for one in members}
    return replace(
        members[0],
        cells=tuple(cells),
        field=fields.pop() if len(fields) == 1 else None,
        reporter=reporters.pop() if len(reporters) == 1 else None,
    )


def _summarise_issue(one: Issue, language: Language) -> IssueSummary:
    name = _field_label(one, language)
    message, advice = shorten_cells(one).build_message(language), one.build_advice(language)
    return IssueSummary(
        one.code, one.severity, one.sheet, one.cell, one.cells, name, one.text, message, advice
    )


def _field_label(one: Issue, language: Language) -> str:
    """The name of the field or register column an issue is about."""
    known = catalog.fields().get(one.field or "")
    if known:
        return known.label.of(language)
    registers = [r for r in catalog.registers().values() if form_sheet_name(r.code) == one.sheet]
    columns = (c for r in registers for c in r.columns if c.code == one.field)
    return next((c.label.of(language) for c in columns), "")


def shorten_cells(one: Issue) -> Issue:
    """The issue naming its first cells only, so that its sentence stays one."""
    left = len(one.cells) - _NAMED
    return replace(one, cells=(*one.cells[:_NAMED], f"+{left}")) if left > 0 else one


def write_marked_copy(
    target: Target,
    ret: Return | None,
    issues: Iterable[Issue],
    *,
    settings: Settings,
    previous: Mapping[str, Values] | None = None,
) -> None:
    """Write the officer's workbook afresh from the template: values kept, cells marked, a list of what to mend.

    `previous` holds last period's values by reporter. A file whose unit or period is unknown gives the list alone.
    """
    marked = MarkedReturn(ret, list(issues))
    book = _open_template(target, ret, marked, settings)
    listed = [one for one in group_issues(marked.relocate_issues()) if one.severity != "info"]
    limit = settings.limits.issues_shown
    fixes = [_build_correction(one, marked) for one in listed[:limit]]
    # NOTE: the list is added before the form, so that it is the first sheet an officer sees.
    write_corrections(book, fixes, max(len(listed) - limit, 0))
    if ret and marked.layout != "none":
        _fill_template(book, ret, marked, previous or {}, settings)
    book.close()


def _build_correction(one: Issue, marked: MarkedReturn) -> Correction:
    row = _summarise_issue(one, "vi")
    targets = tuple((one.sheet, cell) for cell in one.cells if one.sheet in marked.sheets)
    return Correction(
        row.severity, targets, row.name, row.text, f"{row.message} {row.advice}".strip()
    )


def _open_template(
    target: Target, ret: Return | None, marked: MarkedReturn, settings: Settings
) -> WorkbookWriter:
    if ret is None or marked.layout == "none":
        return open_blank_workbook(target)
    if marked.layout == "single":
        return open_form(target, ret.form, marked.unit, ret.period, ret.data_status, settings)
    if marked.layout == "district":
        return open_district(target, ret.form, marked.unit, ret.period, ret.data_status, settings)
    return open_register(target, ret.form, marked.unit, ret.period or None, settings)


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
        fill_district(book, ret.form, fills, previous, settings)
    else:
        fill_register(book, ret.form, marked.build_lines(), settings)
