"""Figures that others have published, read from published.csv."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pipelines.reference.csv_tables import cache_by_folder, parse_number, read_rows

#: `=` as printed, `>` more than, `~` rounded, `text` words without a number.
Qualifier = Literal["=", ">", "~", "text"]


@dataclass(frozen=True)
class PublishedFigure:
    """One published figure; `low` and `high` bound what its words can mean."""

    id: str
    label_vi: str
    label_en: str
    value: int | float | None
    qualifier: Qualifier
    #: A unit of the catalogue; empty when the figure counts nothing we count.
    unit: str
    #: A period code, or the article's own words when it is not one of our periods.
    period: str
    #: What the figure is about: the province, districts or units by their codes joined by `;`.
    scope: str
    #: The KPI that answers it, empty when none does.
    #: It is asked for `places`, all of the city when they are empty.
    kpi: str
    places: tuple[str, ...]
    source: str
    #: Line of the article, where we hold its text.
    line: int | None
    #: Whether the demonstration data reproduce it; the others are claims, shown beside ours.
    exact: bool
    #: The article's own words where they are not the number.
    text: str
    low: int | float | None
    high: int | float | None
    note_vi: str
    note_en: str
    #: Why the figure is compared with that KPI where the article does not say so; empty elsewhere.
    inference_vi: str
    inference_en: str

    def matches(self, computed: float) -> bool:
        """True when `computed` is what was published, by its qualifier.

        `~v` holds for what rounds to v at its last digit that is not zero: ~4,000 is 3,500 up to
        4,499.
        """
        if self.value is None:
            return self._is_between_bounds(computed)
        if self.qualifier == ">":
            return computed > self.value

        step = _rounding_unit(self.value) if self.qualifier == "~" else 0
        if step == 0:
            return computed == self.value
        return self.value - step / 2 <= computed < self.value + step / 2

    def _is_between_bounds(self, computed: float) -> bool:
        """True within the bounds of a figure given in words; without bounds nothing is."""
        if self.low is None or self.high is None:
            return False
        return self.low <= computed <= self.high


@dataclass(frozen=True)
class PublishedSource:
    """Where a figure was printed."""

    id: str
    title: str
    publisher: str
    date: str


@cache_by_folder
def load_published(folder: Path) -> tuple[PublishedFigure, ...]:
    """Return one value per published figure: F01 to F52, then the further ones by source."""
    return tuple(map(_make_published, read_rows("published.csv", folder)))


@cache_by_folder
def load_sources(folder: Path) -> dict[str, PublishedSource]:
    """Return the articles and plans that figures, targets and places come from, by id."""
    return {row["id"]: PublishedSource(**row) for row in read_rows("sources.csv", folder)}


def _rounding_unit(value: float) -> int:
    """Return the place value of the last digit that is not zero: 1000 for 4,000, 100 for 4,400."""
    digits = str(int(value))
    return int(10 ** (len(digits) - len(digits.rstrip("0"))))


def _make_published(row: dict[str, str]) -> PublishedFigure:
    return PublishedFigure(
        id=row["id"],
        label_vi=row["label_vi"],
        label_en=row["label_en"],
        value=parse_number(row["value"]),
        qualifier=cast(Qualifier, row["qualifier"]),
        unit=row["unit"],
        period=row["period"],
        scope=row["scope"],
        kpi=row["kpi"],
        places=tuple(filter(None, row["place"].split(";"))),
        source=row["source"],
        line=int(row["line"]) if row["line"] else None,
        exact=row["exact"] == "yes",
        text=row["text"],
        low=parse_number(row["low"]),
        high=parse_number(row["high"]),
        note_vi=row["note_vi"],
        note_en=row["note_en"],
        inference_vi=row["inference_vi"],
        inference_en=row["inference_en"],
    )
