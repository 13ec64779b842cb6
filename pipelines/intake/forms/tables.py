"""A book in, the tables that look like one of our forms out: which sheet, which row, which columns."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pipelines import catalog
from pipelines.intake.cells import Book, Cell, Sheet
from pipelines.intake.forms.fold import fold
from pipelines.intake.template.layout import COMMUNE, QUALIFIER, form_fields
from pipelines.intake.template.words import spellings

Family = Literal["single", "district", "register", "tidy"]
#: Headers of the tidy table, in both languages.
TIDY = {
    "unit": ("unit", "đơn vị", "mã đơn vị"),
    "period": ("period", "kỳ", "kỳ báo cáo"),
    "code": ("code", "mã", "mã chỉ tiêu"),
    "value": ("value", "giá trị", "số liệu"),
    "qualifier": ("qualifier", "dấu"),
    "note": ("note", "ghi chú"),
}
SINGLE = ("code", "label", "unit", "previous", "value", "qualifier", "note")


@dataclass(frozen=True)
class Table:
    """One table found on a sheet: its header row and the column of each key."""

    sheet: Sheet
    family: Family
    #: Form or register code; empty for forms and tidy tables until their codes are read.
    form: str
    header: int
    columns: dict[str, int]
    #: Keys whose header stands in more than one column.
    repeated: tuple[str, ...]

    @property
    def rows(self) -> list[int]:
        """The rows below the header that hold anything, top down."""
        return sorted({row for row, _ in self.sheet.cells if row > self.header})

    def cell(self, row: int, key: str) -> Cell:
        """The cell of one column; blank when the table has no such column."""
        column = self.columns.get(key)
        found = self.sheet.cells.get((row, column)) if column else None
        return found or Cell(self.sheet.name, row, column or 1, "blank", None, "")


def find_tables(book: Book) -> list[Table]:
    """The best table of each visible sheet, in sheet order; sheets without one are left out."""
    found = (_best(sheet) for sheet in book.sheets if not (sheet.hidden or sheet.very_hidden))
    return [table for table in found if table]


@lru_cache(maxsize=16_384)
def _roles(text: str) -> tuple[tuple[Family, str, str], ...]:
    return _headers().get(fold(text).rstrip(" :*."), ())


@cache
def _headers() -> dict[str, tuple[tuple[Family, str, str], ...]]:
    """Folded header text → every (family, form, key) it may stand for."""
    known: dict[str, list[tuple[Family, str, str]]] = defaultdict(list)
    for key in SINGLE:
        for text in spellings("columns", key):
            known[fold(text)].append(("single", "", key))
    for key, texts in TIDY.items():
        for text in texts:
            known[text].append(("tidy", "", key))
    for form in catalog.forms():
        for field in form_fields(form):
            known[field.code].append(("district", form, field.code))
            known[field.code + QUALIFIER].append(("district", form, field.code + QUALIFIER))
        for key in (COMMUNE, "name", "note"):
            known[key].append(("district", form, key))
    for register, definition in catalog.registers().items():
        for column in definition.columns:
            known[column.code].append(("register", register, column.code))
    return {text: tuple(roles) for text, roles in known.items()}


def _best(sheet: Sheet) -> Table | None:
    seen: dict[tuple[int, Family, str], dict[str, list[int]]] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.kind == "text":
            for family, form, key in _roles(cell.text):
                seen.setdefault((row, family, form), {}).setdefault(key, []).append(column)
    # NOTE: every line of a form holds a code that is also some header; two of a kind are the least a table shows.
    fitting = [(at, keys) for at, keys in seen.items() if len(keys) > 1 and _fits(at, keys)]
    if not fitting:
        return None
    (row, family, form), keys = max(fitting, key=lambda item: (len(item[1]), -item[0][0]))
    repeated = tuple(key for key, columns in keys.items() if len(columns) > 1)
    return Table(sheet, family, form, row, {key: min(columns) for key, columns in keys.items()}, repeated)


def _fits(at: tuple[int, Family, str], keys: dict[str, list[int]]) -> bool:
    _, family, form = at
    if family == "single":
        return len(keys) >= 3 or ("code" in keys and "value" in keys) or ("label" in keys and "value" in keys)
    if family == "tidy":
        return len(keys.keys() & {"unit", "period", "code", "value"}) >= 3
    if family == "register":
        return len(keys) >= 3 and catalog.registers()[form].key in keys
    return len(keys) >= 4 and any(key[0] == form.lower() and key[1:2].isdigit() for key in keys)
