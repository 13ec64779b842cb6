"""The registers of teams, points and pilot wards, and clubs as the city keeps them: the network in, lines out."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from random import Random

from pipelines.demo.calendar import LAST
from pipelines.demo.network import PILOT_END, DemoNetwork, DemoPilot, DemoPoint, DemoTeam
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
#: The plan of the referral pilot: KH 40/KH-UBND of 12 February 2019.
PILOT_PLAN = ("40/KH-UBND", date(2019, 2, 12))
#: Which of the city's facilities 2, 5, 6, 7 helps the points of a district, in turn.
FACILITIES = ("2", "5", "6", "7")
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
    """The lines of D1, D3 and D4; a team, point or club stands there from its first day."""
    chance = make_rng(seed, "registers")
    clubs: list[Line] = [
        {"club_id": c.id, "commune": c.place.code, "founded": _iso_day(c.founded), "board_size": c.board,
         "status": "active", "valid_from": _iso_day(c.founded)}
        for c in network.clubs
    ]  # fmt: skip
    return {
        "D1": _team_lines(network, chance),
        "D3": _point_lines(network, chance),
        "D4": _drop_empty_columns(clubs),
    }


#: What becomes known on a day a line names, and what goes with it.
_LATER = {
    "valid_to": ("valid_to", "successor", "status"),
    "helper_model_from": ("helper_model_from",),
}


def known_on(line: Line, day: date) -> Line | None:
    """A line as the register said it on `day`; None before the unit began."""
    if str(line.get("valid_from", "")) > day.isoformat():
        return None
    known = dict(line)
    for named, going in _LATER.items():
        if str(line.get(named, "")) > day.isoformat():
            known = {c: v for c, v in known.items() if c not in going}
    if day.year <= int(str(line.get("grade_year", 0))) and day < LAST.end:
        known = {c: v for c, v in known.items() if c not in ("grade_year", "grade")}
    return {**known, "status": "active"} if "status" not in known else known


def _team_lines(network: DemoNetwork, chance: Random) -> list[Line]:
    grades = _draw_grades(network.teams, chance)
    return _drop_empty_columns(
        _team_line(t, grades[t.id], network.helpers.get(t.id), chance) for t in network.teams
    )


def _team_line(team: DemoTeam, grade: str, helping: date | None, chance: Random) -> Line:
    began = team.place.valid_from
    merged = began > ANEW[1]
    # NOTE: a team of a commune merged in March 2020 must be at work on the first quarter's last day, two weeks later.
    first, last = (began, began + timedelta(days=10)) if merged else ANEW
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
    """The diligent are graded better, not always."""
    ranked = sorted(teams, key=lambda t: -t.diligence * chance.uniform(0.6, 1.4))
    grades: dict[str, str] = {}
    at = 0
    for grade, part in GRADED.items():
        upto = at + round(part * len(ranked))
        grades |= {t.id: grade for t in ranked[at:upto]}
        at = upto
    return {t.id: grades.get(t.id, "none") for t in ranked}


def _point_lines(network: DemoNetwork, chance: Random) -> list[Line]:
    districts = sorted({p.place.district_code for p in network.points})
    helped_by = {code: FACILITIES[i % len(FACILITIES)] for i, code in enumerate(districts)}
    launched = {p.commune: p.date for p in load_known_points() if p.event == "launched"}
    points = [
        _point_line(p, helped_by[p.place.district_code], launched, chance) for p in network.points
    ]
    return _drop_empty_columns([*points, *(_pilot_line(p) for p in network.pilots)])


def _point_line(
    point: DemoPoint, facility: str, launched: Mapping[str, str], chance: Random
) -> Line:
    sectors = {*ALWAYS, *(s for s, often in OFTEN.items() if chance.random() < often)}
    return {
        "point_id": point.id,
        "commune": point.place.code,
        "programme": "M4",
        "location": chance.choices(("health_station", "committee", "other"), (0.88, 0.1, 0.02))[0],
        "decision_no": f"{chance.randint(20, 990)}/QĐ-UBND" if point.decided else None,
        "decision_date": _iso_day(point.decided),
        "launch_date": _iso_day(_draw_launch(point.decided, chance))
        if point.decided
        else launched.get(point.place.code),
        "chair_role": "vice_chair" if chance.random() < 0.92 else "chair",
        "board_sectors": ";".join(s for s in _ORDER if s in sectors),
        "board_members": len(sectors) + chance.choice((0, 0, 1, 1, 2, 3)),
        "seconded_counsellors": chance.choice((1, 1, 2, 2, 3)),
        "supporting_facility": facility,
        "status": "active",
        "valid_from": _iso_day(point.decided),
        "confidence": point.confidence,
    }


def _draw_launch(decided: date, chance: Random) -> date:
    """A ceremony some days later, still in the quarter of the decision."""
    room = min(12, (Quarter.containing(decided).end - decided).days)
    return decided + timedelta(days=chance.randint(1, room))


def _pilot_line(ward: DemoPilot) -> Line:
    plan, signed = PILOT_PLAN
    confidence = next(
        p.confidence
        for p in load_known_points()
        if p.commune == ward.place.code and p.programme == "M3"
    )
    return {
        "point_id": ward.id,
        "commune": ward.place.code,
        "programme": "M3",
        "decision_no": plan,
        "decision_date": _iso_day(signed),
        "status": "dissolved",
        "valid_from": _iso_day(ward.since),
        "valid_to": _iso_day(PILOT_END),
        "successor": ward.reporter,
        "confidence": confidence,
    }


def _draw_day_between(first: date, last: date, chance: Random) -> date:
    return first + timedelta(days=chance.randint(0, (last - first).days))


def _iso_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _drop_empty_columns(lines: Iterable[Line]) -> list[Line]:
    """Lines without their empty columns."""
    return [
        {column: value for column, value in line.items() if value is not None} for line in lines
    ]
