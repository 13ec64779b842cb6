"""What the province, a district or a commune set out to reach, read from targets.csv."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pipelines.reference.csv_tables import cache_by_folder, read_rows
from pipelines.reference.office_names import province_code
from pipelines.reference.periods import Quarter
from pipelines.reference.places import load_places


@dataclass(frozen=True)
class Target:
    """A value to reach for one area, `in` one report year or `by` its end."""

    #: The KPI it is measured with; empty when none of ours does.
    kpi: str
    label_vi: str
    label_en: str
    #: The code of the province, a district or a commune.
    area: str
    reach: Literal["in", "by"]
    year: int
    value: float
    #: `=` to reach, `>` to exceed.
    qualifier: str
    unit: str
    plan: str
    source: str


@cache_by_folder
def load_targets(folder: Path) -> tuple[Target, ...]:
    """Return every target, as the plans and articles name them."""
    return tuple(map(_make_target, read_rows("targets.csv", folder)))


def find_target(kpi: str, year: int, places: Sequence[str] = ()) -> Target | None:
    """Return the target that `kpi` is held against in report year `year`.

    It is that year's own, else the next one to reach: of the whole province without `places`, of
    the district or commune (by code or by id) where one is named, of nobody where several are.
    """
    if len(places) > 1:
        return None
    own = [t for t in load_targets() if t.kpi == kpi and _is_about(t, *places)]
    ahead = [t for t in own if t.year == year or (t.reach == "by" and t.year > year)]
    return min(ahead, key=lambda target: target.year, default=None)


def target_value(kpi: str, year: int, places: Sequence[str] = ()) -> float | None:
    """Return the value of the province's or of one place's target, None where there is none."""
    target = find_target(kpi, year, places)
    return target.value if target else None


def _is_about(target: Target, place: str = "") -> bool:
    """Is it the target of a place, or of the whole province without one?

    A code means the commune that bears it at the end of the target's year.
    """
    code, _, since = place.partition("@")
    if target.area != (code or province_code()):
        return False
    end = Quarter.from_number(target.year, 4).end
    return not since or load_places().by_id[place].is_valid_on(end)


def _make_target(row: dict[str, str]) -> Target:
    return Target(
        kpi=row["kpi"],
        label_vi=row["label_vi"],
        label_en=row["label_en"],
        area=row["area"],
        reach=cast(Literal["in", "by"], row["reach"]),
        year=int(row["year"]),
        value=float(row["value"]),
        qualifier=row["qualifier"],
        unit=row["unit"],
        plan=row["plan"],
        source=row["source"],
    )
