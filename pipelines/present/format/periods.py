"""Report periods and days in, words out: "2021–2023", "quý III/2022", "6 tháng đầu năm 2022", 20/03/2024."""

from datetime import date

from pipelines.catalog import Language
from pipelines.errors import PeriodError
from pipelines.present.i18n import translate
from pipelines.reference.periods import Quarter, Span, parse_period

ROMAN = ("I", "II", "III", "IV")


def format_quarter(at: Quarter, language: Language) -> str:
    """One quarter in a sentence: "quý III/2022", "Q3 2022"."""
    return translate(
        "span.quarter", language, roman=ROMAN[at.number - 1], number=at.number, year=at.year
    )


def format_period(period: Span | str, language: Language) -> str:
    """A period in a sentence, in the shortest words that name it."""
    period = parse_period(period) if isinstance(period, str) else period
    if period.whole_years:
        return (
            str(period.first.year)
            if period.in_one_year
            else f"{period.first.year}–{period.last.year}"
        )
    if len(period) == 1:
        return format_quarter(period.first, language)
    if len(period) == 2 and period.first.number in (1, 3):
        return translate(
            f"span.half{(period.first.number + 1) // 2}", language, year=period.first.year
        )
    return translate(
        "span.range",
        language,
        first=format_quarter(period.first, language),
        last=format_quarter(period.last, language),
    )


def format_period_in_sentence(period: Span | str, language: Language) -> str:
    """A period inside a sentence, where a bare 2022 would be read as a number: "năm 2022"."""
    period = parse_period(period) if isinstance(period, str) else period
    text = format_period(period, language)
    return translate("span.year", language, text=text) if period.whole_years else text


def format_tick(at: Quarter, language: Language) -> str:
    """One quarter on an axis: "III/22", "Q3 22"."""
    year = f"{at.year % 100:02d}"
    return translate("span.tick", language, roman=ROMAN[at.number - 1], number=at.number, year=year)


def format_day(when: date, language: Language) -> str:
    """20/03/2024 or 20 Mar 2024."""
    if language == "vi":
        return f"{when:%d/%m/%Y}"
    return f"{when.day} {translate(f'month.m{when.month}', language)} {when.year}"


def format_month(when: date, language: Language) -> str:
    """07/2022 or Jul 2022."""
    return (
        f"{when:%m/%Y}"
        if language == "vi"
        else f"{translate(f'month.m{when.month}', language)} {when.year}"
    )


def format_dates(period: Span | str, language: Language) -> str:
    """The days a period covers: 15/12/2020–14/12/2023."""
    period = parse_period(period) if isinstance(period, str) else period
    return f"{format_day(period.start, language)}–{format_day(period.end, language)}"


def is_period_code(code: str) -> bool:
    """Is this the code of a period, and not an article's own words?"""
    try:
        return not parse_period(code).finer
    except PeriodError:
        return False


def start_index(code: str) -> int:
    """The index of a period's first quarter, to sort by."""
    return parse_period(code).first.index


def whole_years_code(first: Quarter, code: str) -> str:
    """The code of the whole years from a quarter's to the one a period ends in."""
    last = parse_period(code).last.year
    return Span(Quarter.from_number(min(first.year, last), 1), Quarter.from_number(last, 4)).code


def list_quarters(code: str) -> list[str]:
    """The codes of the quarters a period covers."""
    return [q.code for q in parse_period(code).quarters]


def code_between(first: str, last: str) -> str:
    """The code of the period from one quarter to another, whichever comes first."""
    a, b = sorted((first, last))
    return parse_period(f"{a}..{b}").code


def format_quarter_tick(code: str, language: Language) -> str:
    return format_tick(parse_period(code).first, language)


def is_within(code: str, offered: tuple[str, ...]) -> bool:
    """Can `code` be read, and do the offered periods cover it?"""
    if code in offered:
        return True
    try:
        asked = parse_period(code)
    except PeriodError:
        return False
    covered = {q for o in offered for q in parse_period(o).quarters}
    return not asked.finer and set(asked.quarters) <= covered
