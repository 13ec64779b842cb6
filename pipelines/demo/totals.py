"""The city's totals in each quarter: published ones met exactly, the others invented around them.

2020 and 2022-H1 are published (data/reference/published.csv); B93 in 2023 is, rounded.
"""

from collections.abc import Sequence

from pipelines.demo.calendar import SEASON, lockdown_share, quarters_of
from pipelines.demo.random_tools import share_out
from pipelines.reference.periods import Quarter

#: The city's total by field and year. Published: 2020 but for a20 to a24 and a35, which are given
#: in words or not at all.
YEARS: dict[str, dict[int, int]] = {
    "a20": {2020: 46_812, 2021: 39_604, 2022: 48_377, 2023: 51_926},
    "a21": {2020: 118_460, 2021: 101_230, 2022: 121_750, 2023: 126_340},
    "a22": {2020: 4_633, 2021: 3_702, 2022: 4_871, 2023: 5_118},
    "a24": {2020: 6_948, 2021: 7_310, 2022: 6_705, 2023: 6_822},
    "a31": {2020: 67_642, 2021: 58_911, 2022: 71_206, 2023: 73_540},
    "a35": {2020: 1_706, 2021: 1_398, 2022: 1_812, 2023: 1_774},
    "a41": {2020: 1_200, 2021: 902, 2022: 1_187, 2023: 1_243},
    "a42": {2020: 1_173, 2021: 864, 2022: 1_095, 2023: 1_068},
    "a43": {2020: 591, 2021: 438, 2022: 562, 2023: 604},
    "a47": {2020: 58, 2021: 41, 2022: 66, 2023: 73},
    "a50": {2020: 9_253, 2021: 8_406, 2022: 11_020, 2023: 10_784},
    "a51": {2020: 679, 2021: 402, 2022: 271, 2023: 284},
    #: B93 sessions and attendances: about 900 and about 5,000 in 2023.
    "a61": {2020: 338, 2021: 291, 2022: 604, 2023: 903},
    "a62": {2020: 1_892, 2021: 1_571, 2022: 3_344, 2023: 4_978},
}
#: Published for the first half of 2022.
HALVES: dict[str, dict[int, int]] = {
    "a31": {2022: 35_068},
    "a35": {2022: 883},
    "a41": {2022: 549},
    "a50": {2022: 5_567},
    "a51": {2022: 126},
}
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
    for year, total in YEARS[field].items():
        quarters = quarters_of(year)
        half = HALVES.get(field, {}).get(year)
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
