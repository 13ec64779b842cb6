"""What is asked, made exact: KPIs, terms, spans and cuts; what the contract forbids is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from pipelines import catalog
from pipelines.catalog import Field, Kpi, Measure, Text, Unit
from pipelines.errors import Refused
from pipelines.privacy.scope import strictest
from pipelines.reference.periods import QUARTERS, Span, Step

By = Literal["district", "ward", "quarter", "half", "year", "so_far", "service"]
BY: tuple[By, ...] = get_args(By)
TIMES: dict[str, Step] = {"quarter": "quarter", "half": "half", "year": "year", "so_far": "so_far"}


@dataclass(frozen=True)
class KpiTerm:
    """One measure of one side of a figure, and what happens to it over the bucket's time."""

    side: Literal["numerator", "denominator"]
    measure: Measure


def parse_breakdown(
    by: Sequence[str],
) -> tuple[Literal["city", "district", "ward"], Step | None, bool]:
    """Take `by` apart into the level of places, the step of time, and whether by service.

    Raises Refused (unknown_split) for an unknown cut and for two cuts of time.
    """
    names = ["quarter" if cut == "period" else cut for cut in by]
    steps: list[Step] = []
    for name in names:
        if name not in BY:
            raise _refuse_cuts(f"figures cannot be cut by {name!r}", name)
        if name in TIMES:
            steps.append(TIMES[name])
    if len(steps) > 1:
        raise _refuse_cuts("one cut of time at a time", ", ".join(steps))
    place: Literal["city", "district", "ward"] = "city"
    if "ward" in names:
        place = "ward"
    elif "district" in names:
        place = "district"
    step = steps[0] if steps else None
    return place, step, "service" in names


def _refuse_cuts(reason: str, cuts: str) -> Refused:
    return Refused(reason, code="unknown_split", text=cuts, choices=", ".join(BY))


def time_buckets(span: Span, step: Step | None) -> tuple[Span, ...]:
    """Return the span whole, or cut into steps of the report calendar."""
    return tuple(span.split_into(step)) if step else (span,)


def find_queried_kpi(code: str) -> Kpi:
    """Find a KPI, a field as a KPI of its own, or a sum of them.

    Raises CatalogError for an unknown code and Refused for a sum the contract forbids.
    """
    kpis = [_find_single(part.strip()) for part in code.split("+")]
    if len(kpis) == 1:
        return kpis[0]
    _check_addition(kpis)
    return replace(
        kpis[0],
        code=code,
        name=code,
        label=join_labels(kpis),
        numerator=" + ".join(kpi.numerator for kpi in kpis),
        protected=strictest(kpi.protected for kpi in kpis),
    )


def _find_single(code: str) -> Kpi:
    figure = catalog.find_figure(code)
    if isinstance(figure, Kpi):
        return figure
    return Kpi(
        figure.code,
        figure.code,
        figure.label,
        figure.definition,
        figure.unit,
        story="",
        kind="sum",
        numerator=figure.code,
        protected=figure.protected,
    )


def _check_addition(kpis: Sequence[Kpi]) -> None:
    """Refuse a sum unless it adds events of one unit, or people who are parts of one exact total.

    See docs/domain.md 4.1. Raises Refused: units_differ, people_do_not_add.
    """
    label = join_labels(kpis)
    _check_units(kpis, label)
    parts: list[str] = []
    for kpi in kpis:
        parts += kpi.numerators
    if len(set(parts)) != len(parts):
        raise Refused(
            "the same thing would be counted twice", code="people_do_not_add", label=label
        )
    counted_kind = catalog.units()[kpis[0].unit].kind
    if counted_kind in ("people", "stock") and not _are_exact_parts(parts):
        raise Refused(
            "people counted apart may be the same people", code="people_do_not_add", label=label
        )


def _check_units(kpis: Sequence[Kpi], label: Text) -> None:
    """Raise Refused (units_differ) unless all are counts of one unit."""
    kinds = {kpi.kind for kpi in kpis}
    codes = {kpi.unit for kpi in kpis}
    if kinds != {"sum"} or len(codes) > 1:
        units = join_labels(catalog.units()[kpi.unit] for kpi in kpis)
        raise Refused(
            "different units do not add up", code="units_differ", label=label, units=units
        )


def join_labels(items: Iterable[Kpi | Measure | Unit]) -> Text:
    """Return the labels of what is added, with plus signs between them, in both languages."""
    labels = [item.label for item in items]
    vietnamese = " + ".join(label.vi for label in labels)
    english = " + ".join(label.en for label in labels)
    return Text(vietnamese, english)


def _are_exact_parts(codes: Sequence[str]) -> bool:
    """Are all codes parts of one field whose parts add up to it exactly?"""
    for field in catalog.fields().values():
        if field.parts_kind == "exact" and set(codes) <= set(field.parts):
            return True
    return False


def kpi_terms(kpi: Kpi, bucket: Span) -> list[KpiTerm]:
    """List the measures a figure stands on in this bucket, numerator first, twins chosen.

    Raises Refused where time forbids the sum.
    """
    if "from_year_start" in kpi.caveats and not _starts_with_year(bucket):
        raise Refused("asked from the year's start only", code="from_year_start", label=kpi.label)
    if "within_year" in kpi.caveats and not bucket.in_one_year:
        raise Refused(
            "people of several years over the people of one day",
            code="within_year",
            label=kpi.label,
        )
    above = _measures_over_time(kpi, kpi.numerators, bucket)
    below = _measures_over_time(kpi, kpi.denominators, bucket)
    return [
        *(KpiTerm("numerator", measure) for measure in above),
        *(KpiTerm("denominator", measure) for measure in below),
    ]


def _measures_over_time(kpi: Kpi, codes: Sequence[str], bucket: Span) -> list[Measure]:
    measures = catalog.measures()
    return [_measure_over_time(kpi, measures[code], bucket) for code in codes]


def _measure_over_time(kpi: Kpi, measure: Measure, bucket: Span) -> Measure:
    """Return the measure itself, or its twin for a span from the year's start.

    Raises Refused (from_year_start, not_over_time, year_only) for people of several periods.
    """
    if measure.over_time == "none" and len(bucket) > 1:
        return _choose_twin(kpi, measure, bucket)
    if measure.over_time == "year" and not _is_year_or_years(bucket):
        raise Refused("people are counted once a year", code="year_only", label=kpi.label)
    return measure


def _choose_twin(kpi: Kpi, measure: Measure, bucket: Span) -> Measure:
    """Return the cumulative twin of a measure of one period; raises Refused without one."""
    twin = None
    if isinstance(measure, Field) and "base_or_twin" in kpi.caveats:
        twin = measure.twin
    if twin and _is_half_or_years(bucket):
        return catalog.find_measure(twin)
    code = "from_year_start" if twin else "not_over_time"
    raise Refused("people of one period are not people of two", code=code, label=kpi.label)


def _is_half_or_years(bucket: Span) -> bool:
    return bucket.whole_years or (bucket.first.number == 1 and len(bucket) == QUARTERS["half"])


def _is_year_or_years(bucket: Span) -> bool:
    return bucket.in_one_year or bucket.whole_years


def _starts_with_year(bucket: Span) -> bool:
    return bucket.first.number == 1 and _is_year_or_years(bucket)
