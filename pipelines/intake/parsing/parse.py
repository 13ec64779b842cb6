"""A book in, a Return out: screened for what may not be kept, then read by the table it holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from pipelines import catalog
from pipelines.intake.issues import adopt_issue
from pipelines.intake.model import REFERRAL_REGISTER, Return, ReturnKind
from pipelines.intake.parsing.district_form import DistrictParser
from pipelines.intake.parsing.layout import FormTable, check_layout, find_tables, note_hidden_cells
from pipelines.intake.parsing.long_table import LongTable, find_common_unit
from pipelines.intake.parsing.metadata import WorkbookMetadata, read_metadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.pii_screen import screen_for_pii
from pipelines.intake.parsing.read_cells import ReadCells, note_dates, note_links
from pipelines.intake.parsing.register_form import RegisterParser
from pipelines.intake.parsing.reporters import HeaderResolver, ReporterMatch, ReporterResolver
from pipelines.intake.parsing.single_form import ReturnOwner, detect_form, read_single_form
from pipelines.intake.templates.register_template import REGISTER_VERSION
from pipelines.intake.templates.report_subject import CITY
from pipelines.reference.places import Places
from pipelines.spreadsheet import text_cleaning
from pipelines.spreadsheet.model import Workbook

NO_ALIASES: Mapping[str, str] = MappingProxyType({})
_EMPTY = Return("", 0, "single", "", "")


def parse_return(
    book: Workbook, places: Places, today: date, aliases: Mapping[str, str] = NO_ALIASES
) -> Return:
    """What the file says, with every issue at its cell; nothing is read on when personal data is found.

    `aliases` are spellings of places that were confirmed before, and the codes they mean.
    Never raises for what a file holds: a file that is none of our forms is a Return without entries.
    """
    parts = ParseResult()
    tables = find_tables(book)
    if not screen_for_pii(book, tables, parts):
        return replace(_EMPTY, issues=parts.issues)
    chosen = _choose_table(tables, parts)
    if chosen is None:
        return replace(_EMPTY, issues=parts.issues)
    reading = ReturnParser(book, chosen, tables, places, today, parts, aliases)
    made = reading.read()
    cells_read = ReadCells(tables, parts, read_metadata(book, chosen, tables), reading.in_doubt)
    read = Workbook([table.sheet for table in tables], book.kind, book.lane)
    text_issues = text_cleaning.find_text_issues(
        read, cells_read.choose_case, frozenset(parts.counted)
    )
    parts.issues += map(adopt_issue, text_issues)
    parts.issues += [*note_links(book, cells_read), *note_dates(book, cells_read)]
    if not (
        made.nil_return or parts.records or any(e.text for e in parts.entries) or parts.refused
    ):
        parts.add_issue("T016" if made.form == "C" else "T008", chosen.sheet.name)
    return made


def _choose_table(tables: list[FormTable], result: ParseResult) -> FormTable | None:
    """The table the file is about: its form, or else its first register."""
    forms = [t for t in tables if t.family != "register"]
    registers = [t.form for t in tables if t.family == "register"]
    ours = [t for t in tables if t.family == "register" and t.form != REFERRAL_REGISTER]
    # NOTE: a form D register beside a return would be taken in the name of the return's team or point.
    if len(forms) > 1 or len(set(registers)) < len(registers) or 0 < len(ours) < len(tables):
        twice = forms[1] if len(forms) > 1 else tables[-1]
        result.add_issue("T007", twice.sheet.name)
        return None
    chosen = forms[0] if forms else tables[0] if tables else None
    if chosen is None:
        result.add_issue("T002", "")
    return chosen


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

    def read(self) -> Return:
        """The return of the chosen table and of the registers beside it."""
        table, facts = self._resolve_form()
        if table is None or not self._check_layouts() or self._is_newer(table, facts):
            return replace(_EMPTY, issues=self.result.issues)
        note_hidden_cells(table, self.result)
        if table.family == "tidy":
            return self._read_long_table(table, facts)
        if table.family == "register" and table.form != "C":
            return self._city_register(table, facts)
        who = HeaderResolver(facts, table.form, self.places, self.today, self.result, self.aliases)
        quarter = who.resolve_quarter()
        if quarter is None:
            return self._build_return(table, facts, "", "")
        if table.family == "district":
            district = self._owner(lambda: ReporterMatch(who.resolve_district(quarter))).reporter
            if district:
                units = ReporterResolver(self.places, quarter, self.aliases)
                DistrictParser(
                    table,
                    district,
                    quarter.code,
                    self._form_version(table, facts),
                    units,
                    self.result,
                ).read_table()
            return self._build_return(table, facts, district, quarter.code)
        found = self._owner(
            lambda: who.resolve_reporter(quarter, "B" if table.form == "C" else table.form)
        )
        owner = ReturnOwner(found.reporter, quarter.code, found.is_certain)
        if table.family == "single" and owner.reporter:
            read_single_form(
                table, table.form, owner, self._form_version(table, facts), self.result
            )
        made = self._read_registers(facts, owner.reporter, quarter.code)
        return (
            replace(made, nil_return=self._is_nil_return(facts, made))
            if table.form == "C"
            else made
        )

    def _owner(self, find: Callable[[], ReporterMatch]) -> ReporterMatch:
        """Whose file it is; when that is in doubt, nothing of the file may be taken."""
        known = len(self.result.issues)
        found = find()
        self.in_doubt = not (found.reporter and found.is_certain)
        if self.in_doubt:
            self.result.widen(known)
        return found

    def _is_nil_return(self, metadata: WorkbookMetadata, parsed: Return) -> bool:
        """Does form C say that nobody was referred? Not when its lines say otherwise."""
        said = metadata.nil_return_cell
        lines = len({record.record for record in parsed.records})
        if said and lines:
            self.result.add_issue_at("T017", said, n=str(lines))
        return bool(said and parsed.unit and not lines)

    def _resolve_form(self) -> tuple[FormTable | None, WorkbookMetadata]:
        """The table with its form's code, read from the column of codes where the form has one line a field."""
        facts = read_metadata(self.book, self.table, self.tables)
        if self.table.family != "single" or "code" not in self.table.columns:
            return self.table, facts
        form = detect_form(self.table)
        if not form:
            self.result.add_issue("T002", self.table.sheet.name)
            return None, facts
        return replace(self.table, form=form), facts

    def _check_layouts(self) -> bool:
        judged = [check_layout(table, self.result) for table in self.tables]
        return all(judged)

    def _is_newer(self, table: FormTable, metadata: WorkbookMetadata) -> bool:
        """A template of a version we do not know yet is refused, not guessed at."""
        known = self._known_version(table)
        if (metadata.version or 0) > known:
            self.result.add_issue("T014", table.sheet.name, n=metadata.version or 0, limit=known)
        return (metadata.version or 0) > known

    def _known_version(self, table: FormTable) -> int:
        return (
            catalog.forms()[table.form].version
            if table.form in catalog.forms()
            else REGISTER_VERSION
        )

    def _form_version(self, table: FormTable, metadata: WorkbookMetadata) -> int:
        return metadata.version or self._known_version(table)

    def _read_registers(self, metadata: WorkbookMetadata, reporter: str, period: str) -> Return:
        for table in self.tables:
            if table.family == "register" and reporter:
                note_hidden_cells(table, self.result)
                RegisterParser(
                    table, reporter, period or None, self.places, self.result
                ).read_lines()
        form = detect_form(self.table) if self.table.family == "single" else self.table.form
        return self._build_return(replace(self.table, form=form), metadata, reporter, period)

    def _city_register(self, table: FormTable, facts: WorkbookMetadata) -> Return:
        who = HeaderResolver(facts, table.form, self.places, self.today, self.result)
        if not who.is_city():
            return self._build_return(table, facts, "", "")
        return self._read_registers(facts, CITY, "")

    def _read_long_table(self, table: FormTable, facts: WorkbookMetadata) -> Return:
        LongTable(table, facts, self.places, self.today, self.result, self.aliases).read_lines()
        entries = self.result.entries
        form = entries[0].field[0].upper() if entries else ""
        period = max((e.period for e in entries), default="")
        unit = find_common_unit({e.reporter for e in entries}, self.places, period)
        return self._build_return(replace(table, form=form), WorkbookMetadata({}, {}), unit, period)

    def _build_return(
        self, table: FormTable, metadata: WorkbookMetadata, unit: str, period: str
    ) -> Return:
        kind: ReturnKind = table.family
        parts = self.result
        return Return(
            table.form, self._form_version(table, metadata), kind, unit, period, metadata.template_id, metadata.status,
            parts.entries, parts.records, parts.claims, parts.issues,
        )  # fmt: skip
