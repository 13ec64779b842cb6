"""The report period a cell names, or the quarters it may mean so that the officer can be asked.

Nothing is rounded: a date, a month, a year or a half is never read as the quarter that holds it.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from functools import cache, lru_cache

from pipelines import catalog
from pipelines.errors import PeriodError
from pipelines.intake.cells import Cell
from pipelines.intake.forms.fold import fold
from pipelines.reference import periods
from pipelines.reference.periods import Quarter

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
YEARS = range(2010, 2100)

#: A quarter as a name mentions it: the year is None where none stands beside it.
Mention = tuple[int | None, int]


def read_quarter(text: str) -> Quarter | None:
    """The quarter that `2022-Q3 (từ …)`, `Quý III năm 2022` or `Q3/2022` names, else None.

    The whole text must say so: only the quarter's own first and last day may stand behind it.
    """
    plain = _normalise(text)
    for form in _CERTAIN:
        if found := form.fullmatch(plain):
            quarter = Quarter.of(int(found["year"]), _NUMBERS[found["number"]])
            return quarter if not found["span"] or _has_days(quarter, found["span"]) else None
    alone = _ONLY_SPAN.fullmatch(plain)
    last = _last_day(alone["span"]) if alone else None
    if alone is None or last is None:
        return None
    return Quarter.on(last) if _has_days(Quarter.on(last), alone["span"]) else None


def read_cell(cell: Cell) -> Quarter | None:
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
    dated = [Quarter.of(year, number) for year, number in mentions if year is not None]
    return bool(dated) and min(dated) <= quarter <= max(dated)


def name_mentions(mentions: tuple[Mention, ...]) -> str:
    """`2024-Q4, Q2`: the mentions as an officer reads them."""
    names = (f"{year}-Q{number}" if year else f"Q{number}" for year, number in mentions)
    return ", ".join(dict.fromkeys(names))


@cache
def since(form: str) -> Quarter:
    """The first quarter a form was in use; the pilot's referrals are older than form B they came to stand on."""
    forms = catalog.forms()
    return min(periods.parse(known.since).first for code, known in forms.items() if code == form or form not in forms)


def is_future(text: str, today: date) -> bool:
    """True when `text` names a month or span that begins after `today`, even one no form asks for."""
    month = _MONTH.match(fold(text))
    if month:
        return (int(month[1]), int(month[2])) > (today.year, today.month + 1)
    try:
        return periods.parse(text).start > today
    except PeriodError:
        return False


def _normalise(text: str) -> str:
    """One kind of letter, digit, dash and space (`Ⅲ` is `iii`), small; empty for a long text."""
    if len(text) > _LONGEST:
        return ""
    return fold(_DASH.sub("-", unicodedata.normalize("NFKC", text)))


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
    if not found or not found[6] or int(found[6]) not in YEARS:
        return None
    try:
        return date(int(found[6]), int(found[5]), int(found[4]))
    except ValueError:
        return None


def _guess(plain: str) -> list[Quarter]:
    """What a text may mean: the quarters it mentions, its days and months, or all of its year."""
    found = [Quarter.of(year, number) for year, number in find_mentions(plain) if year is not None]
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
        return periods.parse(plain).quarters
    years = [int(year) for year in _BARE_YEAR.findall(plain)]
    return [Quarter.of(year, number) for year in years for number in (1, 2, 3, 4)]


def _dates(plain: str) -> Iterator[tuple[int, int, int]]:
    """Day, month and year of every date in a text."""
    for one in _DATE.finditer(plain):
        yield int(one[1]), int(one[2]), int(one[3])
    for one in _ISO_DATE.finditer(plain):
        yield int(one[3]), int(one[2]), int(one[1])


def _of_day(day: date) -> list[Quarter]:
    """What a date may mean: Excel makes the first of a month of `4/2024`."""
    if day.year not in YEARS:
        return []
    return [*(_of_month(day.month, day.year) if day.day == 1 else []), Quarter.on(day)]


def _of_month(month: int, year: int) -> list[Quarter]:
    """What `4/2024` may mean: the fourth quarter, or the quarter of April."""
    asked = [Quarter.of(year, month)] if 1 <= month <= 4 else []
    return [*asked, Quarter.of(year, (month - 1) // 3 + 1)] if 1 <= month <= 12 else []
