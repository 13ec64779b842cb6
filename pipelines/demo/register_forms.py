"""The city's registers of teams, of points and pilot wards, and of clubs."""

import itertools
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from pipelines.demo.calendar import LAST
from pipelines.demo.city_plan import load_plan
from pipelines.demo.network import DemoClub, DemoNetwork, DemoPilot, DemoPoint, DemoTeam
from pipelines.demo.random_tools import make_rng
from pipelines.intake.templates.prefill import FillValue
from pipelines.reference.counselling_points import load_known_points
from pipelines.reference.periods import Quarter

#: One line: codes of choices (several joined by `;`), ISO dates, numbers or text by column.
Line = dict[str, FillValue]
#: Teams were organised anew under the city's decision of February 2016 (W4 of sources.csv).
ANEW = (date(2016, 3, 1), date(2016, 12, 20))
#: Shares of the grades as in 2016: 369 A, 163 B, 8 C of 540 graded, some none (W3 of sources.csv).
GRADED = {"A": 0.64, "B": 0.31, "C": 0.016}
ALWAYS = ("committee", "health", "police", "team")
OFTEN = {"justice": 0.7, "culture": 0.85, "veterans": 0.75, "women": 0.9, "youth": 0.6}
_ORDER = (
    "committee",
    "health",
    "police",
    "justice",
    "culture",
    "veterans",
    "women",
    "youth",
    "team",
)


def generate_registers(network: DemoNetwork, seed: int) -> dict[str, list[Line]]:
    """Generate the lines of D1, D3 and D4; a team, point or club is listed from its first day."""
    chance = make_rng(seed, "registers")
    return {
        "D1": _team_lines(network, chance),
        "D3": _point_lines(network, chance),
        "D4": list(map(_club_line, network.clubs)),
    }


#: What becomes known on a day a line names, and what goes with it.
_LATER = {
    "valid_to": ("valid_to", "successor", "status"),
    "helper_model_from": ("helper_model_from",),
}


def known_on(line: Line, day: date) -> Line | None:
    """Return a line as the register said it on `day`; None before the unit began."""
    if str(line.get("valid_from", "")) > day.isoformat():
        return None
    unknown: set[str] = set()
    for date_column, columns in _LATER.items():
        if str(line.get(date_column, "")) > day.isoformat():
            unknown.update(columns)
    if day.year <= int(str(line.get("grade_year", 0))) and day < LAST.end:
        unknown.update(("grade_year", "grade"))
    known = {column: value for column, value in line.items() if column not in unknown}
    known.setdefault("status", "active")
    return known


def _team_lines(network: DemoNetwork, chance: Random) -> list[Line]:
    grades = _draw_grades(network.teams, chance)
    lines = []
    for team in network.teams:
        line = _team_line(team, grades[team.id], network.helpers.get(team.id), chance)
        lines.append(_drop_empty_columns(line))
    return lines


def _team_line(team: DemoTeam, grade: str, helping: date | None, chance: Random) -> Line:
    began = team.place.valid_from
    merged = began > ANEW[1]
    first, last = ANEW
    if merged:
        # NOTE: a team of a commune merged in March 2020 must be at work on the first quarter's
        # last day, two weeks later.
        first, last = began, began + timedelta(days=10)
    signed = _draw_day_between(first, last, chance)
    return {
        "team_id": team.id,
        "commune": team.place.code,
        "decision_no": f"{chance.randint(300, 4800)}/QĐ-UBND",
        "decision_date": _iso_day(signed),
        "authority": "district",
        "regulation_date": _iso_day(signed + timedelta(days=chance.randint(7, 60))),
        "status": "active",
        "valid_from": _iso_day(signed) if merged else None,
        "grade_year": LAST.year,
        "grade": grade,
        "helper_model_from": _iso_day(helping),
    }


def _draw_grades(teams: Iterable[DemoTeam], chance: Random) -> dict[str, str]:
    """Draw a grade for each team; the diligent are graded better, not always."""
    ranked = sorted(teams, key=lambda team: -team.diligence * chance.uniform(0.6, 1.4))
    grades = {team.id: "none" for team in ranked}
    start = 0
    for grade, part in GRADED.items():
        end = start + round(part * len(ranked))
        for team in ranked[start:end]:
            grades[team.id] = grade
        start = end
    return grades


def _point_lines(network: DemoNetwork, chance: Random) -> list[Line]:
    districts = sorted({point.place.district_code for point in network.points})
    helped_by = dict(zip(districts, itertools.cycle(load_plan().points.facilities), strict=False))
    launched = {
        known.commune: known.date for known in load_known_points() if known.event == "launched"
    }
    lines = []
    for point in network.points:
        facility = helped_by[point.place.district_code]
        line = _point_line(point, facility, launched.get(point.place.code), chance)
        lines.append(_drop_empty_columns(line))
    return [*lines, *map(_pilot_line, network.pilots)]


def _point_line(point: DemoPoint, facility: str, launched: str | None, chance: Random) -> Line:
    """Draw the line of a point; `launched` is the day of its ceremony, where a source names it."""
    sectors = _draw_sectors(chance)
    location = chance.choices(("health_station", "committee", "other"), (0.88, 0.1, 0.02))[0]
    decision_no = None
    if point.decided:
        decision_no = f"{chance.randint(20, 990)}/QĐ-UBND"
        launched = _iso_day(_draw_launch(point.decided, chance))
    return {
        "point_id": point.id,
        "commune": point.place.code,
        "programme": "M4",
        "location": location,
        "decision_no": decision_no,
        "decision_date": _iso_day(point.decided),
        "launch_date": launched,
        "chair_role": "vice_chair" if chance.random() < 0.92 else "chair",
        "board_sectors": ";".join(sorted(sectors, key=_ORDER.index)),
        "board_members": len(sectors) + chance.choice((0, 0, 1, 1, 2, 3)),
        "seconded_counsellors": chance.choice((1, 1, 2, 2, 3)),
        "supporting_facility": facility,
        "status": "active",
        "valid_from": _iso_day(point.decided),
        "confidence": point.confidence,
    }


def _draw_sectors(chance: Random) -> list[str]:
    """Draw the sectors that sit on a point's board."""
    return [*ALWAYS, *(sector for sector, share in OFTEN.items() if chance.random() < share)]


def _draw_launch(decided: date, chance: Random) -> date:
    """Draw the day of the ceremony: some days later, still in the quarter of the decision."""
    room = min(12, (Quarter.containing(decided).end - decided).days)
    return decided + timedelta(days=chance.randint(1, room))


def _pilot_line(ward: DemoPilot) -> Line:
    pilot = load_plan().pilot
    return {
        "point_id": ward.id,
        "commune": ward.place.code,
        "programme": "M3",
        "decision_no": pilot.plan,
        "decision_date": _iso_day(pilot.signed),
        "status": "dissolved",
        "valid_from": _iso_day(ward.since),
        "valid_to": _iso_day(pilot.end),
        "successor": ward.reporter,
        "confidence": _pilot_confidence(ward.place.code),
    }


def _club_line(club: DemoClub) -> Line:
    return {
        "club_id": club.id,
        "commune": club.place.code,
        "founded": _iso_day(club.founded),
        "board_size": club.board,
        "status": "active",
        "valid_from": _iso_day(club.founded),
    }


def _pilot_confidence(commune: str) -> str:
    """Return how sure the sources are of the pilot in this commune, or "invented"."""
    for known in load_known_points():
        if known.commune == commune and known.programme == "M3":
            return known.confidence
    return "invented"


def _draw_day_between(first: date, last: date, chance: Random) -> date:
    return first + timedelta(days=chance.randint(0, (last - first).days))


def _iso_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _drop_empty_columns(line: Line) -> Line:
    return {column: value for column, value in line.items() if value is not None}
