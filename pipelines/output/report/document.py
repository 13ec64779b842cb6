"""What a report holds, whatever file it becomes: written words and the numbers behind them."""

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from pipelines.catalog import Language
from pipelines.present.chart_data import ChartWithTable


@dataclass(frozen=True)
class ReportCell:
    """One cell as written, and its unrounded number where there is one."""

    text: str
    value: float | None = None
    decimals: int = 0
    #: Not every return it stands on has come: `text` has the mark, the workbook a comment.
    partial: bool = False


@dataclass(frozen=True)
class ReportTable:
    """Rows of cells under their heads; the first columns name, the others count."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[ReportCell, ...], ...]
    #: How many columns are words.
    names: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportChart:
    """A picture of ours, and what Excel needs to draw its own from the numbers beside it."""

    picture: ChartWithTable
    #: One tuple for each column of the picture's table after its first.
    values: tuple[tuple[float | None, ...], ...]
    #: column or line over time, bar over places and kinds; several columns are stacked.
    kind: Literal["column", "line", "bar"]
    decimals: int = 0


@dataclass(frozen=True)
class ReportSection:
    """One section: its sentences, its table, its pictures with their tables."""

    name: str
    number: str
    title: str
    paragraphs: tuple[str, ...] = ()
    table: ReportTable | None = None
    drawings: tuple[ReportChart, ...] = ()


@dataclass(frozen=True)
class Letterhead:
    """Who reports to whom, from the settings."""

    above: str
    office: str
    contact: str
    legal: str


@dataclass(frozen=True)
class Addressing:
    """Who gets the document and who signs it, as printed; dots where the settings are empty."""

    #: One line with the only addressee, or a line above theirs.
    addressed_to: tuple[str, ...]
    recipients: tuple[str, ...]
    #: Such as "KT. Chi cục trưởng"; mostly empty.
    signed_for: str
    title: str
    name: str


@dataclass(frozen=True)
class Report:
    """One period, one place, one build, one reader."""

    language: Language
    title: str
    subtitle: str
    letterhead: Letterhead
    addressing: Addressing
    opening: tuple[str, ...]
    sections: tuple[ReportSection, ...]
    appendix: ReportTable
    definitions: ReportTable
    #: The demonstration says so, first of all.
    demo: str
    #: Signs and marks used in tables.
    key: tuple[str, ...]
    #: Build, day, hash of the answer.
    colophon: str
    #: Words of the frame: motto, signature, place and date.
    words: dict[str, str] = field(default_factory=dict)
    #: The frame all numbers came from, one row a KPI.
    figures: pl.DataFrame = field(default_factory=pl.DataFrame)
