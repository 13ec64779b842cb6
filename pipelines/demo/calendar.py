"""The quarters of the demonstration and how busy each is.

Tết, the year's end and the lockdowns of 2020 and 2021 make the difference.
"""

from random import Random

from pipelines.reference.periods import Quarter

FIRST, LAST = Quarter.from_number(2020, 1), Quarter.from_number(2023, 4)
QUARTERS = tuple(map(Quarter, range(FIRST.index, LAST.index + 1)))
#: Counselling points report from here on.
POINTS_FROM = Quarter.from_number(2021, 1)
#: The quarters in which they report.
REPORTED = tuple(quarter for quarter in QUARTERS if quarter >= POINTS_FROM)
YEARS = (2020, 2021, 2022, 2023)

#: Lockdowns of April 2020 and July to September 2021 held visits back (invented shares).
LOCKDOWN = {
    Quarter.from_number(2020, 2): 0.62,
    Quarter.from_number(2021, 2): 0.88,
    Quarter.from_number(2021, 3): 0.35,
    Quarter.from_number(2021, 4): 0.75,
}
#: Less is done around Tết, more towards the year's end.
SEASON = {1: 0.9, 2: 1.02, 3: 1.0, 4: 1.08}


def lockdown_share(quarter: Quarter) -> float:
    """Return the share of usual activity that the lockdown rules of a quarter left."""
    return LOCKDOWN.get(quarter, 1.0)


def activity_level(quarter: Quarter) -> float:
    """Return how much is done in a quarter; 1.0 is a usual one."""
    return SEASON[quarter.number] * lockdown_share(quarter)


def quarters_of(year: int) -> list[Quarter]:
    """Return the four quarters of a year."""
    return [Quarter.from_number(year, number) for number in (1, 2, 3, 4)]


def draw_quarter(year: int, chance: Random) -> Quarter:
    """Draw a quarter of a year, the likelier the more is done in it."""
    quarters = quarters_of(year)
    return chance.choices(quarters, list(map(activity_level, quarters)))[0]
