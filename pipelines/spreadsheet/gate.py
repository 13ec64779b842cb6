"""Inspect a file by its bytes and name: what it is, what is wrong with it, whether it may be read.

Container first, then XML, then cells; nothing is read by a general library before it was judged, no
cell far away is ever made, and a refusal names the first thing found (docs/domain.md 8.3, 8.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipelines.spreadsheet import csv_reader, proved_reader
from pipelines.spreadsheet.container import Package, inflate_parts, read_directory
from pipelines.spreadsheet.file_kind import detect_kind
from pipelines.spreadsheet.full_reader import SheetContext, SheetReader
from pipelines.spreadsheet.issues import ReadIssue
from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.model import Sheet, Workbook
from pipelines.spreadsheet.number_format import is_plain_format, shows_whole_numbers
from pipelines.spreadsheet.ooxml import (
    is_plain,
    read_comments,
    read_date_styles,
    read_number_formats,
    read_plain_strings,
    read_strings,
)
from pipelines.spreadsheet.proved_reader import ProvedRows, ShownFormats
from pipelines.spreadsheet.rejection import FileRejected, name_sheet
from pipelines.spreadsheet.sheet_proof import SimpleSheet, prove_sheet_simple
from pipelines.spreadsheet.workbook_outline import (
    SheetTab,
    WorkbookOutline,
    read_outline,
    read_relations,
)


@dataclass
class FileInspection:
    """The gate's judgement of one file; `kind` is None when nothing of it may be taken."""

    issues: list[ReadIssue]
    kind: Literal["xlsx", "csv"] | None = None
    #: Empty sheets with their surface in the fast lane, full ones otherwise.
    sheets: list[Sheet] = field(default_factory=list)
    #: True when days are counted from 1904.
    date1904: bool = False
    #: True when the file holds a link to another file or a data connection.
    has_links: bool = False
    #: What the fast lane reads its cells from; None in the careful lane.
    proved: ProvedRows | None = None


#: Hidden sheets whose names begin so are a template's own; its issuer verifies their content.
OWN_SHEET_PREFIX = "_"


@dataclass(frozen=True)
class WorkbookPackage:
    """A package with its outline."""

    package: Package
    outline: WorkbookOutline
    limits: ReaderLimits
    #: The hidden sheet by which the caller knows its own templates.
    #: Merges and comments are expected in them.
    template_sheet: str = ""

    def find_part(self, kind: str) -> str:
        """Return the name of the workbook's strings or styles part, empty when it has none."""
        for part_kind, target in read_relations(self.outline.main, self.package).values():
            if part_kind == kind and target in self.package:
                return target
        return ""


class SimpleWorkbook(NamedTuple):
    """A workbook proved simple: sheets without cells, and what their cells are read from."""

    sheets: list[Sheet]
    proved: ProvedRows


def try_simple(book: WorkbookPackage) -> SimpleWorkbook | None:
    """Return what the fast lane needs, None when the cheap look finds something unusual."""
    if book.outline.date1904 or book.outline.linked:
        return None
    package, tabs = book.package, book.outline.tabs
    texts = book.find_part("sharedStrings")
    if texts and not is_plain(package[texts]):
        return None
    proofs = _prove_sheets(book)
    if proofs is None:
        return None

    sheets = [_build_sheet(tab, book, proof) for tab, proof in zip(tabs, proofs, strict=True)]
    if _is_surprising(sheets, book):
        return None
    rows = {tab.name: proof.rows for tab, proof in zip(tabs, proofs, strict=True)}
    return SimpleWorkbook(sheets, _join_rows(rows, book))


def _join_rows(rows: Mapping[str, bytes], book: WorkbookPackage) -> ProvedRows:
    """Return the rows with the texts and styles their cells refer to."""
    strings: tuple[str, ...] = ()
    dates, formats = frozenset[int](), ShownFormats()
    texts, styles = book.find_part("sharedStrings"), book.find_part("styles")
    if texts:
        strings = read_plain_strings(book.package[texts])
    if styles:
        dates = read_date_styles(book.package[styles])
        formats = find_shown_formats(book.package[styles])
    return ProvedRows(rows, strings, dates, formats)


def _prove_sheets(book: WorkbookPackage) -> list[SimpleSheet] | None:
    """Return the proof of every sheet, None as soon as one is not simple."""
    proofs: list[SimpleSheet] = []
    for tab in book.outline.tabs:
        part = book.package[tab.part]
        with name_sheet(tab.name):
            proof = prove_sheet_simple(part, book.limits)
        if proof is None:
            return None
        proofs.append(proof)
    return proofs


def find_shown_formats(styles: bytes) -> ShownFormats:
    """Return the cell styles that may show another number than the stored one."""
    formats = read_number_formats(styles)
    unusual = frozenset(at for at, code in formats.items() if not is_plain_format(code))
    whole = frozenset(at for at, code in formats.items() if shows_whole_numbers(code))
    return ShownFormats(unusual, whole)


def read_fully(book: WorkbookPackage) -> tuple[list[Sheet], list[ReadIssue]]:
    """Read every sheet with every cell; raises FileRejected when a sheet may not be read."""
    context = _read_context(book)
    sheets: list[Sheet] = []
    issues: list[ReadIssue] = []
    readers = [SheetReader(_build_sheet(tab, book), context) for tab in book.outline.tabs]
    for reader, tab in zip(readers, book.outline.tabs, strict=True):
        with name_sheet(tab.name):
            reader.read_cells(book.package[tab.part])
        sheets.append(reader.sheet)
        issues.extend(reader.issues)
    return sheets, issues


def _read_context(book: WorkbookPackage) -> SheetContext:
    """Return the shared texts and date styles that cells refer to."""
    package, limits = book.package, book.limits
    texts, styles = book.find_part("sharedStrings"), book.find_part("styles")
    strings = read_strings(package[texts], limits.cells) if texts else []
    dates = read_date_styles(package[styles]) if styles else frozenset()
    formats = read_number_formats(package[styles]) if styles else {}
    return SheetContext(strings, dates, formats, book.outline.date1904, limits)


def _build_sheet(tab: SheetTab, book: WorkbookPackage, proof: SimpleSheet | None = None) -> Sheet:
    """Return a sheet without cells, with what lies around them."""
    sheet = Sheet(tab.name, tab.hidden, tab.very_hidden)
    if proof:
        sheet.merges.extend(proof.layout.merges)
        sheet.hidden_rows.extend(proof.layout.hidden_rows)
        sheet.hidden_columns.extend(proof.layout.hidden_columns)
    for part in book.outline.comments[tab.part]:
        comments = read_comments(book.package[part])
        sheet.comments.update(comments)
    return sheet


def _is_surprising(sheets: list[Sheet], book: WorkbookPackage) -> bool:
    """True when the sheets ask for a careful look.

    Hidden sheets, merges and comments do in a file that is none of the caller's templates.
    """
    if any(map(_is_unknown_hidden, sheets)):
        return True

    names = [tab.name for tab in book.outline.tabs]
    if book.template_sheet in names:
        return False
    return any(sheet.merges or sheet.comments for sheet in sheets)


def _is_unknown_hidden(sheet: Sheet) -> bool:
    """True for a hidden sheet that is not a template's own."""
    is_hidden = sheet.hidden or sheet.very_hidden
    return is_hidden and not sheet.name.startswith(OWN_SHEET_PREFIX)


def inspect_file(
    data: bytes, name: str, limits: ReaderLimits, template_sheet: str = ""
) -> FileInspection:
    """Judge a file by its bytes and its name; never raises for bad data.

    `template_sheet` names the hidden sheet by which the caller knows workbooks it has made itself.
    """
    try:
        if detect_kind(data, name, limits.file_bytes) == "csv":
            sheet, issues = csv_reader.read_csv(data, limits)
            return FileInspection(issues, "csv", sheets=[sheet])
        return inspect_workbook(data, limits, template_sheet)
    except FileRejected as refused:
        return FileInspection([refused.issue])


def inspect_workbook(
    data: bytes, limits: ReaderLimits, template_sheet: str = "", *, careful: bool = False
) -> FileInspection:
    """Judge a workbook; with `careful` the fast lane is not tried.

    Raises FileRejected when nothing of it may be taken.
    """
    entries = read_directory(data, limits)
    package = inflate_parts(data, entries)
    names = [entry.name for entry in entries]
    outline = read_outline(package, names, limits)
    book = WorkbookPackage(package, outline, limits, template_sheet)
    simple = None if careful else try_simple(book)
    if simple:
        return FileInspection([], "xlsx", sheets=simple.sheets, proved=simple.proved)
    sheets, issues = read_fully(book)
    date1904, has_links = outline.date1904, outline.linked
    return FileInspection(issues, "xlsx", sheets=sheets, date1904=date1904, has_links=has_links)


def read_workbook(
    data: bytes, inspection: FileInspection, limits: ReaderLimits
) -> tuple[Workbook, list[ReadIssue]]:
    """Read a file the gate let in.

    The issues are those of the second look when the fast lane gave up.
    """
    if inspection.kind is None:
        return Workbook([], "xlsx", "careful"), []
    if inspection.kind == "csv":
        return Workbook(inspection.sheets, "csv", "csv"), []
    if inspection.proved is None:
        return _make_careful(inspection), []

    try:
        cells = proved_reader.read_sheets(inspection.proved)
    except proved_reader.AmbiguousCell:
        return _read_again_fully(data, limits)
    for sheet in inspection.sheets:
        sheet.cells = cells[sheet.name]
    return Workbook(inspection.sheets, "xlsx", "fast"), []


def _read_again_fully(data: bytes, limits: ReaderLimits) -> tuple[Workbook, list[ReadIssue]]:
    try:
        inspection = inspect_workbook(data, limits, careful=True)
    except FileRejected as refused:
        return Workbook([], "xlsx", "careful"), [refused.issue]
    return _make_careful(inspection), inspection.issues


def _make_careful(inspection: FileInspection) -> Workbook:
    return Workbook(inspection.sheets, "xlsx", "careful", inspection.date1904, inspection.has_links)
