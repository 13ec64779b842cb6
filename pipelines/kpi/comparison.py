"""Places compared fairly on one rate: intervals, ranks as far as they go and limits of chance.

Every figure names its model in the catalogue (docs/domain.md 9.1); intervals, ranks, limits and
groups all come from that one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import polars as pl

from pipelines import statistics as st
from pipelines.catalog import ComparisonModel, Kpi
from pipelines.kpi.answers import answers
from pipelines.kpi.geography import NO_SINGLE_VALUE, REPORTED
from pipelines.kpi.query import find_queried_kpi
from pipelines.kpi.values import figures
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.statistics import Dispersion, Interval, PlaceModel
from pipelines.statistics.intervals import LEVELS

#: Against the limits of chance. far_below, far_above: still clear after the correction for many
#: places; these alone are flagged. below, above: outside the 95 % limits, as one place in twenty is
#: by chance.
Position = Literal["far_below", "below", "inside", "above", "far_above"]
#: Why places are not compared: a count has no base, few places show nothing, people of small
#: places are not shown, a "share" above the whole is none, the figure has no model.
Reason = Literal["", "no_base", "few_places", "hidden", "above_whole", "unsuitable"]
#: Fewest places with a figure, by model: a spread between places needs more of them.
FEWEST: dict[ComparisonModel, int] = {"place_spread": 5}
FEWEST_PLACES = 3
#: Places are flagged when of those flagged so many are expected to be there by chance.
FALSE_SHARE = 1 - LEVELS[0]
#: Points of each edge of the funnel.
STEPS = 72
#: Columns added to the figures of each place.
_JUDGEMENTS: dict[str, type[pl.DataType]] = {
    "low": pl.Float64,
    "high": pl.Float64,
    "position": pl.String,
    "rank": pl.Int64,
    "first": pl.Int64,
    "last": pl.Int64,
}


@dataclass(frozen=True)
class PlaceComparison:
    """What can be said of places side by side; values are in the figure's own unit.

    `places`: one row a place as `values` gives it, with low and high (its own 95 % interval, null
    where the model knows none), position (against the limits of chance), rank (1 the highest),
    first and last (the ranks it may have); null where there is no number.
    `edges`: one row a size of base: base, low, high (95 %), far_low, far_high (99.8 %).
    `by_chance`: how many of the places chance alone puts outside the 95 % limits.
    """

    kpi: Kpi
    places: pl.DataFrame
    reason: Reason = ""
    common: float = 0.0
    spread: Dispersion = field(default_factory=lambda: Dispersion(0.0, 0.0))
    edges: pl.DataFrame = field(default_factory=pl.DataFrame)
    by_chance: float = 0.0

    @property
    def fewest(self) -> int:
        """Fewest places with a figure that are compared."""
        return FEWEST.get(self.kpi.model, FEWEST_PLACES)


@answers
def fair(
    code: str,
    by: str = "district",
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
    geography: str = REPORTED,
) -> PlaceComparison:
    """Compare districts or wards on one figure, or say why that would mislead.

    Raises what `values` raises for an unknown code, period or place.
    """
    kpi = find_queried_kpi(code)
    ask = partial(_ask_level, code, period, place, scope=scope, store=store, geography=geography)
    rows = ask(by).drop("kpi")
    known = _select_comparable(kpi, rows)
    without = [pl.lit(None, kind).alias(name) for name, kind in _JUDGEMENTS.items()]
    unjudged = PlaceComparison(kpi, rows.with_columns(without))
    reason = _reason_not_to_compare(unjudged, known)
    if reason:
        return PlaceComparison(kpi, unjudged.places, reason)
    units = known
    if kpi.model == "unit_spread" and by != "ward":
        units = _select_comparable(kpi, ask("ward"))
    model = _fit_model(kpi, known, units)
    if model is None or model.common <= 0:
        return PlaceComparison(kpi, unjudged.places, "few_places")
    key = [c for c in rows.columns if c in ("district", "ward")]
    judged = known.select(key).hstack(_judge_places(model, known, kpi.per))
    return PlaceComparison(
        kpi,
        rows.join(judged, on=key, how="left", maintain_order="left"),
        common=model.common * kpi.per,
        spread=model.spread if isinstance(model, st.ShareModel) else Dispersion(0.0, 0.0),
        edges=_funnel_edges(model, known["denominator"].to_list(), kpi.per),
        by_chance=known.height * FALSE_SHARE,
    )


def _ask_level(
    code: str,
    period: str | None,
    place: Sequence[str] | None,
    level: str,
    *,
    scope: Scope,
    store: WarehouseReader,
    geography: str,
) -> pl.DataFrame:
    return figures([code], [level], period, place, scope=scope, store=store, geography=geography)


def _select_comparable(kpi: Kpi, rows: pl.DataFrame) -> pl.DataFrame:
    """Select the places with a number on returns enough to be ranked (`publishing_gate`).

    On a very small base a spread between places says nothing; exact limits of shares allow for
    small bases by themselves.
    """
    least = kpi.min_denominator if kpi.model == "place_spread" else 0
    base = pl.col("denominator")
    ranked = (pl.col("state") == "reported") & ~pl.col("below_gate")
    is_single = ~pl.col("exactness").is_in(NO_SINGLE_VALUE)
    return rows.filter(ranked & is_single & (base > 0) & (base >= least))


def _reason_not_to_compare(unjudged: PlaceComparison, known: pl.DataFrame) -> Reason:
    kpi = unjudged.kpi
    if not kpi.denominator or kpi.model == "count":
        return "no_base"
    if kpi.model == "none":
        return "unsuitable"
    if (unjudged.places["state"] == "suppressed").any():
        return "hidden"
    if known.height < unjudged.fewest:
        return "few_places"
    if kpi.model == "share" and (known["numerator"] > known["denominator"]).any():
        return "above_whole"
    return ""


def _fit_model(kpi: Kpi, known: pl.DataFrame, units: pl.DataFrame) -> PlaceModel | None:
    """Fit the model the catalogue names; None where units are too few to show their spread.

    `units`: one row per ward, the smallest area with a figure.
    """
    numerators = known["numerator"].to_list()
    denominators = known["denominator"].to_list()
    if kpi.model == "share":
        return st.ShareModel(list(map(round, numerators)), list(map(round, denominators)))
    values = (known["numerator"] / known["denominator"]).to_list()
    if kpi.model == "place_spread":
        return st.PlaceSpreadModel(values, sum(numerators) / sum(denominators))
    means = (units["numerator"] / units["denominator"]).to_list()
    areas = units["district"].to_list()
    spread = st.pool_spread(means, units["denominator"].to_list(), areas)
    return st.UnitSpreadModel(values, denominators, spread) if spread else None


def _judge_places(model: PlaceModel, known: pl.DataFrame, per: int) -> pl.DataFrame:
    """One row per place, in the order given: interval, position and ranks, in the figure's unit."""
    values: list[float] = (known["numerator"] / known["denominator"]).to_list()
    p_values = model.p_values()
    adjusted = st.adjust_p_values(p_values)
    spans = model.rank_spans()
    order = sorted(values)
    rows = []
    for n, (value, own) in enumerate(zip(values, model.own_intervals(), strict=True)):
        low, high = (own.low * per, own.high * per) if own else (None, None)
        position = _find_position(value > model.common, p_values[n], adjusted[n])
        rank = 1 + len(values) - bisect_right(order, value)
        rows.append((low, high, position, rank, *spans[n]))
    return pl.DataFrame(rows, schema=_JUDGEMENTS, orient="row")


def _find_position(is_above: bool, p_value: float, adjusted: float) -> Position:
    if adjusted <= FALSE_SHARE:
        return "far_above" if is_above else "far_below"
    if p_value <= 1 - LEVELS[0]:
        return "above" if is_above else "below"
    return "inside"


def _funnel_edges(model: PlaceModel, denominators: Sequence[float], per: int) -> pl.DataFrame:
    """Draw the limits of chance over sizes of base, denser where bases are small."""
    widest = max(denominators) * 1.04
    bases = {max(1, round(widest * (step / STEPS) ** 2)) for step in range(1, STEPS + 1)}
    rows = []
    for base in sorted(bases):
        near, far = (_scale_interval(model.chance_limits(base, level), per) for level in LEVELS)
        rows.append((base, near.low, near.high, far.low, far.high))
    return pl.DataFrame(rows, schema=["base", "low", "high", "far_low", "far_high"], orient="row")


def _scale_interval(interval: Interval, factor: float) -> Interval:
    return Interval(interval.low * factor, interval.high * factor)
