"""Validate the demonstration as the intake does, without a workbook in between."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from pipelines import catalog
from pipelines.demo.register_forms import Line
from pipelines.demo.team_returns import GeneratedReturns
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue, FieldValues, RegisterCell, Return
from pipelines.intake.prior_returns import is_commune_in_force
from pipelines.intake.validation import (
    PriorValues,
    RegisteredUnit,
    RegisterSnapshot,
    validate_return,
)
from pipelines.intake.validation.prior_values import Reports, add_report
from pipelines.reference.periods import Quarter
from pipelines.settings import Settings

SETTINGS = Settings(home=Path("nowhere"))
TODAY = date(2024, 1, 10)
Lines = Mapping[tuple[str, Quarter], list[Line]]


def known(registers: Mapping[str, list[Line]]) -> RegisterSnapshot:
    units = {
        str(line[catalog.registers()[r].key]): _unit(line)
        for r in ("D1", "D3")
        for line in registers[r]
    }
    return RegisterSnapshot(
        units, tuple(_unit(line) for line in registers["D4"]), is_commune_in_force
    )


def _unit(line: Line) -> RegisteredUnit:
    days = (line.get("valid_from"), line.get("valid_to"))
    return RegisteredUnit(
        str(line["commune"]), *(date.fromisoformat(str(day)) if day else None for day in days)
    )


def register_issues(registers: Mapping[str, list[Line]]) -> list[Issue]:
    found = []
    for code, lines in registers.items():
        ret = Return(code, 1, "register", "HN", "", records=records(code, "HN", None, lines))
        found += validate_return(
            ret,
            PriorValues(),
            RegisterSnapshot(is_commune_in_force=is_commune_in_force),
            SETTINGS,
            today=TODAY,
        )
    return found


def return_issues(
    form: str, returns: GeneratedReturns, lines: Lines, registers: Mapping[str, list[Line]]
) -> Iterator[Issue]:
    """Every return in the order of time, each with all earlier ones as its past."""
    past, slips = Past(), known(registers)
    for (reporter, quarter), row in sorted(
        returns.values.items(), key=lambda item: (item[0][1], item[0][0])
    ):
        own = lines.get((reporter, quarter), [])
        entries = [_entry(form, reporter, quarter, code, value) for code, value in row.items()]
        written = records("C", reporter, quarter.code, own)
        ret = Return(
            form,
            1,
            "single",
            reporter,
            quarter.code,
            entries=FieldValues.from_entries(entries),
            records=written,
        )
        yield from validate_return(ret, past.history, slips, SETTINGS, today=TODAY)
        past.add(reporter, quarter, row, own)


class Past:
    def __init__(self) -> None:
        self.reports: dict[str, Reports] = {}
        self.lines: dict[str, dict[str, dict[str, str]]] = {}

    @property
    def history(self) -> PriorValues:
        return PriorValues(self.reports, self.lines)

    def add(
        self, reporter: str, quarter: Quarter, row: Mapping[str, int], lines: Iterable[Line]
    ) -> None:
        add_report(self.reports.setdefault(reporter, {}), quarter.index, row)
        for line in lines:
            texts = {column: str(value) for column, value in line.items()}
            self.lines.setdefault(reporter, {})[texts["referral_id"]] = texts


def _entry(form: str, reporter: str, quarter: Quarter, code: str, value: int) -> FieldValue:
    return FieldValue(
        reporter, quarter.code, code, str(value), value, None, "accepted", f"Mẫu {form}", code
    )


def records(
    register: str, reporter: str, period: str | None, lines: Iterable[Line]
) -> list[RegisterCell]:
    key = catalog.registers()[register].key
    return [
        RegisterCell(
            register,
            reporter,
            period,
            str(line[key]),
            column,
            str(value),
            f"Mẫu {register}",
            f"{column}:{line[key]}",
        )
        for line in lines
        for column, value in line.items()
    ]
