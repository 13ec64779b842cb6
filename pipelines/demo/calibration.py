"""Whether the invented city adds up to every published figure, before anything is written: returns and lines in.

Also says which quarters a published figure stands on: a return of those is never late, missing or wrong.
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
    """A published figure the city does not add up to."""

    figure: PublishedFigure
    found: int


def generate_city(network: DemoNetwork, seed: int) -> DemoCity:
    return DemoCity(
        generate_team_returns(network, seed),
        generate_point_returns(network, seed),
        generate_referral_lines(network, seed),
        generate_registers(network, seed),
    )


def list_misses(drawn: DemoCity) -> list[CalibrationMiss]:
    """Every published figure to be met that is not; empty when the demonstration may be written."""
    found = ((figure, compute_figure(drawn, figure)) for figure in load_published() if figure.exact)
    return [
        CalibrationMiss(figure, number) for figure, number in found if not figure.matches(number)
    ]


def published_quarters(form: str) -> set[Quarter]:
    """The quarters some published figure needs returns of this form for: A, B, or C of the pilot."""
    spans = (
        parse_period(p.period)
        for p in load_published()
        if p.exact and form in _forms_of(catalog.find_kpi(p.kpi))
    )
    return {quarter for span in spans for quarter in span.quarters}


def compute_figure(drawn: DemoCity, figure: PublishedFigure) -> int:
    """The city's own number for a published figure, added up by hand rather than by the warehouse."""
    kpi, span = catalog.find_kpi(figure.kpi), parse_period(figure.period)
    if kpi.kind == "referrals":
        return _count_people(drawn.lines, kpi, span, figure.places)
    return sum(_sum_measure(drawn, code, span, figure.places) for code in kpi.numerators)


def _forms_of(kpi: Kpi) -> set[str]:
    if kpi.kind == "referrals":
        # NOTE: form C of a point comes with its form B, that of a pilot ward alone.
        return {"C"} if kpi.programme == "M3" else {"B", "C"}
    return {catalog.fields()[code].form for code in kpi.numerators if code in catalog.fields()}


def _count_people(lines: Lines, kpi: Kpi, span: Span, where: tuple[str, ...]) -> int:
    """Clients by the newest line of each slip: distinct within a point, added over points."""
    newest = {
        line["referral_id"]: (point, line) for (point, _), given in lines.items() for line in given
    }
    first, last = span.start.isoformat(), span.end.isoformat()
    return len(
        {
            (point, line["client"])
            for point, line in newest.values()
            if line["programme"] == kpi.programme and line["status"] != "cancelled"
            if not kpi.services or line["service"] in kpi.services
            if first <= str(line["referral_date"]) <= last and _is_within(point, where, span)
        }
    )


def _sum_measure(drawn: DemoCity, code: str, span: Span, where: tuple[str, ...]) -> int:
    known = catalog.fields().get(code)
    if known is None:
        return sum(
            1
            for unit in _list_registered(drawn.registers, code, span)
            if _is_within(unit, where, span)
        )
    quarters = {span.last} if known.over_time == "last" else set(span.quarters)
    returns = drawn.teams if known.form == "A" else drawn.points
    return sum(
        row.get(code, 0)
        for (reporter, quarter), row in returns.values.items()
        if quarter in quarters and _is_within(reporter, where, span)
    )


def _list_registered(lines: Mapping[str, Iterable[Line]], measure: str, span: Span) -> list[str]:
    """The units of the registers that a measure counts at the span's end, or that were founded in it."""
    register, programme = {
        "teams": ("D1", ""),
        "clubs": ("D4", ""),
        "pilot_wards": ("D3", "M3"),
    }.get(measure, ("D3", "M4"))
    own = [line for line in lines[register] if not programme or line["programme"] == programme]
    first, last = span.start.isoformat(), span.end.isoformat()
    if measure == "points_founded":
        return [_unit_of(n) for n in own if first <= str(n.get("decision_date", "")) <= last]
    return [
        _unit_of(n)
        for n in own
        if str(n.get("valid_from", "")) <= last <= str(n.get("valid_to", last))
    ]


def _unit_of(line: Line) -> str:
    return f"?-{line['commune']}"


def _is_within(unit: str, where: tuple[str, ...], span: Span) -> bool:
    """Does a unit (`P-00646`) lie in one of these communes or districts? Everywhere when none is named."""
    code = unit[2:]
    return (
        not where
        or code in where
        or places.load_places().find_place(code, span.end).district_code in where
    )
