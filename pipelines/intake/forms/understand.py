"""A book in, a Return out: screened for what may not be kept, then read by the table it holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from pipelines import catalog
from pipelines.intake import text
from pipelines.intake.cells import Book
from pipelines.intake.forms.district import District
from pipelines.intake.forms.facts import Facts, facts_of
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.read_cells import ReadCells, note_dates, note_links
from pipelines.intake.forms.register import Lines
from pipelines.intake.forms.screen import screen
from pipelines.intake.forms.shape import judge, note_surface
from pipelines.intake.forms.single import Owner, form_of, read_single
from pipelines.intake.forms.tables import Table, find_tables
from pipelines.intake.forms.tidy import Tidy, unit_of
from pipelines.intake.forms.units import Found, Units
from pipelines.intake.forms.who import Who
from pipelines.intake.returns import SLIPS, Kind, Return
from pipelines.intake.template.register import VERSION
from pipelines.intake.template.subject import CITY
from pipelines.reference.places import Places

NO_ALIASES: Mapping[str, str] = MappingProxyType({})
_EMPTY = Return("", 0, "single", "", "")


def understand(book: Book, places: Places, today: date, aliases: Mapping[str, str] = NO_ALIASES) -> Return:
    """What the file says, with every issue at its cell; nothing is read on when personal data is found.

    `aliases` are spellings of places that were confirmed before, and the codes they mean.
    Never raises for what a file holds: a file that is none of our forms is a Return without entries.
    """
    parts = Parts()
    tables = find_tables(book)
    if not screen(book, tables, parts):
        return replace(_EMPTY, issues=parts.issues)
    chosen = _choose(tables, parts)
    if chosen is None:
        return replace(_EMPTY, issues=parts.issues)
    reading = _Reading(book, chosen, tables, places, today, parts, aliases)
    made = reading.read()
    cells_read = ReadCells(tables, parts, facts_of(book, chosen, tables), reading.in_doubt)
    read = Book([table.sheet for table in tables], book.kind, book.lane)
    parts.issues += text.issues(read, cells_read.choose_case, frozenset(parts.counted))
    parts.issues += [*note_links(book, cells_read), *note_dates(book, cells_read)]
    if not (made.nothing or parts.records or any(e.text for e in parts.entries) or parts.refused):
        parts.add("T016" if made.form == "C" else "T008", chosen.sheet.name)
    return made


def _choose(tables: list[Table], parts: Parts) -> Table | None:
    """The table the file is about: its form, or else its first register."""
    forms = [t for t in tables if t.family != "register"]
    registers = [t.form for t in tables if t.family == "register"]
    ours = [t for t in tables if t.family == "register" and t.form != SLIPS]
    # NOTE: a form D register beside a return would be taken in the name of the return's team or point.
    if len(forms) > 1 or len(set(registers)) < len(registers) or 0 < len(ours) < len(tables):
        twice = forms[1] if len(forms) > 1 else tables[-1]
        parts.add("T007", twice.sheet.name)
        return None
    chosen = forms[0] if forms else tables[0] if tables else None
    if chosen is None:
        parts.add("T002", "")
    return chosen


@dataclass
class _Reading:
    book: Book
    table: Table
    tables: list[Table]
    places: Places
    today: date
    parts: Parts
    aliases: Mapping[str, str]
    #: True when nobody can say whose file it is.
    in_doubt: bool = False

    def read(self) -> Return:
        """The return of the chosen table and of the registers beside it."""
        table, facts = self._named()
        if table is None or not self._shaped() or self._is_newer(table, facts):
            return replace(_EMPTY, issues=self.parts.issues)
        note_surface(table, self.parts)
        if table.family == "tidy":
            return self._tidy(table, facts)
        if table.family == "register" and table.form != "C":
            return self._city_register(table, facts)
        who = Who(facts, table.form, self.places, self.today, self.parts, self.aliases)
        quarter = who.quarter()
        if quarter is None:
            return self._made(table, facts, "", "")
        if table.family == "district":
            district = self._owner(lambda: Found(who.district(quarter))).reporter
            if district:
                units = Units(self.places, quarter, self.aliases)
                District(table, district, quarter.code, self._version(table, facts), units, self.parts).read()
            return self._made(table, facts, district, quarter.code)
        found = self._owner(lambda: who.reporter(quarter, "B" if table.form == "C" else table.form))
        owner = Owner(found.reporter, quarter.code, found.sure)
        if table.family == "single" and owner.reporter:
            read_single(table, table.form, owner, self._version(table, facts), self.parts)
        made = self._registers(facts, owner.reporter, quarter.code)
        return replace(made, nothing=self._nothing(facts, made)) if table.form == "C" else made

    def _owner(self, find: Callable[[], Found]) -> Found:
        """Whose file it is; when that is in doubt, nothing of the file may be taken."""
        known = len(self.parts.issues)
        found = find()
        self.in_doubt = not (found.reporter and found.sure)
        if self.in_doubt:
            self.parts.widen(known)
        return found

    def _nothing(self, facts: Facts, made: Return) -> bool:
        """Does form C say that nobody was referred? Not when its lines say otherwise."""
        said = facts.nothing
        lines = len({record.record for record in made.records})
        if said and lines:
            self.parts.at("T017", said, n=str(lines))
        return bool(said and made.unit and not lines)

    def _named(self) -> tuple[Table | None, Facts]:
        """The table with its form's code, read from the column of codes where the form has one line a field."""
        facts = facts_of(self.book, self.table, self.tables)
        if self.table.family != "single" or "code" not in self.table.columns:
            return self.table, facts
        form = form_of(self.table)
        if not form:
            self.parts.add("T002", self.table.sheet.name)
            return None, facts
        return replace(self.table, form=form), facts

    def _shaped(self) -> bool:
        judged = [judge(table, self.parts) for table in self.tables]
        return all(judged)

    def _is_newer(self, table: Table, facts: Facts) -> bool:
        """A template of a version we do not know yet is refused, not guessed at."""
        known = self._known(table)
        if (facts.version or 0) > known:
            self.parts.add("T014", table.sheet.name, n=facts.version or 0, limit=known)
        return (facts.version or 0) > known

    def _known(self, table: Table) -> int:
        return catalog.forms()[table.form].version if table.form in catalog.forms() else VERSION

    def _version(self, table: Table, facts: Facts) -> int:
        return facts.version or self._known(table)

    def _registers(self, facts: Facts, reporter: str, period: str) -> Return:
        for table in self.tables:
            if table.family == "register" and reporter:
                note_surface(table, self.parts)
                Lines(table, reporter, period or None, self.places, self.parts).read()
        form = form_of(self.table) if self.table.family == "single" else self.table.form
        return self._made(replace(self.table, form=form), facts, reporter, period)

    def _city_register(self, table: Table, facts: Facts) -> Return:
        who = Who(facts, table.form, self.places, self.today, self.parts)
        if not who.is_city():
            return self._made(table, facts, "", "")
        return self._registers(facts, CITY, "")

    def _tidy(self, table: Table, facts: Facts) -> Return:
        Tidy(table, facts, self.places, self.today, self.parts, self.aliases).read()
        entries = self.parts.entries
        form = entries[0].field[0].upper() if entries else ""
        period = max((e.period for e in entries), default="")
        unit = unit_of({e.reporter for e in entries}, self.places, period)
        return self._made(replace(table, form=form), Facts({}, {}), unit, period)

    def _made(self, table: Table, facts: Facts, unit: str, period: str) -> Return:
        kind: Kind = table.family
        parts = self.parts
        return Return(
            table.form, self._version(table, facts), kind, unit, period, facts.template_id, facts.status,
            parts.entries, parts.records, parts.claims, parts.issues,
        )  # fmt: skip
