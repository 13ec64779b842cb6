"""The check that the invented city adds up to every published figure, before anything is written.

Also says which quarters a published figure needs: a return of those is never late,
missing or wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.demo.network import DemoNetwork
from pipelines.demo.point_returns import generate_point_returns
from pipelines.demo.referral_lines import Lines, generate_referral_lines
from pipelines.demo.register_forms import Line, generate_registers
from pipelines.demo.team_returns import GeneratedReturns, generate_team_returns
from pipelines.reference import places
from pipelines.reference.periods import Quarter, Span, parse_period
from pipelines.reference.published_figures import PublishedFigure, load_published


@dataclass(frozen=True)
class DemoCity:
    """Everything the demonstration says, for complete reporting."""

    teams: GeneratedReturns
    points: GeneratedReturns
    lines: Lines
    registers: Mapping[str, list[Line]]


@dataclass(frozen=True)
class CalibrationMiss:
    """A published figure the city does not add up to, and the number it gives instead."""

    figure: PublishedFigure
    found: int


def generate_city(network: DemoNetwork, seed: int) -> DemoCity:
    """Generate every return, referral line and register of the city."""
    return DemoCity(
        generate_team_returns(network, seed),
        generate_point_returns(network, seed),
        generate_referral_lines(network, seed),
        generate_registers(network, seed),
    )


def list_misses(drawn: DemoCity) -> list[CalibrationMiss]:
    """Return the exact published figures that are not met; none may be left."""
    misses = []
    for figure in load_published():
        if not figure.exact:
            continue
        number = compute_figure(drawn, figure)
        if not figure.matches(number):
            misses.append(CalibrationMiss(figure, number))
    return misses


def published_quarters(form: str) -> set[Quarter]:
    """Return the quarters whose returns of form A, B or C some exact published figure needs."""
    quarters: set[Quarter] = set()
    for figure in load_published():
        if figure.exact and form in _forms_of(catalog.find_kpi(figure.kpi)):
            quarters.update(parse_period(figure.period).quarters)
    return quarters


def compute_figure(drawn: DemoCity, figure: PublishedFigure) -> int:
    """Add up the city's own number for a published figure, without the warehouse."""
    kpi, span = catalog.find_kpi(figure.kpi), parse_period(figure.period)
    if kpi.kind == "referrals":
        return _count_people(drawn.lines, kpi, span, figure.places)
    return sum(_sum_measure(drawn, code, span, figure.places) for code in kpi.numerators)


def _forms_of(kpi: Kpi) -> set[str]:
    if kpi.kind == "referrals":
        # NOTE: form C of a point comes with its form B, that of a pilot ward alone.
        return {"C"} if kpi.programme == "M3" else {"B", "C"}
    fields = catalog.fields()
    return {fields[code].form for code in kpi.numerators if code in fields}


def _count_people(lines: Lines, kpi: Kpi, span: Span, where: tuple[str, ...]) -> int:
    """Count clients by the newest line of each slip: distinct within a point, added over points."""
    newest: dict[object, tuple[str, Line]] = {}
    for (point, _), point_lines in lines.items():
        for line in point_lines:
            newest[line["referral_id"]] = (point, line)
    clients = set()
    for point, line in newest.values():
        if _counts_for(line, kpi, span) and _is_within(point, where, span):
            clients.add((point, line["client"]))
    return len(clients)


def _counts_for(line: Line, kpi: Kpi, span: Span) -> bool:
    """Is this a referral of the KPI's programme and services in the span, and not cancelled?"""
    if line["programme"] != kpi.programme or line["status"] == "cancelled":
        return False
    if kpi.services and line["service"] not in kpi.services:
        return False
    return span.start.isoformat() <= str(line["referral_date"]) <= span.end.isoformat()


def _sum_measure(drawn: DemoCity, code: str, span: Span, where: tuple[str, ...]) -> int:
    known = catalog.fields().get(code)
    if known is None:
        units = _list_registered(drawn.registers, code, span)
        return sum(_is_within(unit, where, span) for unit in units)
    quarters = {span.last} if known.over_time == "last" else set(span.quarters)
    returns = drawn.teams if known.form == "A" else drawn.points
    total = 0
    for (reporter, quarter), row in returns.values.items():
        if quarter in quarters and _is_within(reporter, where, span):
            total += row.get(code, 0)
    return total


#: Register and programme that the measures of registers count; the others count points of M4.
_REGISTER_OF = {"teams": ("D1", ""), "clubs": ("D4", ""), "pilot_wards": ("D3", "M3")}


def _list_registered(lines: Mapping[str, Iterable[Line]], measure: str, span: Span) -> list[str]:
    """Return the register's units that a measure counts: at the span's end, or founded in it."""
    register, programme = _REGISTER_OF.get(measure, ("D3", "M4"))
    is_counted = _is_founded_in if measure == "points_founded" else _is_valid_at_end
    units = []
    for line in lines[register]:
        if programme and line["programme"] != programme:
            continue
        if is_counted(line, span):
            units.append(_unit_of(line))
    return units


def _is_founded_in(line: Line, span: Span) -> bool:
    decided = str(line.get("decision_date", ""))
    return span.start.isoformat() <= decided <= span.end.isoformat()


def _is_valid_at_end(line: Line, span: Span) -> bool:
    last = span.end.isoformat()
    return str(line.get("valid_from", "")) <= last <= str(line.get("valid_to", last))


def _unit_of(line: Line) -> str:
    return f"?-{line['commune']}"


def _is_within(unit: str, where: tuple[str, ...], span: Span) -> bool:
    """Does a unit (`P-00646`) lie in these communes or districts? True when none is named."""
    code = unit[2:]
    if not where or code in where:
        return True
    return places.load_places().find_place(code, span.end).district_code in where
