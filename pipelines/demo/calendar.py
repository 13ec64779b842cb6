"""The quarters of the demonstration and how busy each is: Tết, the year's end, the lockdowns of 2020 and 2021."""

from pipelines.reference.periods import Quarter

FIRST, LAST = Quarter.from_number(2020, 1), Quarter.from_number(2023, 4)
QUARTERS = tuple(Quarter(i) for i in range(FIRST.index, LAST.index + 1))
#: Counselling points report from here on.
POINTS_FROM = Quarter.from_number(2021, 1)
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
    """The share of usual activity that the rules of the time left."""
    return LOCKDOWN.get(quarter, 1.0)


def activity_level(quarter: Quarter) -> float:
    """How much is done in a quarter, beside a usual one."""
    return SEASON[quarter.number] * lockdown_share(quarter)


def quarters_of(year: int) -> list[Quarter]:
    return [Quarter.from_number(year, number) for number in (1, 2, 3, 4)]
