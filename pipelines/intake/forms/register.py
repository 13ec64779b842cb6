"""Line lists: the table of form C or of a form D register in, one record a cell out."""

import re
from dataclasses import dataclass
from functools import cache

from pipelines import catalog
from pipelines.catalog import Column
from pipelines.intake.cells import Cell
from pipelines.intake.forms.days import read_day
from pipelines.intake.forms.fold import fold
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.tables import Table
from pipelines.intake.numbers import count
from pipelines.intake.returns import Record
from pipelines.intake.template.layout import COMMUNE
from pipelines.intake.template.lists import codes
from pipelines.intake.template.register import enum_of
from pipelines.reference.places import Places


@dataclass
class Lines:
    """A register being read; `period` is None for the registers of form D."""

    table: Table
    reporter: str
    period: str | None
    places: Places
    parts: Parts

    def read(self) -> None:
        """Every line that is not wholly blank; a cell that is not understood keeps its text and gets an issue."""
        known = catalog.registers()[self.table.form]
        columns = [c for c in known.columns if c.code in self.table.columns]
        labels = {fold(c.label.vi) for c in known.columns}
        seen: dict[str, int] = {}
        for row in self.table.rows:
            cells = [(c, self.table.cell(row, c.code)) for c in columns]
            filled = [cell for _, cell in cells if cell.kind != "blank"]
            if not filled or all(fold(cell.text) in labels for cell in filled):
                continue
            key = self._key(self.table.cell(row, known.key), seen)
            self.parts.records += [self._record(key, c, cell) for c, cell in cells]

    def _key(self, cell: Cell, seen: dict[str, int]) -> str:
        key = " ".join(cell.text.split()).upper()
        if key in seen:
            self.parts.at("T013", cell, reporter=self.reporter)
        if key:
            seen.setdefault(key, cell.row)
        return key

    def _record(self, key: str, column: Column, cell: Cell) -> Record:
        text = "" if cell.kind == "blank" else self._text(column, cell)
        is_key = column.code == catalog.registers()[self.table.form].key
        if not text and column.required:
            case = "line" if is_key else ""
            self.parts.at("V027", cell, field=column.code, reporter=self.reporter, case=case, name=column.label.vi)
        if is_key:
            text = key
        where = (cell.sheet, cell.address)
        return Record(self.table.form, self.reporter, self.period, key, column.code, text, *where)

    def _text(self, column: Column, cell: Cell) -> str:
        enum = enum_of(column)
        if enum:
            return self._chosen(column, enum, cell)
        if column.type == "date":
            day = read_day(cell)
            if day is None:
                self.parts.at("V011", cell, field=column.code, reporter=self.reporter)
            return day.isoformat() if day else cell.text.strip()
        if column.code == COMMUNE:
            return self._commune(cell)
        if column.type == "int":
            understood = count(cell, False)
            self.parts.issues += [understood.issue] if understood.issue else []
            return cell.text if understood.value is None else str(understood.value)
        return " ".join(cell.text.split())

    def _commune(self, cell: Cell) -> str:
        """A commune of any time: the check of its days belongs to the register's rules."""
        text = cell.text.strip()
        code = text.zfill(5)
        if not self.places.ever(code):
            self.parts.at("V014", cell, field=COMMUNE, reporter=self.reporter, case="column", code=text[:40])
        elif code != text:
            self.parts.at("V016", cell, field=COMMUNE, reporter=self.reporter, code=code)
        return code if self.places.ever(code) else text

    def _chosen(self, column: Column, enum: str, cell: Cell) -> str:
        known = _choices(enum)
        texts = cell.text.replace("\n", ";").split(";") if column.type == "multi" else [cell.text]
        chosen = [known.get(_dashed(text)) for text in texts if text.strip()]
        if None in chosen:
            self.parts.at("V019", cell, field=column.code, reporter=self.reporter, name=column.label.vi)
            return cell.text.strip()
        return ";".join(dict.fromkeys(c for c in chosen if c))


@cache
def _choices(enum: str) -> dict[str, str]:
    """Label or code → code of one enumeration, for texts as officers type them."""
    return {_dashed(text): code for text, code in codes(enum).items()}


def _dashed(text: str) -> str:
    """`30 – 39` and `30-39` are one choice."""
    return re.sub(r" ?[-–—] ?", "-", fold(text))
