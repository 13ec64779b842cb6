"""Read the quarter that a cell, a title or a file's name means; never guess between two."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache, lru_cache

from pipelines import catalog
from pipelines.errors import PeriodError
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.metadata import WorkbookMetadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.reference import periods
from pipelines.reference.periods import Quarter
from pipelines.spreadsheet.model import Cell

_NUMBERS = {
    "iv": 4, "iii": 3, "ii": 2, "i": 1, "4": 4, "3": 3, "2": 2, "1": 1,
    "một": 1, "nhất": 1, "hai": 2, "nhì": 2, "ba": 3, "bốn": 4, "tư": 4,
}  # fmt: skip
#: NOTE: no spelt number after a bare q: "Q. Ba Đình" and "Q. Hai Bà Trưng" are districts.
#: NOTE: the mark on the wrong letter, `Qúy`, is the commonest slip of the keyboard.
_WORD = r"(?:quarter|quý|quí|qúy|qúi|quy|qui|q)(?: (?:thứ|thu|số|so))?"
_QUARTER = _WORD + r"[. _]*(?P<number>iv|iii|ii|i|[1-4](?!\d))"
_SPELT = r"(?:quý|quí|qúy|qúi) (?:thứ )?(?P<number>một|nhất|hai|nhì|ba|bốn|tư)"
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
_ONLY_YEAR = re.compile(rf"{_LEAD}(?:cả )?(?:năm |nam )?{_YEAR}", re.ASCII)
_DASH = re.compile("[\u2010-\u2015\u2212]")
#: `IV/2022`, `Kỳ III năm 2022`, `Quý 4/24`: not certain, but the likeliest reading.
_ROMAN_AND_YEAR = re.compile(rf"(?<!\w)(?P<number>iv|iii|ii|i){_GAP}(?P<year>{_YEARS})(?!\d)")
_SHORT_YEAR = re.compile(rf"{_BEGIN}{_QUARTER}(?:[-/.' ]|năm|nam)+(?P<year>\d\d)(?!\d)", re.ASCII)
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
    """Return the quarter that `2022-Q3 (từ …)`, `Quý III năm 2022` or `Q3/2022` names, else None.

    The whole text must say so: only the quarter's own first and last day may stand behind it.
    """
    plain = _normalise(text)
    for pattern in _CERTAIN:
        match = pattern.fullmatch(plain)
        if match:
            return _read_match(match)
    alone = _ONLY_SPAN.fullmatch(plain)
    return _read_span(alone["span"]) if alone else None


def _read_match(match: re.Match[str]) -> Quarter | None:
    """Return the quarter matched, unless days behind it are not its own."""
    quarter = Quarter.from_number(int(match["year"]), _NUMBERS[match["number"]])
    if match["span"] and not _has_days(quarter, match["span"]):
        return None
    return quarter


def _read_span(span: str) -> Quarter | None:
    """Return the quarter whose first and last day a span names, else None."""
    last = _last_day(span)
    if last is None:
        return None
    quarter = Quarter.containing(last)
    return quarter if _has_days(quarter, span) else None


def read_quarter_cell(cell: Cell) -> Quarter | None:
    """Return the quarter a cell names in words; None for a date, which Excel makes of `4/2024`."""
    return read_quarter(cell.value) if isinstance(cell.value, str) else None


def date_of(cell: Cell) -> date | None:
    """Return the day a cell holds, when it holds one."""
    if isinstance(cell.value, datetime):
        return cell.value.date()
    return cell.value if isinstance(cell.value, date) else None


def possible_quarters(cell: Cell) -> list[Quarter]:
    """List the quarters that a cell which names none for certain may mean, the likeliest first."""
    day = date_of(cell)
    quarters = _guess_day(day) if day else _guess_text(_normalise(cell.text))
    return list(dict.fromkeys(quarters))[:_OFFERED]


@lru_cache(maxsize=4_096)
def find_mentions(text: str) -> tuple[Mention, ...]:
    """Return the quarters that a file's or sheet's name or a title mentions.

    A year counts only beside its quarter: others are the day of sending or the year of a rule.
    """
    mentions: list[Mention] = []
    for match in _MENTION.finditer(_normalise(text)):
        number = _NUMBERS[match["number"]]
        years = [year for year in match.group("before", "after") if year]
        mentions += [(int(year), number) for year in years] or [(None, number)]
    return tuple(mentions)


def fits(mentions: tuple[Mention, ...], quarter: Quarter) -> bool:
    """True when there is no mention, or one is the quarter, or they span it."""
    if not mentions:
        return True
    if (quarter.year, quarter.number) in mentions or (None, quarter.number) in mentions:
        return True
    dated = _dated_quarters(mentions)
    return bool(dated) and min(dated) <= quarter <= max(dated)


def name_mentions(mentions: tuple[Mention, ...]) -> str:
    """Write the mentions as an officer reads them: `2024-Q4, Q2`."""
    names = [f"{year}-Q{number}" if year else f"Q{number}" for year, number in mentions]
    return ", ".join(dict.fromkeys(names))


@cache
def first_quarter(form: str) -> Quarter:
    """Return the first quarter a form was in use; of any form for a code that is none.

    The pilot's referrals are older than form B they came to stand on.
    """
    forms = catalog.forms()
    asked = [forms[form]] if form in forms else list(forms.values())
    return min(periods.parse_period(known.since).first for known in asked)


def is_future(text: str, today: date) -> bool:
    """True when `text` names a month or span that begins after `today`.

    The month may be one no form asks for.
    """
    month = _MONTH.match(fold_text(text))
    if month:
        return (int(month[1]), int(month[2])) > (today.year, today.month + 1)
    try:
        return periods.parse_period(text).start > today
    except PeriodError:
        return False


def _normalise(text: str) -> str:
    """Write a text in one kind of letter, digit, dash and space, small; empty for a long text.

    `Ⅲ` becomes `iii`.
    """
    if len(text) > _LONGEST:
        return ""
    return fold_text(_DASH.sub("-", unicodedata.normalize("NFKC", text)))


def _has_days(quarter: Quarter, span: str) -> bool:
    """True when the span is from the quarter's first day to its last."""
    match = re.fullmatch(_SPAN, span, re.ASCII)
    if not match:
        return False
    starts = _is_day(match.group(1, 2, 3), quarter.start)
    return starts and _is_day(match.group(4, 5, 6), quarter.end)


def _is_day(parts: Sequence[str | None], day: date) -> bool:
    """Are day, month and year those of `day`? The year may be left out."""
    numbers = [int(part) if part else day.year for part in parts]
    return numbers == [day.day, day.month, day.year]


def _last_day(span: str) -> date | None:
    """Return the last day of a span that says its year, else None."""
    match = re.fullmatch(_SPAN, span, re.ASCII)
    if not match or not match[6]:
        return None
    day, month, year = int(match[4]), int(match[5]), int(match[6])
    if year not in VALID_YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _guess_text(plain: str) -> list[Quarter]:
    """List what a text may mean: the quarters it mentions, its days and months, or its year's."""
    quarters = [*_dated_quarters(find_mentions(plain)), *_guess_days(plain)]
    return quarters or _guess_short(plain) or _guess_months(plain) or _guess_year(plain)


def _guess_short(plain: str) -> list[Quarter]:
    """List the quarters of a Roman number beside a year, and of a year in two digits."""
    quarters: list[Quarter] = []
    for match in (*_ROMAN_AND_YEAR.finditer(plain), *_SHORT_YEAR.finditer(plain)):
        year = int(match["year"]) % 2000 + 2000
        quarters.append(Quarter.from_number(year, _NUMBERS[match["number"]]))
    return quarters


def _dated_quarters(mentions: tuple[Mention, ...]) -> list[Quarter]:
    """Return the quarters that are mentioned with their year."""
    return [Quarter.from_number(year, number) for year, number in mentions if year is not None]


def _guess_days(plain: str) -> list[Quarter]:
    quarters: list[Quarter] = []
    for day, month, year in _find_dates(plain):
        with suppress(ValueError):
            quarters += _guess_day(date(year, month, day))
    return quarters


def _guess_months(plain: str) -> list[Quarter]:
    quarters: list[Quarter] = []
    for month, year in _MONTH_AND_YEAR.findall(plain):
        quarters += _guess_month(int(month), int(year))
    for year, month in _YEAR_AND_MONTH.findall(plain):
        quarters += _guess_month(int(month), int(year))
    return quarters


def read_longer_period(text: str) -> list[Quarter]:
    """List the quarters of a year or half that the whole text names; empty for anything else."""
    plain = _normalise(text)
    year = _ONLY_YEAR.fullmatch(plain)
    if year:
        return [Quarter.from_number(int(year["year"]), number) for number in (1, 2, 3, 4)]
    with suppress(PeriodError):
        quarters = periods.parse_period(plain).quarters
        return quarters if len(quarters) > 1 else []
    return []


def _guess_year(plain: str) -> list[Quarter]:
    """List the quarters of a half or a year."""
    with suppress(PeriodError):
        return periods.parse_period(plain).quarters
    years = list(map(int, _BARE_YEAR.findall(plain)))
    return [Quarter.from_number(year, number) for year in years for number in (1, 2, 3, 4)]


def _find_dates(plain: str) -> Iterator[tuple[int, int, int]]:
    """Yield day, month and year of every date in a text."""
    for day, month, year in _DATE.findall(plain):
        yield int(day), int(month), int(year)
    for year, month, day in _ISO_DATE.findall(plain):
        yield int(day), int(month), int(year)


def _guess_day(day: date) -> list[Quarter]:
    """List what a date may mean: Excel makes the first of a month of `4/2024`."""
    if day.year not in VALID_YEARS:
        return []
    quarters = _guess_month(day.month, day.year) if day.day == 1 else []
    return [*quarters, Quarter.containing(day)]


def _guess_month(month: int, year: int) -> list[Quarter]:
    """List what `4/2024` may mean: the fourth quarter, or the quarter of April."""
    if month not in range(1, 13):
        return []
    of_month = Quarter.from_number(year, (month - 1) // 3 + 1)
    return [Quarter.from_number(year, month), of_month] if month <= 4 else [of_month]


def read_period(
    cell: Cell, form: str, facts: WorkbookMetadata, today: date, result: ParseResult
) -> Quarter | None:
    """Return the quarter a cell names; None, with an issue, when unsure.

    The issue says what the cell may mean.
    """
    quarter = read_quarter_cell(cell)
    if is_future(cell.text, today) or (quarter and quarter.start > today):
        result.add_issue_at("V012", cell)
        return None
    if quarter is None:
        _ask_period(cell, facts, result)
        return None
    first = first_quarter(form)
    if quarter < first:
        result.add_issue_at("V031", cell, name=first.code)
        return None
    return quarter


def _ask_period(cell: Cell, facts: WorkbookMetadata, result: ParseResult) -> None:
    """Note what stands in the cell and what it may mean, first what the form was issued for."""
    longer = read_longer_period(cell.text)
    if longer:
        codes = ", ".join(quarter.code for quarter in longer)
        result.add_issue_at("V013", cell, case="longer", name=codes)
        return
    names = _offer_quarters(cell, facts)
    day = date_of(cell)
    if not cell.text.strip():
        result.add_issue_at("V035", cell)
    elif day:
        result.add_issue("V033", cell.sheet, cell.address, f"{day:%d/%m/%Y}", name=names or "?")
    else:
        result.add_issue_at("V013" if names else "V034", cell, name=names)


def _offer_quarters(cell: Cell, facts: WorkbookMetadata) -> str:
    """Name the quarters a cell may mean, `2022-Q3, 2022-Q2`; empty when there is none."""
    codes = [quarter.code for quarter in possible_quarters(cell)]
    hidden = facts.hidden.get("period")
    issued = read_quarter(hidden.text) if hidden else None
    if issued:
        codes.insert(0, issued.code)
    return ", ".join(dict.fromkeys(codes))
