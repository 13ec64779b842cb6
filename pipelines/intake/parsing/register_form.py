"""Line lists: the table of form C or of a form D register in, one record a cell out."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from pipelines import catalog
from pipelines.catalog import RegisterColumn
from pipelines.intake.model import RegisterCell
from pipelines.intake.parsing.counts import parse_count
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.parsing.metadata import VALID_YEARS
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.templates.dropdowns import enum_codes
from pipelines.intake.templates.layout import COMMUNE
from pipelines.intake.templates.register_template import column_enum
from pipelines.reference.places import Places
from pipelines.spreadsheet.model import Cell

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
#: The oldest day a register may hold.
EARLIEST_DATE = date(1990, 1, 1)


def read_day(cell: Cell) -> date | None:
    """The day a cell holds; None when it holds none. Text is day/month/year, as Vietnam writes it."""
    found = cell.value
    if cell.kind == "date" and isinstance(found, date):
        return _limit_day(found.date() if isinstance(found, datetime) else found)
    if cell.kind != "text":
        return None
    text = cell.text.strip()
    first, iso = _DAY_FIRST.fullmatch(text), _ISO.fullmatch(text)
    parts = (first[3], first[2], first[1]) if first else iso.groups() if iso else None
    if parts is None:
        return None
    try:
        return _limit_day(date(*map(int, parts)))
    except ValueError:
        return None


def _limit_day(day: date) -> date | None:
    return (
        day
        if day >= EARLIEST_DATE and day.year in range(EARLIEST_DATE.year, VALID_YEARS.stop)
        else None
    )


@dataclass
class RegisterParser:
    """A register being read; `period` is None for the registers of form D."""

    table: FormTable
    reporter: str
    period: str | None
    places: Places
    result: ParseResult

    def read_lines(self) -> None:
        """Every line that is not wholly blank; a cell that is not understood keeps its text and gets an issue."""
        known = catalog.registers()[self.table.form]
        columns = [c for c in known.columns if c.code in self.table.columns]
        labels = {fold_text(c.label.vi) for c in known.columns}
        seen: dict[str, int] = {}
        for row in self.table.rows:
            cells = [(c, self.table.get_cell(row, c.code)) for c in columns]
            filled = [cell for _, cell in cells if cell.kind != "blank"]
            if not filled or all(fold_text(cell.text) in labels for cell in filled):
                continue
            key = self._read_key(self.table.get_cell(row, known.key), seen)
            self.result.records += [self._read_record(key, c, cell) for c, cell in cells]

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
            case = "line" if is_key else ""
            self.result.add_issue_at(
                "V027",
                cell,
                field=column.code,
                reporter=self.reporter,
                case=case,
                name=column.label.vi,
            )
        if is_key:
            text = key
        where = (cell.sheet, cell.address)
        return RegisterCell(
            self.table.form, self.reporter, self.period, key, column.code, text, *where
        )

    def _read_text(self, column: RegisterColumn, cell: Cell) -> str:
        enum = column_enum(column)
        if enum:
            return self._read_choices(column, enum, cell)
        if column.type == "date":
            day = read_day(cell)
            if day is None:
                self.result.add_issue_at("V011", cell, field=column.code, reporter=self.reporter)
            return day.isoformat() if day else cell.text.strip()
        if column.code == COMMUNE:
            return self._read_commune_code(cell)
        if column.type == "int":
            understood = parse_count(cell, False)
            self.result.issues += [understood.issue] if understood.issue else []
            return cell.text if understood.value is None else str(understood.value)
        return " ".join(cell.text.split())

    def _read_commune_code(self, cell: Cell) -> str:
        """A commune of any time: the check of its days belongs to the register's rules."""
        text = cell.text.strip()
        code = text.zfill(5)
        if not self.places.all_versions(code):
            self.result.add_issue_at(
                "V014", cell, field=COMMUNE, reporter=self.reporter, case="column", code=text[:40]
            )
        elif code != text:
            self.result.add_issue_at("V016", cell, field=COMMUNE, reporter=self.reporter, code=code)
        return code if self.places.all_versions(code) else text

    def _read_choices(self, column: RegisterColumn, enum: str, cell: Cell) -> str:
        known = _choice_codes(enum)
        texts = cell.text.replace("\n", ";").split(";") if column.type == "multi" else [cell.text]
        chosen = [known.get(_normalise_dashes(text)) for text in texts if text.strip()]
        if None in chosen:
            self.result.add_issue_at(
                "V019", cell, field=column.code, reporter=self.reporter, name=column.label.vi
            )
            return cell.text.strip()
        return ";".join(dict.fromkeys(c for c in chosen if c))


@cache
def _choice_codes(enum: str) -> dict[str, str]:
    """Label or code → code of one enumeration, for texts as officers type them."""
    return {_normalise_dashes(text): code for text, code in enum_codes(enum).items()}


def _normalise_dashes(text: str) -> str:
    """`30 – 39` and `30-39` are one choice."""
    return re.sub(r" ?[-–—] ?", "-", fold_text(text))
