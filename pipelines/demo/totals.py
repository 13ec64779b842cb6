"""The city's totals in each quarter: those of a year or half-year, shared out over its quarters."""

from collections.abc import Sequence

from pipelines.demo.calendar import SEASON, lockdown_share, quarters_of
from pipelines.demo.city_plan import load_plan
from pipelines.demo.random_tools import share_out
from pipelines.reference.periods import Quarter

#: How far a lockdown reaches a field (1 as far as visits); patrols went on, loudspeakers were
#: heard more.
REACHED = {
    "a24": -0.3,
    "a35": 0.6,
    "a41": 0.7,
    "a42": 0.7,
    "a50": 0.25,
    "a51": 0.4,
    "a61": 1.4,
    "a62": 1.4,
}
#: Patrols and tips grow before Tết instead of falling off.
BEFORE_TET = {1: 1.16, 2: 0.94, 3: 0.96, 4: 0.99}


def totals_by_quarter(field: str) -> dict[Quarter, int]:
    """Return the city's total of a field in each quarter."""
    totals: dict[Quarter, int] = {}
    plan = load_plan()
    for year, total in plan.years[field].items():
        quarters = quarters_of(year)
        half = plan.halves.get(field, {}).get(year)
        if half is None:
            totals |= _split_total(field, total, quarters)
        else:
            totals |= _split_total(field, half, quarters[:2])
            totals |= _split_total(field, total - half, quarters[2:])
    return totals


def _split_total(field: str, total: int, quarters: Sequence[Quarter]) -> dict[Quarter, int]:
    season = BEFORE_TET if field in ("a50", "a51") else SEASON
    reach = REACHED.get(field, 1.0)
    weights = [season[quarter.number] * lockdown_share(quarter) ** reach for quarter in quarters]
    return dict(zip(quarters, share_out(total, weights), strict=True))
