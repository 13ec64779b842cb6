"""What a question runs over, as parameters: buckets of quarters, and groups of places with who may see them exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from pipelines.privacy.scope import Scope
from pipelines.reference.periods import Span

PlaceBy = Literal["city", "district", "ward"]
#: The group of a question about all chosen places together.
TOGETHER = "HN"
_GROUPS = {"city": pl.lit(TOGETHER), "district": pl.col("district_code"), "ward": pl.col("code")}


@dataclass(frozen=True)
class Grid:
    """Buckets of time and groups of places; `places` holds one row per unit version with its group."""

    buckets: tuple[Span, ...]
    places: pl.DataFrame
    groups: pl.DataFrame

    def time(self) -> dict[str, Any]:
        """Parallel lists: which quarter belongs to which bucket, which is its last, when the bucket ends."""
        rows = [(b.code, q.index, q == b.last, b.end) for b in self.buckets for q in b.quarters]
        bucket, quarter, last, ends = (list(column) for column in zip(*rows, strict=True))
        return {"bucket": bucket, "quarter": quarter, "is_last": last, "ends": ends}

    def where(self, *, exact: bool = True) -> dict[str, Any]:
        """Parallel lists: which unit belongs to which group, and whether its exact numbers may be used."""
        found: dict[str, Any] = {
            "place": self.places["place_id"].to_list(),
            "place_group": self.places["place_group"].to_list(),
        }
        return {**found, "exact": self.places["exact"].to_list()} if exact else found


def grid(
    chosen: pl.DataFrame, every: pl.DataFrame, by: PlaceBy, buckets: Sequence[Span], scope: Scope, *, named: bool
) -> Grid:
    """The grid for the chosen units, grouped as `by` says; without `named` places, every unit that ever was.

    A named unit brings its earlier versions along only under the same code, name and district: codes are recycled.
    A group may be seen exactly only when the scope sees each of its units.
    """
    exact = pl.lit(True) if scope.sees_all else pl.col("district_code").is_in(sorted(scope.districts))
    same = ["code", "name", "district_code"]
    versions = every.join(chosen.select(same).unique(), on=same, how="semi") if named else every
    placed = versions.with_columns(_GROUPS[by].alias("place_group"), exact=exact)
    columns = ["code", "name", "district_code", "district_name"]
    groups = chosen.with_columns(_GROUPS[by].alias("place_group"), exact=exact)
    order = groups.group_by("place_group", maintain_order=True).agg(
        *[pl.col(c).first() for c in columns], pl.col("exact").all()
    )
    return Grid(tuple(buckets), placed, order)
