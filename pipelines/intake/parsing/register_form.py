"""Read line lists: the table of form C or of a form D register, one record a cell."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from pipelines import catalog
from pipelines.catalog import RegisterColumn
from pipelines.intake.model import RegisterCell
from pipelines.intake.parsing.counts import parse_count
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.period_text import VALID_YEARS
from pipelines.intake.templates.dropdowns import enum_codes
from pipelines.intake.templates.layout import COMMUNE
from pipelines.intake.templates.register_template import column_enum
from pipelines.reference.csv_tables import active_folder
from pipelines.reference.places import Places
from pipelines.spreadsheet.model import Cell

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
#: The oldest day a register may hold.
EARLIEST_DATE = date(1990, 1, 1)


def read_day(cell: Cell) -> date | None:
    """Read the day a cell holds; None when it holds none.

    Text is day/month/year, as Vietnam writes it, or ISO.
    """
    value = cell.value
    if cell.kind == "date" and isinstance(value, date):
        return _limit_day(value.date() if isinstance(value, datetime) else value)
    if cell.kind == "text":
        return _parse_day(cell.text.strip())
    return None


def _parse_day(text: str) -> date | None:
    """Parse `31/12/2022` or `2022-12-31`; None for anything else."""
    day_first = _DAY_FIRST.fullmatch(text)
    iso = _ISO.fullmatch(text)
    if day_first:
        day, month, year = day_first.groups()
    elif iso:
        year, month, day = iso.groups()
    else:
        return None
    try:
        calendar_day = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return _limit_day(calendar_day)


def _limit_day(day: date) -> date | None:
    """Return the day when a register may hold it, else None."""
    is_valid = day >= EARLIEST_DATE and day.year < VALID_YEARS.stop
    return day if is_valid else None


@dataclass
class RegisterParser:
    """Read one register; `period` is None for the registers of form D."""

    table: FormTable
    reporter: str
    period: str | None
    places: Places
    result: ParseResult

    def read_lines(self) -> None:
        """Read every line that is not wholly blank.

        A cell that is not understood keeps its text and gets an issue.
        """
        register = catalog.registers()[self.table.form]
        columns = [column for column in register.columns if column.code in self.table.columns]
        labels = {fold_text(column.label.vi) for column in register.columns}
        seen: dict[str, int] = {}
        for row in self.table.rows:
            cells = [self.table.get_cell(row, column.code) for column in columns]
            if _is_blank_or_header(cells, labels):
                continue
            key = self._read_key(self.table.get_cell(row, register.key), seen)
            for column, cell in zip(columns, cells, strict=True):
                self.result.records.append(self._read_record(key, column, cell))

    def _read_key(self, cell: Cell, seen: dict[str, int]) -> str:
        key = " ".join(cell.text.split()).upper()
        if key in seen:
            self.result.add_issue_at("T013", cell, reporter=self.reporter)
        if key:
            seen.setdefault(key, cell.row)
        return key

    def _read_record(self, key: str, column: RegisterColumn, cell: Cell) -> RegisterCell:
        text = "" if cell.kind == "blank" else self._read_text(column, cell)
        is_key = column.code == catalog.registers()[self.table.form].key
        if not text and column.required:
            self.result.add_issue_at(
                "V027",
                cell,
                field=column.code,
                reporter=self.reporter,
                case="line" if is_key else "",
                name=column.label.vi,
            )
        return RegisterCell(
            self.table.form,
            self.reporter,
            self.period,
            key,
            column.code,
            key if is_key else text,
            cell.sheet,
            cell.address,
        )

    def _read_text(self, column: RegisterColumn, cell: Cell) -> str:
        enum = column_enum(column)
        if enum:
            return self._read_choices(column, enum, cell)
        if column.type == "date":
            return self._read_date(column, cell)
        if column.code == COMMUNE:
            return self._read_commune_code(cell)
        if column.type == "int":
            return self._read_integer(cell)
        return " ".join(cell.text.split())

    def _read_date(self, column: RegisterColumn, cell: Cell) -> str:
        """Return the day as ISO text, or the text as sent with an issue."""
        day = read_day(cell)
        if day:
            return day.isoformat()
        self.result.add_issue_at("V011", cell, field=column.code, reporter=self.reporter)
        return cell.text.strip()

    def _read_integer(self, cell: Cell) -> str:
        count = parse_count(cell, False)
        if count.issue:
            self.result.issues.append(count.issue)
        return cell.text if count.value is None else str(count.value)

    def _read_commune_code(self, cell: Cell) -> str:
        """Return the code of a commune of any time: the register's rules check its days."""
        text = cell.text.strip()
        code = text.zfill(5)
        where = {"field": COMMUNE, "reporter": self.reporter}
        if not self.places.all_versions(code):
            self.result.add_issue_at("V014", cell, **where, case="column", code=text[:40])
            return text
        if code != text:
            self.result.add_issue_at("V016", cell, **where, code=code)
        return code

    def _read_choices(self, column: RegisterColumn, enum: str, cell: Cell) -> str:
        """Return the codes of the choices, joined by `;`, or the text as sent with an issue."""
        known = _choice_codes(enum)
        texts = [cell.text]
        if column.type == "multi":
            texts = cell.text.replace("\n", ";").split(";")
        codes: dict[str, None] = {}
        for text in texts:
            if not text.strip():
                continue
            code = known.get(_normalise_dashes(text))
            if code is None:
                name = column.label.vi
                self.result.add_issue_at(
                    "V019", cell, field=column.code, reporter=self.reporter, name=name
                )
                return cell.text.strip()
            codes[code] = None
        return ";".join(codes)


def _is_blank_or_header(cells: list[Cell], labels: set[str]) -> bool:
    """Is a row without any text, or one that repeats the labels of columns?"""
    filled = [cell for cell in cells if cell.kind != "blank"]
    return all(fold_text(cell.text) in labels for cell in filled)


def _choice_codes(enum: str) -> dict[str, str]:
    """Map label or code to the code of one enumeration, for texts as officers type them."""
    return _load_choices(enum, active_folder())


@cache
def _load_choices(enum: str, _province: Path) -> dict[str, str]:
    return {_normalise_dashes(text): code for text, code in enum_codes(enum).items()}


def _normalise_dashes(text: str) -> str:
    """Write `30 – 39` as `30-39`, so that both are one choice."""
    return re.sub(r" ?[-–—] ?", "-", fold_text(text))
