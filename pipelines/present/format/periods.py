"""Report periods and days in words: "2021–2023", "quý III/2022", "6 tháng đầu năm 2022"."""

from datetime import date

from pipelines.catalog import Language
from pipelines.errors import PeriodError
from pipelines.present.i18n import translate
from pipelines.reference.periods import Quarter, Span, parse_period

ROMAN = ("I", "II", "III", "IV")


def format_quarter(at: Quarter, language: Language) -> str:
    """Write one quarter in a sentence: "quý III/2022", "Q3 2022"."""
    return translate(
        "span.quarter", language, roman=ROMAN[at.number - 1], number=at.number, year=at.year
    )


def format_period(period: Span | str, language: Language) -> str:
    """Write a period in a sentence, in the shortest words that name it."""
    span = _read_span(period)
    first, last = span.first, span.last
    if span.whole_years:
        return str(first.year) if span.in_one_year else f"{first.year}–{last.year}"
    if len(span) == 1:
        return format_quarter(first, language)
    if len(span) == 2 and first.number in (1, 3):
        half = (first.number + 1) // 2
        return translate(f"span.half{half}", language, year=first.year)
    return translate(
        "span.range",
        language,
        first=format_quarter(first, language),
        last=format_quarter(last, language),
    )


def _read_span(period: Span | str) -> Span:
    return parse_period(period) if isinstance(period, str) else period


def format_period_in_sentence(period: Span | str, language: Language) -> str:
    """Write a period inside a sentence: "năm 2022", "the first half of 2022"."""
    span = _read_span(period)
    if len(span) == 2 and span.first.number in (1, 3):
        half = (span.first.number + 1) // 2
        return translate(f"span.in_half{half}", language, year=span.first.year)
    text = format_period(span, language)
    return translate("span.year", language, text=text) if span.whole_years else text


def format_tick(at: Quarter, language: Language) -> str:
    """Write one quarter at an axis: "III/22", "Q3 22"."""
    year = f"{at.year % 100:02d}"
    return translate("span.tick", language, roman=ROMAN[at.number - 1], number=at.number, year=year)


def format_day(when: date, language: Language) -> str:
    """Write a day: 20/03/2024 or 20 Mar 2024."""
    if language == "vi":
        return f"{when:%d/%m/%Y}"
    return f"{when.day} {translate(f'month.m{when.month}', language)} {when.year}"


def describe_as_of(day: str, language: Language) -> str:
    """Return that figures stand as of an ISO day; empty where everything received counts."""
    if not day:
        return ""
    when = format_day(date.fromisoformat(day), language)
    return translate("as_of.day", language, day=when)


def format_month(when: date, language: Language) -> str:
    """Write a month: 07/2022 or Jul 2022."""
    if language == "vi":
        return f"{when:%m/%Y}"
    return f"{translate(f'month.m{when.month}', language)} {when.year}"


def format_dates(period: Span | str, language: Language) -> str:
    """Write the days a period covers: 15/12/2020–14/12/2023."""
    span = _read_span(period)
    return f"{format_day(span.start, language)}–{format_day(span.end, language)}"


def is_period_code(code: str) -> bool:
    """Is this the code of a period, and not an article's own words?"""
    try:
        return not parse_period(code).finer
    except PeriodError:
        return False


def start_index(code: str) -> int:
    """Return the index of a period's first quarter, to sort by."""
    return parse_period(code).first.index


def whole_years_code(first: Quarter, code: str) -> str:
    """Return the code of the whole years from a quarter's to the one a period ends in."""
    last_year = parse_period(code).last.year
    first_year = min(first.year, last_year)
    return Span(Quarter.from_number(first_year, 1), Quarter.from_number(last_year, 4)).code


def list_quarters(code: str) -> list[str]:
    """Return the codes of the quarters a period covers."""
    return parse_period(code).quarter_codes


def code_between(first: str, last: str) -> str:
    """Return the code of the period from one quarter to another, whichever comes first."""
    a, b = sorted((first, last))
    return parse_period(f"{a}..{b}").code


def format_quarter_tick(code: str, language: Language) -> str:
    """Write the first quarter of a period's code at an axis."""
    return format_tick(parse_period(code).first, language)


def is_within(code: str, offered: tuple[str, ...]) -> bool:
    """Can `code` be read, and do the offered periods cover it?"""
    if code in offered:
        return True
    try:
        asked = parse_period(code)
    except PeriodError:
        return False
    if asked.finer:
        return False
    covered: set[Quarter] = set()
    for period in offered:
        covered.update(parse_period(period).quarters)
    return covered.issuperset(asked.quarters)
