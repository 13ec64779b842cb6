"""Whether the invented city adds up to every published figure, before anything is written: returns and lines in.

Also says which quarters a published figure stands on: a return of those is never late, missing or wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.demo.network import Network
from pipelines.demo.point_returns import point_returns
from pipelines.demo.referral_lines import Lines, referral_lines
from pipelines.demo.registers import Line, registers
from pipelines.demo.team_returns import Returns, team_returns
from pipelines.reference import places
from pipelines.reference.periods import Quarter, Span, parse
from pipelines.reference.published import Published, published


@dataclass(frozen=True)
class City:
    """Everything the demonstration says, for complete reporting."""

    teams: Returns
    points: Returns
    lines: Lines
    registers: Mapping[str, list[Line]]


@dataclass(frozen=True)
class Miss:
    """A published figure the city does not add up to."""

    figure: Published
    found: int


def city(network: Network, seed: int) -> City:
    return City(
        team_returns(network, seed),
        point_returns(network, seed),
        referral_lines(network, seed),
        registers(network, seed),
    )


def misses(drawn: City) -> list[Miss]:
    """Every published figure to be met that is not; empty when the demonstration may be written."""
    found = ((figure, computed(drawn, figure)) for figure in published() if figure.exact)
    return [Miss(figure, number) for figure, number in found if not figure.agrees(number)]


def published_quarters(form: str) -> set[Quarter]:
    """The quarters some published figure needs returns of this form for: A, B, or C of the pilot."""
    spans = (parse(p.period) for p in published() if p.exact and form in _forms(catalog.kpi(p.kpi)))
    return {quarter for span in spans for quarter in span.quarters}


def computed(drawn: City, figure: Published) -> int:
    """The city's own number for a published figure, added up by hand rather than by the warehouse."""
    kpi, span = catalog.kpi(figure.kpi), parse(figure.period)
    if kpi.kind == "referrals":
        return _people(drawn.lines, kpi, span, figure.places)
    return sum(_measured(drawn, code, span, figure.places) for code in kpi.numerators)


def _forms(kpi: Kpi) -> set[str]:
    if kpi.kind == "referrals":
        # NOTE: form C of a point comes with its form B, that of a pilot ward alone.
        return {"C"} if kpi.programme == "M3" else {"B", "C"}
    return {catalog.fields()[code].form for code in kpi.numerators if code in catalog.fields()}


def _people(lines: Lines, kpi: Kpi, span: Span, where: tuple[str, ...]) -> int:
    """Clients by the newest line of each slip: distinct within a point, added over points."""
    newest = {line["referral_id"]: (point, line) for (point, _), given in lines.items() for line in given}
    first, last = span.start.isoformat(), span.end.isoformat()
    return len(
        {
            (point, line["client"])
            for point, line in newest.values()
            if line["programme"] == kpi.programme and line["status"] != "cancelled"
            if not kpi.services or line["service"] in kpi.services
            if first <= str(line["referral_date"]) <= last and _within(point, where, span)
        }
    )


def _measured(drawn: City, code: str, span: Span, where: tuple[str, ...]) -> int:
    known = catalog.fields().get(code)
    if known is None:
        return sum(1 for unit in _registered(drawn.registers, code, span) if _within(unit, where, span))
    quarters = {span.last} if known.over_time == "last" else set(span.quarters)
    returns = drawn.teams if known.form == "A" else drawn.points
    return sum(
        row.get(code, 0)
        for (reporter, quarter), row in returns.values.items()
        if quarter in quarters and _within(reporter, where, span)
    )


def _registered(lines: Mapping[str, Iterable[Line]], measure: str, span: Span) -> list[str]:
    """The units of the registers that a measure counts at the span's end, or that were founded in it."""
    register, programme = {"teams": ("D1", ""), "clubs": ("D4", ""), "pilot_wards": ("D3", "M3")}.get(
        measure, ("D3", "M4")
    )
    own = [line for line in lines[register] if not programme or line["programme"] == programme]
    first, last = span.start.isoformat(), span.end.isoformat()
    if measure == "points_founded":
        return [_unit(n) for n in own if first <= str(n.get("decision_date", "")) <= last]
    return [_unit(n) for n in own if str(n.get("valid_from", "")) <= last <= str(n.get("valid_to", last))]


def _unit(line: Line) -> str:
    return f"?-{line['commune']}"


def _within(unit: str, where: tuple[str, ...], span: Span) -> bool:
    """Does a unit (`P-00646`) lie in one of these communes or districts? Everywhere when none is named."""
    code = unit[2:]
    return not where or code in where or places.load().get(code, span.end).district_code in where
