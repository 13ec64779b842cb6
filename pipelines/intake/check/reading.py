"""What a rule is given: one reporter's values of one quarter with their past, or one line of a register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipelines.intake.check.history import History, Known
from pipelines.reference.periods import Quarter


@dataclass(frozen=True)
class Line:
    """One line of a register: column texts (dates ISO, several choices joined by `;`)."""

    register: str
    reporter: str
    record: str
    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, column: str) -> str:
        return self.texts.get(column, "")

    def day(self, column: str) -> date | None:
        """The date of a column; None when blank or unreadable (the reader has said so already)."""
        try:
            return date.fromisoformat(self.text(column))
        except ValueError:
            return None

    def number(self, column: str) -> int | None:
        text = self.text(column)
        return int(text) if text.isdecimal() else None


@dataclass(frozen=True)
class Reading:
    """One reporter, one quarter: the values just sent and everything accepted before."""

    reporter: str
    form: str
    quarter: Quarter
    values: Mapping[str, int | None]
    history: History = field(default_factory=History)
    known: Known = field(default_factory=Known)
    team_size: tuple[int, int] = (5, 10)
    #: The Form C lines of this return; `with_form_c` tells no lines from no Form C.
    lines: Sequence[Line] = ()
    with_form_c: bool = False

    @property
    def commune(self) -> str:
        """The commune code inside the reporter's id."""
        return self.reporter[2:7]

    def before(self, code: str) -> dict[int, int]:
        """Quarter index to value for the quarters before this one, in order."""
        series = self.history.series(self.reporter, code)
        return {index: series[index] for index in sorted(series) if index < self.quarter.index}

    def previous(self, code: str) -> int | None:
        """The value one quarter ago."""
        return self.history.series(self.reporter, code).get(self.quarter.index - 1)

    def year_to_date(self, *codes: str) -> list[int] | None:
        """Sums since the start of the report year; None when a quarter of the unit's life in it is missing."""
        sums = []
        for code in codes:
            series = self.history.series(self.reporter, code)
            terms = [series.get(index) for index in range(self._year_start, self.quarter.index)]
            terms.append(self.values.get(code))
            if any(term is None for term in terms):
                return None
            sums.append(sum(term for term in terms if term is not None))
        return sums

    @property
    def _year_start(self) -> int:
        unit = self.known.units.get(self.reporter)
        opened = Quarter.on(unit.valid_from).index if unit and unit.valid_from else 0
        return max(opened, Quarter.of(self.quarter.year, 1).index)


@dataclass(frozen=True)
class Page:
    """What a line stands in: all lines of its register, the period's end, the registers and the ledger."""

    lines: Sequence[Line]
    end: date
    today: date
    history: History = field(default_factory=History)
    known: Known = field(default_factory=Known)
