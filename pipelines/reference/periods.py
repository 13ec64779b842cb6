"""The report calendar: quarters and spans of quarters, and texts such as 2022-Q3 that name them.

Report year Y: 15 December Y-1 to 14 December Y; quarters tile it (docs/domain.md 2.1).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipelines.errors import PeriodError

#: `so_far`: the year up to each of its quarters.
Step = Literal["quarter", "half", "year", "so_far"]

#: Quarters in a step that is as long as the others.
QUARTERS: dict[Step, int] = {"quarter": 1, "half": 2, "year": 4}


@dataclass(frozen=True, order=True)
class Quarter:
    """One report quarter; `index` counts quarters since year 0, so neighbours differ by one."""

    index: int

    @classmethod
    def from_number(cls, year: int, number: int) -> "Quarter":
        return cls(year * 4 + number - 1)

    @classmethod
    def containing(cls, day: date) -> "Quarter":
        """Return the report quarter that holds `day`: the 15th opens the next month's reporting."""
        month_index = day.year * 12 + day.month - 1
        if day.day >= 15:
            month_index += 1
        return cls(month_index // 3)

    @property
    def year(self) -> int:
        return self.index // 4

    @property
    def number(self) -> int:
        return self.index % 4 + 1

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def start(self) -> date:
        month = (self.number - 1) * 3
        return date(self.year, month, 15) if month else date(self.year - 1, 12, 15)

    @property
    def end(self) -> date:
        return date(self.year, self.number * 3, 14)

    def plus(self, quarters: int) -> "Quarter":
        return Quarter(self.index + quarters)


@dataclass(frozen=True)
class Span:
    """Whole report quarters from `first` to `last`, both included.

    `finer` marks a question about a month: no form answers it (docs/domain.md 2.2).
    """

    first: Quarter
    last: Quarter
    finer: bool = False

    @property
    def code(self) -> str:
        """The shortest text that reads back as this span."""
        named = _find_code(self.first, len(self))
        if named:
            return named
        if self.first.number == 1 and self.last.number == 4:
            return f"{self.first.year}-Y..{self.last.year}-Y"
        return f"{self.first.code}..{self.last.code}"

    @property
    def start(self) -> date:
        return self.first.start

    @property
    def end(self) -> date:
        return self.last.end

    @property
    def quarters(self) -> list[Quarter]:
        return list(map(Quarter, self.quarter_indexes))

    @property
    def quarter_codes(self) -> list[str]:
        return [quarter.code for quarter in self.quarters]

    @property
    def quarter_indexes(self) -> list[int]:
        return list(range(self.first.index, self.last.index + 1))

    @property
    def whole_years(self) -> bool:
        return self.first.number == 1 and self.last.number == 4

    @property
    def in_one_year(self) -> bool:
        return self.first.year == self.last.year

    def __len__(self) -> int:
        return self.last.index - self.first.index + 1

    def shifted_by(self, quarters: int) -> "Span":
        return Span(self.first.plus(quarters), self.last.plus(quarters), self.finer)

    def split_into(self, step: Step) -> Iterator["Span"]:
        """Yield the quarters, halves or years of the report calendar; ragged ends stay ragged.

        The years so far overlap: one ends with each quarter.
        """
        if step == "so_far":
            for quarter in self.quarters:
                year_start = Quarter.from_number(quarter.year, 1)
                yield Span(max(self.first, year_start), quarter)
            return

        size = QUARTERS[step]
        at = self.first.index
        while at <= self.last.index:
            step_start = at // size * size
            stop = min(step_start + size - 1, self.last.index)
            yield Span(Quarter(at), Quarter(stop))
            at = stop + 1


#: NOTE: a calendar begins at year 1, and a link that asks for ten thousand years would be answered.
_SINGLE = re.compile(
    r"((?:19|20|21)\d{2})-(?:Q([1-4])|H([12])|M(0[1-9]|1[0-2])|(Y))", re.IGNORECASE | re.ASCII
)


def parse_period(text: str) -> Span:
    """Read `2022-Q3`, `2022-H1`, `2022-Y`, `2022-M03` or `A..B`; raises PeriodError otherwise."""
    first, dots, last = text.strip().partition("..")
    head = _parse_single(first, text)
    tail = _parse_single(last, text) if dots else head
    if tail.last < head.first:
        raise PeriodError(f"period {text!r} ends before it starts", text=text)
    return Span(head.first, tail.last, head.finer or tail.finer)


_YEAR = "((?:19|20|21)[0-9]{2})"
_QUARTER = "(?:quý|quí|quy|qui|quarter|q)[ .]*(iv|iii|ii|i|[1-4])"
_HALF = "(?:nửa năm|half|h)[ .]*([12])"
_GAP = "(?:[-/., ]|năm|nam|of)*"
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
#: Spellings of one period and the code each means; the last number is the year's or the part's.
_SPELLINGS = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (f"(?:năm |nam |year )?{_YEAR}", "{0}-Y"),
        (f"{_QUARTER}{_GAP}{_YEAR}", "{1}-Q{0}"),
        (f"{_YEAR}{_GAP}{_QUARTER}", "{0}-Q{1}"),
        (f"{_HALF}{_GAP}{_YEAR}", "{1}-H{0}"),
        (f"{_YEAR}{_GAP}{_HALF}", "{0}-H{1}"),
        (f"(?:6|sáu) tháng đầu {_GAP}{_YEAR}", "{0}-H1"),
        (f"(?:6|sáu) tháng cuối {_GAP}{_YEAR}", "{0}-H2"),
    )
)
_YEARS = re.compile(f"(?:năm |nam )?{_YEAR} ?- ?{_YEAR}")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def read_period(text: str | int) -> Span:
    """Read a period as people write it: 2023, Q3/2022, quý III/2022, 2021-2023, or its code.

    Raises PeriodError. Links and files speak in codes only, which `parse_period` reads.
    """
    plain = unicodedata.normalize("NFC", str(text)).casefold().strip()
    plain = _YEARS.sub(r"\1..\2", _DASHES.sub("-", plain))
    try:
        return parse_period("..".join(_spell_code(part.strip()) for part in plain.split("..")))
    except PeriodError as error:
        raise PeriodError(str(error), text=str(text)) from None


def _spell_code(part: str) -> str:
    """Return the code that a spelling means; the text itself where it is none."""
    for pattern, code in _SPELLINGS:
        match = pattern.fullmatch(part)
        if match:
            return code.format(*(_ROMAN.get(number, number) for number in match.groups()))
    return part


def year_span(number: int) -> Span:
    return Span(Quarter.from_number(number, 1), Quarter.from_number(number, 4))


def _parse_single(text: str, whole: str) -> Span:
    """Return the span of one code; raises PeriodError, which names the whole text."""
    match = _SINGLE.fullmatch(text.strip())
    if not match:
        raise PeriodError(
            f"period {whole!r} is not like 2022-Q3, 2022-H1, 2022-Y or 2021-Y..2023-Y", text=whole
        )

    year_text, quarter, half, month, _ = match.groups()
    year = int(year_text)
    if quarter:
        only = Quarter.from_number(year, int(quarter))
        return Span(only, only)
    if half:
        last = Quarter.from_number(year, int(half) * 2)
        return Span(last.plus(-1), last)
    if month:
        around = Quarter.from_number(year, (int(month) - 1) // 3 + 1)
        return Span(around, around, finer=True)
    return year_span(year)


def _find_code(first: Quarter, length: int) -> str | None:
    """Return the code of a single quarter, half or year, None for any other span."""
    if length == 1:
        return first.code
    if length == 4 and first.number == 1:
        return f"{first.year}-Y"

    is_half = length == 2 and first.number in (1, 3)
    if is_half:
        half = (first.number + 1) // 2
        return f"{first.year}-H{half}"
    return None


def count_days(span: Span) -> int:
    return (span.end - span.start + timedelta(days=1)).days
