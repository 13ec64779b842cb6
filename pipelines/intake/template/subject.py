"""Whom a workbook is for: a reporter id or district code and a period in, names and dates as printed out."""

from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.errors import PlaceError
from pipelines.intake.template.words import word
from pipelines.reference import periods, places
from pipelines.reference.places import Place
from pipelines.settings import Settings

CITY = "HN"
_KINDS = {"D": "team", "P": "point"}


@dataclass(frozen=True)
class Subject:
    """A reporter, a district or the city in one period; registers of form D have no period."""

    unit: str
    code: str
    name: str
    period: periods.Quarter | None
    due: date | None

    @property
    def dates(self) -> str:
        """`2022-Q3 (từ 15/06/2022 đến 14/09/2022)`."""
        if self.period is None:
            return ""
        start, end = written(self.period.start), written(self.period.end)
        return word("heading", "dates", period=self.period.code, start=start, end=end)


def written(day: date) -> str:
    """A day as officers write it: 05/07/2022."""
    return day.strftime("%d/%m/%Y")


def quarter(period: str) -> periods.Quarter:
    """The report quarter `period` names; raises PeriodError for anything else."""
    return periods.parse(period).first


def of_reporter(unit: str, period: str, settings: Settings) -> Subject:
    """A team or point by its id (`D-00646`, `P-00646`); raises PlaceError for an unknown commune."""
    asked = quarter(period)
    kind, _, code = unit.partition("-")
    place = places.load().get(code, asked.end)
    name = word("heading", _KINDS[kind], place=_placed(place))
    shown = unit if kind == "P" else code
    return Subject(unit, shown, name, asked, _due(asked, settings))


def of_district(district: str, period: str, settings: Settings) -> Subject:
    """A district by its code; raises PlaceError when the period has none of that code."""
    asked = quarter(period)
    for found in places.load().districts(asked.end):
        if found.code == district:
            return Subject(district, district, found.full_name, asked, _due(asked, settings))
    raise PlaceError(f"no district has the code {district!r} on {asked.end}", text=district)


def of_city() -> Subject:
    return Subject(CITY, CITY, word("heading", "city"), None, None)


def _placed(place: Place) -> str:
    above = f", {place.district_type.lower()} {place.district_name}" if place.district_code else ""
    return f"{place.type.lower()} {place.name}{above}"


def _due(asked: periods.Quarter, settings: Settings) -> date:
    return asked.end + timedelta(days=settings.timely_days)
