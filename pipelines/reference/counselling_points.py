"""The places sources name for pilot and counselling points, read from points_known.csv."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pipelines.reference.csv_tables import cache_by_folder, read_rows

Confidence = Literal["certain", "very_probable", "probable"]


@dataclass(frozen=True)
class KnownPoint:
    """One statement of a source about one place (a commune may have several, one per programme)."""

    #: Empty when the source names the district only.
    commune: str
    name: str
    district: str
    #: M3 pilot of referrals, M4 counselling point.
    programme: Literal["M3", "M4"]
    #: founded, launched, named, planned, inferred, session_held, pilot_started, pilot_extended.
    event: str
    #: As much of a date as is known: 2019-04-04, 2022-07, 2020 or nothing.
    date: str
    #: Whether it is one of the 14 older than 2021: yes, no, inferred, or not known ('').
    before_2021: Literal["yes", "no", "inferred", ""]
    confidence: Confidence
    source: str
    line: int | None
    note_vi: str
    note_en: str


@cache_by_folder
def load_known_points(folder: Path) -> tuple[KnownPoint, ...]:
    """Return every statement, pilot wards first."""
    return tuple(map(_make_known_point, read_rows("points_known.csv", folder)))


def _make_known_point(row: dict[str, str]) -> KnownPoint:
    return KnownPoint(
        commune=row["commune"],
        name=row["name"],
        district=row["district"],
        programme=cast(Literal["M3", "M4"], row["programme"]),
        event=row["event"],
        date=row["date"],
        before_2021=cast(Literal["yes", "no", "inferred", ""], row["before_2021"]),
        confidence=cast(Confidence, row["confidence"]),
        source=row["source"],
        line=int(row["line"]) if row["line"] else None,
        note_vi=row["note_vi"],
        note_en=row["note_en"],
    )
