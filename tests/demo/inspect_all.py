"""The demonstration as the intake would judge it, without a workbook in between: returns in, issues out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from pipelines import catalog
from pipelines.demo.registers import Line
from pipelines.demo.team_returns import Returns
from pipelines.intake.check import History, Known, Unit, check
from pipelines.intake.history import exists
from pipelines.intake.issues import Issue
from pipelines.intake.returns import Entry, Record, Return
from pipelines.reference.periods import Quarter
from pipelines.settings import Settings

SETTINGS = Settings(home=Path("nowhere"))
TODAY = date(2024, 1, 10)
Lines = Mapping[tuple[str, Quarter], list[Line]]


def known(registers: Mapping[str, list[Line]]) -> Known:
    units = {str(line[catalog.registers()[r].key]): _unit(line) for r in ("D1", "D3") for line in registers[r]}
    return Known(units, tuple(_unit(line) for line in registers["D4"]), exists)


def _unit(line: Line) -> Unit:
    days = (line.get("valid_from"), line.get("valid_to"))
    return Unit(str(line["commune"]), *(date.fromisoformat(str(day)) if day else None for day in days))


def register_issues(registers: Mapping[str, list[Line]]) -> list[Issue]:
    found = []
    for code, lines in registers.items():
        ret = Return(code, 1, "register", "HN", "", records=records(code, "HN", None, lines))
        found += check(ret, History(), Known(exists=exists), SETTINGS, today=TODAY)
    return found


def return_issues(form: str, returns: Returns, lines: Lines, registers: Mapping[str, list[Line]]) -> Iterator[Issue]:
    """Every return in the order of time, each with all earlier ones as its past."""
    past, slips = Past(), known(registers)
    for (reporter, quarter), row in sorted(returns.values.items(), key=lambda item: (item[0][1], item[0][0])):
        own = lines.get((reporter, quarter), [])
        entries = [_entry(form, reporter, quarter, code, value) for code, value in row.items()]
        written = records("C", reporter, quarter.code, own)
        ret = Return(form, 1, "single", reporter, quarter.code, entries=entries, records=written)
        yield from check(ret, past.history, slips, SETTINGS, today=TODAY)
        past.add(reporter, quarter, row, own)


class Past:
    def __init__(self) -> None:
        self.values: dict[tuple[str, str], dict[int, int]] = {}
        self.lines: dict[str, dict[str, dict[str, str]]] = {}

    @property
    def history(self) -> History:
        return History(self.values, self.lines)

    def add(self, reporter: str, quarter: Quarter, row: Mapping[str, int], lines: Iterable[Line]) -> None:
        for code, value in row.items():
            self.values.setdefault((reporter, code), {})[quarter.index] = value
        for line in lines:
            texts = {column: str(value) for column, value in line.items()}
            self.lines.setdefault(reporter, {})[texts["referral_id"]] = texts


def _entry(form: str, reporter: str, quarter: Quarter, code: str, value: int) -> Entry:
    return Entry(reporter, quarter.code, code, str(value), value, None, "accepted", f"Mẫu {form}", code)


def records(register: str, reporter: str, period: str | None, lines: Iterable[Line]) -> list[Record]:
    key = catalog.registers()[register].key
    return [
        Record(
            register, reporter, period, str(line[key]), column, str(value), f"Mẫu {register}", f"{column}:{line[key]}"
        )
        for line in lines
        for column, value in line.items()
    ]
