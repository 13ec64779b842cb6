"""Describe whom a workbook is for: names, period and due date as printed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipelines.errors import PlaceError
from pipelines.intake.templates.labels import get_label
from pipelines.reference import periods, places
from pipelines.reference.office_names import province_code, province_name
from pipelines.reference.places import Place
from pipelines.reference.unit_seats import UnitIndex
from pipelines.settings import Settings

_KINDS = {"D": "team", "P": "point"}


@dataclass(frozen=True)
class ReportSubject:
    """Name a reporter, a district or the city in one period; form D has no period.

    `day` says which names and which law the workbook carries.
    """

    unit: str
    code: str
    name: str
    period: periods.Quarter | None
    due: date | None
    day: date

    @property
    def dates(self) -> str:
        """Write the period with its days: `2022-Q3 (từ 15/06/2022 đến 14/09/2022)`."""
        if self.period is None:
            return ""
        start, end = format_day(self.period.start), format_day(self.period.end)
        return get_label("heading", "dates", period=self.period.code, start=start, end=end)


def format_day(day: date) -> str:
    """Write a day as officers do: 05/07/2022."""
    return day.strftime("%d/%m/%Y")


def parse_quarter(period: str) -> periods.Quarter:
    """Parse the report quarter `period` names; raises PeriodError for anything else."""
    return periods.parse_period(period).first


def describe_reporter(
    unit: str, period: str, settings: Settings, place: Place | None = None
) -> ReportSubject:
    """Describe a team or point by its number (`D-00646`) and where it sits, if that is known.

    Raises PlaceError for a code no commune ever had.
    """
    quarter = parse_quarter(period)
    kind, _, code = unit.partition("-")
    place = place or find_place_now(code[:5], quarter.end)
    name = get_label("heading", _KINDS[kind], place=_place_name(place))
    # NOTE: a bare code means the commune that bears it in the period, another team perhaps.
    is_bare = kind == "D" and code == place.code and place.is_valid_on(quarter.end)
    printed_code = code if is_bare else unit
    return ReportSubject(
        unit, printed_code, name, quarter, _due_date(quarter, settings), quarter.end
    )


def find_place_now(code: str, day: date) -> Place:
    """Return the commune of a code on `day`: the one its people went to where it is no more.

    The last one of that code where they went to several; raises PlaceError for an unknown code.
    """
    register = places.load_places()
    versions = register.all_versions(code)
    if not versions or any(version.is_valid_on(day) for version in versions):
        return register.find_place(code, day)
    after = register.list_places_after(versions[-1], day)
    return after[0] if len(after) == 1 else versions[-1]


def list_communes(unit: str, day: date) -> list[Place]:
    """Return the communes of a district; of the city on a day without districts, in code order."""
    return places.load_places().communes_of("" if unit == province_code() else unit, day)


def list_lines(
    index: UnitIndex, form: str, unit: str, quarter: periods.Quarter
) -> dict[str, Place]:
    """Map the reporter of each line that a consolidated workbook needs to its commune.

    A commune with one team or point, or with none, has a line under its own code; one with several
    has a line for each. A unit of no commune in force has a line under its number in the city's.
    """
    letter = "P" if form == "B" else "D"
    seated = index.list_seated(letter, quarter.end)
    lines: dict[str, Place] = {}
    for place in list_communes(unit, quarter.end):
        own = seated.pop(place.id, [])
        if len(own) > 1:
            lines.update((index.choose_number(one, quarter), place) for one in sorted(own))
        else:
            lines[f"{letter}-{place.code}"] = place
    if unit == province_code():
        for place_id, own in seated.items():
            place = index.places.by_id[place_id]
            lines.update((index.choose_number(one, quarter), place) for one in own)
    return lines


def describe_group(unit: str, period: str, settings: Settings) -> ReportSubject:
    """Describe a district by its code, or the city in a period without districts.

    Raises PlaceError when the period has no such district.
    """
    quarter = parse_quarter(period)
    due = _due_date(quarter, settings)
    districts = places.load_places().districts_on(quarter.end)
    if unit == province_code() and not districts:
        return replace(describe_city(quarter.end), period=quarter, due=due)
    for known in districts:
        if known.code == unit:
            return ReportSubject(unit, unit, known.full_name, quarter, due, quarter.end)
    raise PlaceError(f"no district has the code {unit!r} on {quarter.end}", text=unit)


def describe_city(day: date) -> ReportSubject:
    """Describe the whole city as it was called on `day`."""
    code = province_code()
    return ReportSubject(code, code, province_name(day).vi, None, None, day)


def _place_name(place: Place) -> str:
    above = f", {place.district_type.lower()} {place.district_name}" if place.district_code else ""
    return f"{place.type.lower()} {place.name}{above}"


def _due_date(quarter: periods.Quarter, settings: Settings) -> date:
    return quarter.end + timedelta(days=settings.timely_days)
