"""When clubs and helper models began: communes and how much there is to do in, founding days by commune out.

Published: 37 clubs in seven districts in May 2021; 98 clubs, 36 points and 470 models at the end of 2023, 181 of them
new in 2023 and 465 on 15 October (domain 4.4). What lies between is invented.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pipelines.demo.dice import chosen
from pipelines.reference.places import Place

#: Districts that had clubs in May 2021 (domain 4.2).
CLUB_DISTRICTS = ("002", "004", "005", "006", "007", "008", "018")
#: Clubs founded in a span of days.
CLUBS = (
    (34, date(2004, 3, 1), date(2018, 11, 30)),
    (3, date(2019, 12, 20), date(2021, 3, 1)),
    (25, date(2021, 10, 1), date(2022, 12, 10)),
    (35, date(2022, 12, 20), date(2023, 10, 10)),
    (1, date(2023, 10, 20), date(2023, 12, 8)),
)
CLUBS_2021 = 37
#: Helper models begun in a span of days, from the city's plan of December 2021 on.
HELPERS = (
    (201, date(2021, 12, 20), date(2022, 12, 10)),
    (133, date(2022, 12, 20), date(2023, 10, 10)),
    (2, date(2023, 10, 20), date(2023, 12, 8)),
)
Span = tuple[int, date, date]


def clubs(
    chance: random.Random, units: Sequence[Place], pulls: Mapping[str, float], beside: set[str]
) -> dict[str, date]:
    """Founding days by commune code; communes with a point (`beside`) have a club more often."""

    def likely(place: Place) -> float:
        return pulls[place.code] * (4.0 if place.code in beside else 1.0)

    inner = [p for p in units if p.district_code in CLUB_DISTRICTS]
    early = chosen(chance, inner, CLUBS_2021, likely)
    rest = [p for p in units if p not in early]
    later = chosen(chance, rest, sum(n for n, _, _ in CLUBS) - CLUBS_2021, likely)
    chance.shuffle(early)
    chance.shuffle(later)
    days = _days(chance, CLUBS)
    return dict(sorted((p.code, day) for p, day in zip([*early, *later], days, strict=True)))


def helpers(chance: random.Random, units: Sequence[Place], pulls: Mapping[str, float]) -> dict[str, date]:
    """First days by commune code; districts begin one after another, as plans are passed on."""
    running = chosen(chance, units, sum(n for n, _, _ in HELPERS), lambda p: pulls[p.code])
    turn = {code: chance.random() for code in sorted({p.district_code for p in units})}
    running.sort(key=lambda p: (turn[p.district_code] + 0.5 * chance.random(), p.code))
    return {p.code: day for p, day in zip(running, sorted(_days(chance, HELPERS)), strict=True)}


def _days(chance: random.Random, spans: Sequence[Span]) -> list[date]:
    """One day for each that begins, span by span."""
    days = []
    for count, first, last in spans:
        days += [first + timedelta(days=chance.randint(0, (last - first).days)) for _ in range(count)]
    return days
