"""A return and its issues in; the grouped list and the officer's workbook, marked, out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipelines import catalog
from pipelines.catalog import Language, Severity
from pipelines.intake.issues import Issue
from pipelines.intake.returns import Return
from pipelines.intake.template.district import fill_district, open_district
from pipelines.intake.template.fill import Row as Values
from pipelines.intake.template.fixes import Fix, write_fixes
from pipelines.intake.template.form import fill_form, open_form
from pipelines.intake.template.layout import form_sheet
from pipelines.intake.template.marked import Marked
from pipelines.intake.template.register import fill_register, open_register
from pipelines.intake.template.workbook import Book, Target, blank_book
from pipelines.settings import Settings

_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
#: A sentence names so many cells; the list itself holds all of them.
_NAMED = 8


@dataclass(frozen=True)
class Row:
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


def rows(issues: Iterable[Issue], language: Language, limit: int = 50) -> tuple[list[Row], int]:
    """Equal issues as one row with their cells, errors first; and how many rows found no room."""
    groups = group(issues)
    return [_row(one, language) for one in groups[:limit]], max(len(groups) - limit, 0)


def group(issues: Iterable[Issue]) -> list[Issue]:
    """The same finding in many cells of a sheet as one issue with all its cells, errors first.

    A group over several fields names no field: forty blank cells are one finding, not forty.
    """
    found: dict[tuple[object, ...], list[Issue]] = {}
    for one in issues:
        key = (one.code, one.case, one.sheet, one.text, tuple(sorted(one.values.items())))
        found.setdefault(key, []).append(one)
    return sorted((_joined(members) for members in found.values()), key=lambda i: _ORDER[i.severity])


def _joined(members: list[Issue]) -> Issue:
    cells = dict.fromkeys(c for one in members for c in one.cells)
    fields = {one.field for one in members}
    reporters = {one.reporter for one in members}
    return replace(
        members[0],
        cells=tuple(cells),
        field=fields.pop() if len(fields) == 1 else None,
        reporter=reporters.pop() if len(reporters) == 1 else None,
    )


def _row(one: Issue, language: Language) -> Row:
    name = _label(one, language)
    message, advice = shortened(one).message(language), one.advice(language)
    return Row(one.code, one.severity, one.sheet, one.cell, one.cells, name, one.text, message, advice)


def _label(one: Issue, language: Language) -> str:
    """The name of the field or register column an issue is about."""
    known = catalog.fields().get(one.field or "")
    if known:
        return known.label.of(language)
    registers = [r for r in catalog.registers().values() if form_sheet(r.code) == one.sheet]
    columns = (c for r in registers for c in r.columns if c.code == one.field)
    return next((c.label.of(language) for c in columns), "")


def shortened(one: Issue) -> Issue:
    """The issue naming its first cells only, so that its sentence stays one."""
    left = len(one.cells) - _NAMED
    return replace(one, cells=(*one.cells[:_NAMED], f"+{left}")) if left > 0 else one


def write(
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
    marked = Marked(ret, list(issues))
    book = _open(target, ret, marked, settings)
    listed = [one for one in group(marked.moved()) if one.severity != "info"]
    limit = settings.limits.issues_shown
    fixes = [_fix(one, marked) for one in listed[:limit]]
    # NOTE: the list is added before the form, so that it is the first sheet an officer sees.
    write_fixes(book, fixes, max(len(listed) - limit, 0))
    if ret and marked.layout != "none":
        _fill(book, ret, marked, previous or {}, settings)
    book.close()


def _fix(one: Issue, marked: Marked) -> Fix:
    row = _row(one, "vi")
    targets = tuple((one.sheet, cell) for cell in one.cells if one.sheet in marked.sheets)
    return Fix(row.severity, targets, row.name, row.text, f"{row.message} {row.advice}".strip())


def _open(target: Target, ret: Return | None, marked: Marked, settings: Settings) -> Book:
    if ret is None or marked.layout == "none":
        return blank_book(target)
    if marked.layout == "single":
        return open_form(target, ret.form, marked.unit, ret.period, ret.data_status, settings)
    if marked.layout == "district":
        return open_district(target, ret.form, marked.unit, ret.period, ret.data_status, settings)
    return open_register(target, ret.form, marked.unit, ret.period or None, settings)


def _fill(book: Book, ret: Return, marked: Marked, previous: Mapping[str, Values], settings: Settings) -> None:
    if marked.layout == "single":
        fill = marked.fill(marked.unit, previous.get(marked.unit, {}))
        fill_form(book, ret.form, fill, marked.lines(), settings)
    elif marked.layout == "district":
        fills = {reporter: marked.fill(reporter, {}) for reporter in marked.reporters}
        fill_district(book, ret.form, fills, previous, settings)
    else:
        fill_register(book, ret.form, marked.lines(), settings)
