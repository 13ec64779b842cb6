"""What a workbook says about itself: above its tables, in the sheet `_caunoi`, in its names."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache

from pipelines import catalog
from pipelines.errors import PeriodError
from pipelines.intake.model import DataStatus
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.templates.dropdowns import enum_codes
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import IDENTITY_KEYS, IDENTITY_SHEET
from pipelines.reference import periods
from pipelines.reference.periods import Quarter
from pipelines.spreadsheet.model import Cell, Sheet, Workbook

#: How far right of its label a fact may stand.
_REACH = 8
_UNIT = re.compile(r"[DP]-\d{5}|\d{3}|HN")
_NAMES = ("unit", "code", "period", "status", "lines")


@dataclass(frozen=True)
class WorkbookMetadata:
    """What the officer sees, and what our hidden sheet says; where they differ nobody is right."""

    hidden: dict[str, Cell]
    #: The cell beside each label; the one of the period may be blank, the others are left out then.
    visible: dict[str, Cell]
    #: Further cells beside the same labels, also on the sheets of the registers in the workbook.
    further: tuple[tuple[str, Cell], ...] = ()
    #: Other texts above the tables, such as titles.
    titles: tuple[Cell, ...] = ()
    file_name: str = ""
    sheet_names: tuple[str, ...] = ()

    @property
    def version(self) -> int | None:
        text = self._hidden_text("version")
        return int(text) if text.isdigit() and len(text) < 4 else None

    @property
    def template_id(self) -> str:
        return self._hidden_text("template_id")

    @property
    def unit(self) -> str:
        """The hidden unit, when it looks like one of ours."""
        text = self._hidden_text("unit")
        return text if _UNIT.fullmatch(text) else ""

    @property
    def nil_return_cell(self) -> Cell | None:
        """The cell that says that nobody was referred."""
        cell = self.visible.get("lines")
        return cell if cell and enum_codes("lines").get(fold_text(cell.text)) == "none" else None

    @property
    def status(self) -> DataStatus:
        cell = self.visible.get("status")
        hidden = self._hidden_text("data_status")
        chosen = enum_codes("data_status").get(fold_text(cell.text)) if cell else hidden
        return "estimate" if chosen == "estimate" else "final"

    def find_statement(self, name: str) -> Cell | None:
        """The cell that says a fact: the officer's, or else the one of our hidden sheet."""
        return self.visible.get(name) or self.hidden.get(name)

    def others(self, name: str) -> list[Cell]:
        """The further cells beside one label."""
        return [cell for label, cell in self.further if label == name and cell.kind != "blank"]

    def _hidden_text(self, name: str) -> str:
        return self.hidden[name].text if name in self.hidden else ""


def read_metadata(book: Workbook, table: FormTable, tables: list[FormTable]) -> WorkbookMetadata:
    """The facts of one table; the other tables of the workbook add what they say about the same."""
    visible: dict[str, Cell] = {}
    further: list[tuple[str, Cell]] = []
    titles: list[Cell] = []
    for one in [table, *(other for other in tables if other.sheet is not table.sheet)]:
        for name, cell in _block(one.sheet, one.header):
            if not name:
                titles.append(cell)
            elif name in visible or one.sheet is not table.sheet:
                further.append((name, cell))
            elif cell.kind != "blank" or name == "period":
                visible[name] = cell
    names = tuple(one.sheet.name for one in tables) if book.kind == "xlsx" else ()
    hidden = _identity_cells(book)
    return WorkbookMetadata(hidden, visible, tuple(further), tuple(titles), book.name, names)


def read_identity(book: Workbook) -> dict[str, str]:
    """The key and value rows of `_caunoi`; empty when the file is none of our templates."""
    return {name: cell.text for name, cell in _identity_cells(book).items()}


def _identity_cells(book: Workbook) -> dict[str, Cell]:
    sheet = book.find_sheet(IDENTITY_SHEET)
    if sheet is None:
        return {}
    return {
        cell.text: value
        for (row, column), cell in sheet.cells.items()
        if column == 1
        and cell.text in IDENTITY_KEYS
        and (value := sheet.cells.get((row, 2)))
        and value.kind != "blank"
    }


@cache
def _labels() -> dict[str, str]:
    return {fold_text(get_label("heading", name)): name for name in _NAMES}


def _block(sheet: Sheet, header: int) -> Iterator[tuple[str, Cell]]:
    """The facts above a header with their labels' names, then the other texts without one."""
    used: set[tuple[int, int]] = set()
    above = [cell for (row, _), cell in sheet.cells.items() if row < header and cell.kind == "text"]
    for label in above:
        name, value = _fact(sheet, label)
        if name:
            used |= {(label.row, label.col), (value.row, value.col)}
            yield name, value
    for cell in above:
        if (cell.row, cell.col) not in used:
            yield "", cell


def _fact(sheet: Sheet, cell: Cell) -> tuple[str, Cell]:
    """The fact whose label a cell holds: its name and its value, behind a colon or to the right."""
    text = fold_text(cell.text)
    if name := _labels().get(text.rstrip(" :")):
        return name, _find_value_right(sheet, cell)
    label, colon, _ = text.partition(":")
    name = _labels().get(label.strip(), "") if colon else ""
    value = cell.text.partition(":")[2].strip()
    return (name, cell._replace(value=value, text=value)) if name else ("", cell)


def _find_value_right(sheet: Sheet, cell: Cell) -> Cell:
    """The first filled cell to the right of a label; the next one, blank, when there is none."""
    right = (sheet.get_cell(cell.row, at) for at in range(cell.col + 1, cell.col + _REACH))
    found = next((one for one in right if one.kind != "blank"), None)
    is_label = found is not None and fold_text(found.text).rstrip(" :") in _labels()
    return sheet.get_cell(cell.row, cell.col + 1) if found is None or is_label else found


_NUMBERS = {
    "iv": 4, "iii": 3, "ii": 2, "i": 1, "4": 4, "3": 3, "2": 2, "1": 1,
    "một": 1, "nhất": 1, "hai": 2, "nhì": 2, "ba": 3, "bốn": 4, "tư": 4,
}  # fmt: skip
#: NOTE: no spelt number after a bare q: "Q. Ba Đình" and "Q. Hai Bà Trưng" are districts.
_QUARTER = r"(?:quarter|quý|quí|quy|qui|q)[. _]*(?P<number>iv|iii|ii|i|[1-4])"
_SPELT = r"(?:quý|quí) (?:thứ )?(?P<number>một|nhất|hai|nhì|ba|bốn|tư)"
_YEARS = r"(?:19|20|21)\d\d"
_YEAR = rf"(?P<year>{_YEARS})"
_GAP = r"(?:[-/.,:_ ]|năm|nam|of)*"
_LEAD = r"(?:(?:kỳ|ky|báo cáo|bao cao|bc|period|report)[ :]*)*"
_DAY = r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?"
_TO = r" ?(?:đến|den|tới|to|-) ?(?:hết )?"
_SPAN = rf"\(?(?:từ|tu|from)? ?(?:ngày )?{_DAY}{_TO}(?:ngày )?{_DAY}\)?"
#: A quarter with its year in either order, and perhaps its first and last day behind it.
_CERTAIN = tuple(
    re.compile(rf"{_LEAD}{order}[ .,;:]*(?P<span>{_SPAN})?[ .;]*", re.ASCII)
    for quarter in (_QUARTER, _SPELT)
    for order in (rf"{quarter}{_GAP}{_YEAR}", rf"(?:năm |nam )?{_YEAR}{_GAP}{quarter}")
)
_ONLY_SPAN = re.compile(rf"{_LEAD}(?P<span>{_SPAN})", re.ASCII)
#: NOTE: an underscore parts words in file names; the year of a date is not the quarter's.
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
_AFTER = rf"(?={_GAP}(?P<after>{_YEARS})(?!\d)(?![-./]\d))"
_MENTION = re.compile(
    rf"{_BEGIN}(?:(?<!\d[-./])(?P<before>{_YEARS}){_GAP})?{_QUARTER}"
    rf"(?:{_AFTER}|(?(before)(?!\d)|{_END}))"
)
_DATE = re.compile(rf"(?<![\d/.-])(\d{{1,2}})[-/.](\d{{1,2}})[-/.]({_YEARS})(?!\d)", re.ASCII)
_ISO_DATE = re.compile(rf"(?<!\d)({_YEARS})[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?!\d)", re.ASCII)
_MONTH_AND_YEAR = re.compile(rf"(?<![\d/.-])(\d{{1,2}})[-/. ]+({_YEARS})(?!\d)", re.ASCII)
_YEAR_AND_MONTH = re.compile(rf"(?<!\d)({_YEARS})[-/. ](\d{{1,2}})(?![\d/.-])", re.ASCII)
_BARE_YEAR = re.compile(rf"(?<!\d)({_YEARS})(?!\d)", re.ASCII)
_DASH = re.compile("[\u2010-\u2015\u2212]")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?!\d)", re.ASCII)
#: A longer text is a sentence and names no period.
_LONGEST = 200
#: So many quarters are offered to choose from.
_OFFERED = 4
#: Years a return can be about; outside them a date is a slip (serial 60, the 1904 system).
VALID_YEARS = range(2010, 2100)

#: A quarter as a name mentions it: the year is None where none stands beside it.
Mention = tuple[int | None, int]


def read_quarter(text: str) -> Quarter | None:
    """The quarter that `2022-Q3 (từ …)`, `Quý III năm 2022` or `Q3/2022` names, else None.

    The whole text must say so: only the quarter's own first and last day may stand behind it.
    """
    plain = _normalise(text)
    for form in _CERTAIN:
        if found := form.fullmatch(plain):
            quarter = Quarter.from_number(int(found["year"]), _NUMBERS[found["number"]])
            return quarter if not found["span"] or _has_days(quarter, found["span"]) else None
    alone = _ONLY_SPAN.fullmatch(plain)
    last = _last_day(alone["span"]) if alone else None
    if alone is None or last is None:
        return None
    return Quarter.containing(last) if _has_days(Quarter.containing(last), alone["span"]) else None


def read_quarter_cell(cell: Cell) -> Quarter | None:
    """The quarter a cell names in words; None for a date, which Excel makes of `4/2024`."""
    return read_quarter(cell.value) if isinstance(cell.value, str) else None


def date_of(cell: Cell) -> date | None:
    """The day a cell holds, when it holds one."""
    if isinstance(cell.value, datetime):
        return cell.value.date()
    return cell.value if isinstance(cell.value, date) else None


def possible_quarters(cell: Cell) -> list[Quarter]:
    """The quarters that a cell which names none for certain may mean, the likeliest first."""
    day = date_of(cell)
    found = _of_day(day) if day else _guess(_normalise(cell.text))
    return list(dict.fromkeys(found))[:_OFFERED]


@lru_cache(maxsize=4_096)
def find_mentions(text: str) -> tuple[Mention, ...]:
    """The quarters that a file's or sheet's name or a title mentions.

    A year counts only beside its quarter: others are the day of sending or the year of a rule.
    """
    found: list[Mention] = []
    for one in _MENTION.finditer(_normalise(text)):
        number = _NUMBERS[one["number"]]
        years = [int(year) for year in (one["before"], one["after"]) if year]
        found += [(year, number) for year in years] or [(None, number)]
    return tuple(found)


def fits(mentions: tuple[Mention, ...], quarter: Quarter) -> bool:
    """True when there is no mention, or one is the quarter, or they span it."""
    if not mentions or {(quarter.year, quarter.number), (None, quarter.number)} & set(mentions):
        return True
    dated = [Quarter.from_number(year, number) for year, number in mentions if year is not None]
    return bool(dated) and min(dated) <= quarter <= max(dated)


def name_mentions(mentions: tuple[Mention, ...]) -> str:
    """`2024-Q4, Q2`: the mentions as an officer reads them."""
    names = (f"{year}-Q{number}" if year else f"Q{number}" for year, number in mentions)
    return ", ".join(dict.fromkeys(names))


@cache
def first_quarter(form: str) -> Quarter:
    """The first quarter a form was in use; the pilot's referrals are older than form B they came to stand on."""
    forms = catalog.forms()
    return min(
        periods.parse_period(known.since).first
        for code, known in forms.items()
        if code == form or form not in forms
    )


def is_future(text: str, today: date) -> bool:
    """True when `text` names a month or span that begins after `today`, even one no form asks for."""
    month = _MONTH.match(fold_text(text))
    if month:
        return (int(month[1]), int(month[2])) > (today.year, today.month + 1)
    try:
        return periods.parse_period(text).start > today
    except PeriodError:
        return False


def _normalise(text: str) -> str:
    """One kind of letter, digit, dash and space (`Ⅲ` is `iii`), small; empty for a long text."""
    if len(text) > _LONGEST:
        return ""
    return fold_text(_DASH.sub("-", unicodedata.normalize("NFKC", text)))


def _has_days(quarter: Quarter, span: str) -> bool:
    """True when the span is from the quarter's first day to its last."""
    found = re.fullmatch(_SPAN, span, re.ASCII)
    if not found:
        return False
    bounds = ((found.group(1, 2, 3), quarter.start), (found.group(4, 5, 6), quarter.end))
    return all(
        (int(day), int(month), int(year or wanted.year)) == (wanted.day, wanted.month, wanted.year)
        for (day, month, year), wanted in bounds
    )


def _last_day(span: str) -> date | None:
    """The last day of a span that says its year."""
    found = re.fullmatch(_SPAN, span, re.ASCII)
    if not found or not found[6] or int(found[6]) not in VALID_YEARS:
        return None
    try:
        return date(int(found[6]), int(found[5]), int(found[4]))
    except ValueError:
        return None


def _guess(plain: str) -> list[Quarter]:
    """What a text may mean: the quarters it mentions, its days and months, or all of its year."""
    found = [
        Quarter.from_number(year, number)
        for year, number in find_mentions(plain)
        if year is not None
    ]
    for day, month, year in _dates(plain):
        with suppress(ValueError):
            found += _of_day(date(year, month, day))
    return found or _guess_month(plain) or _guess_year(plain)


def _guess_month(plain: str) -> list[Quarter]:
    months = [(int(one[1]), int(one[2])) for one in _MONTH_AND_YEAR.finditer(plain)]
    months += [(int(one[2]), int(one[1])) for one in _YEAR_AND_MONTH.finditer(plain)]
    return [quarter for month, year in months for quarter in _of_month(month, year)]


def _guess_year(plain: str) -> list[Quarter]:
    """The quarters of a half or a year."""
    with suppress(PeriodError):
        return periods.parse_period(plain).quarters
    years = [int(year) for year in _BARE_YEAR.findall(plain)]
    return [Quarter.from_number(year, number) for year in years for number in (1, 2, 3, 4)]


def _dates(plain: str) -> Iterator[tuple[int, int, int]]:
    """Day, month and year of every date in a text."""
    for one in _DATE.finditer(plain):
        yield int(one[1]), int(one[2]), int(one[3])
    for one in _ISO_DATE.finditer(plain):
        yield int(one[3]), int(one[2]), int(one[1])


def _of_day(day: date) -> list[Quarter]:
    """What a date may mean: Excel makes the first of a month of `4/2024`."""
    if day.year not in VALID_YEARS:
        return []
    return [*(_of_month(day.month, day.year) if day.day == 1 else []), Quarter.containing(day)]


def _of_month(month: int, year: int) -> list[Quarter]:
    """What `4/2024` may mean: the fourth quarter, or the quarter of April."""
    asked = [Quarter.from_number(year, month)] if 1 <= month <= 4 else []
    return [*asked, Quarter.from_number(year, (month - 1) // 3 + 1)] if 1 <= month <= 12 else []
