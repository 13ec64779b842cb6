"""A target in, an open workbook out: its formats, lists and hidden sheets; closing it writes the file."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.intake.template.formats import MUTED, Formats
from pipelines.intake.template.identity import Identity
from pipelines.intake.template.layout import IDENTITY, LISTS
from pipelines.intake.template.lists import Lists
from pipelines.intake.template.subject import Subject, of_city
from pipelines.intake.template.words import word

Target = str | Path | BytesIO
#: What a locked sheet still lets an officer do.
_ALLOWED = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "sort": True, "autofilter": True}


class Book:
    """One workbook being written; sheets stand in the order they are added, the hidden ones last."""

    def __init__(self, target: Target, identity: Identity, subject: Subject, lists: Iterable[str]) -> None:
        self.subject = subject
        self.lists = Lists(lists)
        self.identity = replace(identity, lists=self.lists.hash)
        self._book = xlsxwriter.Workbook(target if isinstance(target, BytesIO) else str(target), {"in_memory": True})
        self._properties()
        self.looks = Formats(self._book)

    def _properties(self) -> None:
        # NOTE: a fixed day of creation, so that the same return is written as the same bytes.
        day = self.subject.period.end if self.subject.period else datetime(2020, 1, 1).date()
        self._book.set_properties({"author": word("fixes", "author"), "created": datetime.combine(day, time())})
        self._book.set_size(2400, 1500)

    def sheet(self, name: str, colour: str = MUTED, *, height: float | None = None) -> Any:
        """A new visible sheet, locked but for the cells whose format says otherwise; `height` in points."""
        made = self._book.add_worksheet(name)
        made.hide_gridlines(2)
        if height:
            made.set_default_row(height)
        made.set_tab_color(colour)
        made.protect("", _ALLOWED)
        return made

    def name(self, name: str, formula: str) -> None:
        self._book.define_name(name, formula)

    def close(self) -> None:
        """Add the hidden sheets and write the file."""
        self._hidden(IDENTITY, self.identity.rows)
        self._hidden(LISTS, self.lists.rows)
        self._book.close()

    def _hidden(self, name: str, rows: Iterable[Iterable[str]]) -> None:
        sheet = self._book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(number, column, text)
        sheet.protect()
        sheet.hide()


def blank_book(target: Target) -> Book:
    """A workbook that is nobody's form: for a list of issues about a file that could not be read."""
    return Book(target, Identity("", 0, "", "", "", "", ""), of_city(), ())
