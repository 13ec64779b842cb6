"""Parse a workbook into a Return: screen it for personal data, then read the table it holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from pipelines import catalog
from pipelines.intake.issues import adopt_issue
from pipelines.intake.model import REFERRAL_REGISTER, Return, ReturnKind
from pipelines.intake.parsing.district_form import DistrictParser
from pipelines.intake.parsing.layout import (
    FormTable,
    check_layout,
    drop_covered_cells,
    find_tables,
    note_hidden_cells,
)
from pipelines.intake.parsing.long_table import LongTable, find_common_unit
from pipelines.intake.parsing.metadata import WorkbookMetadata, read_metadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.pii_screen import screen_for_pii
from pipelines.intake.parsing.read_cells import ReadCells, note_dates, note_links
from pipelines.intake.parsing.register_form import RegisterParser
from pipelines.intake.parsing.reporters import HeaderResolver, ReporterMatch, ReporterResolver
from pipelines.intake.parsing.single_form import ReturnOwner, detect_form, read_single_form
from pipelines.intake.templates.register_template import REGISTER_VERSION
from pipelines.reference.office_names import province_code
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Places
from pipelines.spreadsheet import text_cleaning
from pipelines.spreadsheet.model import Workbook

NO_ALIASES: Mapping[str, str] = MappingProxyType({})
_EMPTY = Return("", 0, "single", "", "")


def parse_return(
    book: Workbook, places: Places, today: date, aliases: Mapping[str, str] = NO_ALIASES
) -> Return:
    """Parse one workbook and return what it says, with every issue at its cell.

    Nothing is read on when personal data is found. `aliases` are spellings of places that were
    confirmed before, and the codes they mean. Never raises for what a file holds: a file that is
    none of our forms is a Return without entries.
    """
    result = ParseResult()
    tables = find_tables(book)
    if not screen_for_pii(book, tables, result):
        return replace(_EMPTY, issues=result.issues)
    if drop_covered_cells(book, result):
        tables = find_tables(book)
    table = _choose_table(tables, result)
    if table is None:
        return replace(_EMPTY, issues=result.issues)
    parser = ReturnParser(book, table, tables, places, today, result, aliases)
    parsed = parser.read()
    cells_read = ReadCells(tables, result, parser.metadata, parser.in_doubt)
    _add_text_issues(book, tables, cells_read, result)
    result.issues += note_links(book, cells_read)
    result.issues += note_dates(book, cells_read)
    if not _has_content(parsed, result) and not result.refused:
        code = "T016" if parsed.form == "C" else "T008"
        result.add_issue(code, table.sheet.name)
    return parsed


def _add_text_issues(
    book: Workbook, tables: list[FormTable], cells_read: ReadCells, result: ParseResult
) -> None:
    """Note what is wrong with the texts of the sheets that hold a table."""
    sheets = [table.sheet for table in tables]
    found = text_cleaning.find_text_issues(
        Workbook(sheets, book.kind, book.lane),
        cells_read.choose_case,
        frozenset(result.counted),
    )
    result.issues += map(adopt_issue, found)


def _has_content(parsed: Return, result: ParseResult) -> bool:
    """Tell whether the file says anything; form C may say that nobody was referred."""
    if parsed.nil_return or result.records:
        return True
    return any(result.entries.text)


def _choose_table(tables: list[FormTable], result: ParseResult) -> FormTable | None:
    """Return the table the file is about: its form, or else its first register.

    Returns None, with an issue, when there is no table or too many.
    """
    if not tables:
        result.add_issue("T002", "")
        return None
    forms = [table for table in tables if table.family != "register"]
    if len(forms) > 1:
        _note_copies(forms, result)
        return None
    if _has_conflicting_registers(tables):
        _note_copies(tables, result)
        return None
    return (forms or tables)[0]


def _note_copies(tables: list[FormTable], result: ParseResult) -> None:
    """Note which sheets look like one form, and which of them hold no figures."""
    names = [table.sheet.name for table in tables]
    empty = [table.sheet.name for table in tables if not table.has_entries]
    case = "empty" if 0 < len(empty) < len(names) else ""
    sheet = empty[0] if case else names[1]
    result.add_issue("T007", sheet, case=case, name=join_names(names), empty=join_names(empty))


def join_names(names: Iterable[str]) -> str:
    """Write names of sheets in quotation marks, one after the other."""
    return ", ".join(f'"{name}"' for name in names)


def _has_conflicting_registers(tables: list[FormTable]) -> bool:
    """Tell whether the registers cannot belong to one return."""
    registers = [table.form for table in tables if table.family == "register"]
    if len(set(registers)) < len(registers):
        return True
    # NOTE: a form D register beside a return would be taken in the name of the return's team or
    # point.
    city_registers = [code for code in registers if code != REFERRAL_REGISTER]
    return 0 < len(city_registers) < len(tables)


@dataclass
class ReturnParser:
    book: Workbook
    table: FormTable
    tables: list[FormTable]
    places: Places
    today: date
    result: ParseResult
    aliases: Mapping[str, str]
    #: True when nobody can say whose file it is.
    in_doubt: bool = False

    def __post_init__(self) -> None:
        self.metadata = read_metadata(self.book, self.table, self.tables)

    def read(self) -> Return:
        """Read the chosen table and the registers beside it."""
        table, metadata = self._resolve_form(), self.metadata
        if table is None or not self._check_layouts():
            return replace(_EMPTY, issues=self.result.issues)
        if self._is_newer(table, metadata):
            return replace(_EMPTY, issues=self.result.issues)
        note_hidden_cells(table, self.result)
        if table.family == "tidy":
            return self._read_long_table(table, metadata)
        if table.family == "register" and table.form != "C":
            return self._read_city_register(table, metadata)
        header = HeaderResolver(
            metadata, table.form, self.places, self.today, self.result, self.aliases
        )
        quarter = header.resolve_quarter()
        if quarter is None:
            return self._build_return(table, metadata, "", "")
        if table.family == "district":
            return self._read_district(table, metadata, header, quarter)
        return self._read_reporter(table, metadata, header, quarter)

    def _read_district(
        self,
        table: FormTable,
        metadata: WorkbookMetadata,
        header: HeaderResolver,
        quarter: Quarter,
    ) -> Return:
        """Read a consolidated table; none of its lines when the district is not certain."""
        since = len(self.result.issues)
        district = header.resolve_group(quarter)
        self._note_doubt(ReporterMatch(district), since)
        if district:
            units = ReporterResolver(self.places, quarter, self.aliases)
            version = self._form_version(table, metadata)
            parser = DistrictParser(table, district, quarter.code, version, units, self.result)
            parser.read_table()
        return self._build_return(table, metadata, district, quarter.code)

    def _read_reporter(
        self,
        table: FormTable,
        metadata: WorkbookMetadata,
        header: HeaderResolver,
        quarter: Quarter,
    ) -> Return:
        """Read the form of one team or point, and the registers sent with it."""
        since = len(self.result.issues)
        # Form C is sent by a point, as form B is.
        match = header.resolve_reporter(quarter, "B" if table.form == "C" else table.form)
        self._note_doubt(match, since)
        owner = ReturnOwner(match.reporter, quarter.code, match.is_certain)
        if table.family == "single" and owner.reporter:
            version = self._form_version(table, metadata)
            read_single_form(table, table.form, owner, version, self.result)
        parsed = self._read_registers(table, metadata, owner.reporter, quarter.code)
        if table.form != "C":
            return parsed
        return replace(parsed, nil_return=self._is_nil_return(metadata, parsed))

    def _note_doubt(self, match: ReporterMatch, since: int) -> None:
        """Note whether it is in doubt whose file it is; then nothing of the file may be taken.

        `since` is the number of issues before the reporter was looked up.
        """
        self.in_doubt = not (match.reporter and match.is_certain)
        if self.in_doubt:
            self.result.widen(since)

    def _is_nil_return(self, metadata: WorkbookMetadata, parsed: Return) -> bool:
        """Does form C say that nobody was referred? Not when its lines say otherwise."""
        statement = metadata.nil_return_cell
        if statement is None:
            return False
        lines = {record.record for record in parsed.records}
        if lines:
            self.result.add_issue_at("T017", statement, n=str(len(lines)))
            return False
        return bool(parsed.unit)

    def _resolve_form(self) -> FormTable | None:
        """Return the table with its form's code; None, with an issue, when it has none.

        Where the form has one line a field, its code is read from the column of codes.
        """
        if self.table.family != "single" or "code" not in self.table.columns:
            return self.table
        form = detect_form(self.table)
        if not form:
            self.result.add_issue("T002", self.table.sheet.name)
            return None
        return replace(self.table, form=form)

    def _check_layouts(self) -> bool:
        # NOTE: a list, not a generator: every table is checked, also after a bad one.
        readable = [check_layout(table, self.result) for table in self.tables]
        return all(readable)

    def _is_newer(self, table: FormTable, metadata: WorkbookMetadata) -> bool:
        """Refuse a template of a version we do not know yet, rather than guess at it."""
        known = self._known_version(table)
        version = metadata.version or 0
        if version <= known:
            return False
        self.result.add_issue("T014", table.sheet.name, n=version, limit=known)
        return True

    def _known_version(self, table: FormTable) -> int:
        form = catalog.forms().get(table.form)
        return form.version if form else REGISTER_VERSION

    def _form_version(self, table: FormTable, metadata: WorkbookMetadata) -> int:
        return metadata.version or self._known_version(table)

    def _read_registers(
        self, chosen: FormTable, metadata: WorkbookMetadata, reporter: str, period: str
    ) -> Return:
        """Read the registers of the workbook, and return everything that was read."""
        for table in self.tables:
            if table.family == "register" and reporter:
                self._read_register(table, reporter, period)
        return self._build_return(chosen, metadata, reporter, period)

    def _read_register(self, table: FormTable, reporter: str, period: str) -> None:
        note_hidden_cells(table, self.result)
        parser = RegisterParser(table, reporter, period or None, self.places, self.result)
        parser.read_lines()

    def _read_city_register(self, table: FormTable, metadata: WorkbookMetadata) -> Return:
        header = HeaderResolver(metadata, table.form, self.places, self.today, self.result)
        if not header.is_city():
            return self._build_return(table, metadata, "", "")
        return self._read_registers(table, metadata, province_code(), "")

    def _read_long_table(self, table: FormTable, metadata: WorkbookMetadata) -> Return:
        parser = LongTable(table, metadata, self.places, self.today, self.result, self.aliases)
        parser.read_lines()
        entries = self.result.entries
        form = entries[0].field[0].upper() if entries else ""
        period = max(entries.period, default="")
        unit = find_common_unit(set(entries.reporter), self.places, period)
        return self._build_return(replace(table, form=form), WorkbookMetadata({}, {}), unit, period)

    def _build_return(
        self, table: FormTable, metadata: WorkbookMetadata, unit: str, period: str
    ) -> Return:
        kind: ReturnKind = table.family
        return Return(
            table.form,
            self._form_version(table, metadata),
            kind,
            unit,
            period,
            metadata.template_id,
            metadata.status,
            self.result.entries,
            self.result.records,
            self.result.claims,
            self.result.issues,
        )
