"""What is asked, made exact: codes, spans and cuts in, figures out; what the contract forbids is refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from pipelines import catalog
from pipelines.catalog import Field, Kpi, Measure, Text
from pipelines.errors import Refused
from pipelines.privacy.scope import strictest
from pipelines.reference.periods import QUARTERS, Span, Step

By = Literal["district", "ward", "quarter", "half", "year", "so_far", "service"]
BY: tuple[By, ...] = get_args(By)
TIMES: dict[str, Step] = {"quarter": "quarter", "half": "half", "year": "year", "so_far": "so_far"}


@dataclass(frozen=True)
class KpiQuery:
    """One figure asked over buckets of time and groups of places."""

    kpi: Kpi
    place_by: Literal["city", "district", "ward"]
    buckets: tuple[Span, ...]
    by_service: bool = False


@dataclass(frozen=True)
class KpiTerm:
    """One measure of one side of a figure, and what happens to it over the bucket's time."""

    side: Literal["numerator", "denominator"]
    measure: Measure


def parse_breakdown(
    by: Sequence[str],
) -> tuple[Literal["city", "district", "ward"], Step | None, bool]:
    """`by` taken apart: places, time, service; raises Refused for an unknown or doubled cut."""
    names = ["quarter" if b == "period" else b for b in by]
    unknown = next((n for n in names if n not in BY), None)
    if unknown is not None:
        raise Refused(
            f"figures cannot be cut by {unknown!r}",
            code="unknown_split",
            text=unknown,
            choices=", ".join(BY),
        )
    times = [TIMES[n] for n in names if n in TIMES]
    if len(times) > 1:
        raise Refused(
            "one cut of time at a time",
            code="unknown_split",
            text=", ".join(times),
            choices=", ".join(BY),
        )
    place: Literal["city", "district", "ward"] = (
        "ward" if "ward" in names else "district" if "district" in names else "city"
    )
    return place, times[0] if times else None, "service" in names


def time_buckets(span: Span, step: Step | None) -> tuple[Span, ...]:
    """The span whole, or cut into steps of the report calendar."""
    return tuple(span.split_into(step)) if step else (span,)


def find_queried_kpi(code: str) -> Kpi:
    """A KPI, a field as a KPI of its own, or a sum of them; raises CatalogError or Refused."""
    parts = [p.strip() for p in code.split("+")]
    found = [_find_single(p) for p in parts]
    if len(found) == 1:
        return found[0]
    _check_addition(found)
    first = found[0]
    label = _join_labels([k.label for k in found])
    numerator = " + ".join(k.numerator for k in found)
    protected = strictest(k.protected for k in found)
    return replace(
        first, code=code, name=code, label=label, numerator=numerator, protected=protected
    )


def _find_single(code: str) -> Kpi:
    found = catalog.find_figure(code)
    if isinstance(found, Kpi):
        return found
    about = (found.label, found.definition, found.unit)
    return Kpi(
        found.code,
        found.code,
        *about,
        story="",
        kind="sum",
        numerator=found.code,
        protected=found.protected,
    )


def _check_addition(found: Sequence[Kpi]) -> None:
    """Events of one unit add; people only as parts of one exact total (docs/domain.md 4.1)."""
    label = _join_labels([k.label for k in found])
    units = {k.unit for k in found}
    kinds = {catalog.units()[u].kind for u in units}
    if any(k.kind != "sum" for k in found) or len(units) > 1:
        counted = _join_labels([catalog.units()[k.unit].label for k in found])
        raise Refused(
            "different units do not add up", code="units_differ", label=label, units=counted
        )
    parts = [m for k in found for m in k.numerators]
    if len(set(parts)) != len(parts):
        raise Refused(
            "the same thing would be counted twice", code="people_do_not_add", label=label
        )
    if kinds & {"people", "stock"} and not _are_exact_parts(parts):
        raise Refused(
            "people counted apart may be the same people", code="people_do_not_add", label=label
        )


def _join_labels(labels: Sequence[Text]) -> Text:
    return Text(" + ".join(t.vi for t in labels), " + ".join(t.en for t in labels))


def _are_exact_parts(codes: Sequence[str]) -> bool:
    totals = (f for f in catalog.fields().values() if f.parts_kind == "exact")
    return any(set(codes) <= set(f.parts) for f in totals)


def kpi_terms(kpi: Kpi, bucket: Span) -> list[KpiTerm]:
    """The measures a figure stands on in this bucket, twins chosen; raises Refused where time forbids the sum."""
    if "from_year_start" in kpi.caveats and not _starts_with_year(bucket):
        raise Refused("asked from the year's start only", code="from_year_start", label=kpi.label)
    if "within_year" in kpi.caveats and not bucket.in_one_year:
        raise Refused(
            "people of several years over the people of one day",
            code="within_year",
            label=kpi.label,
        )
    sides: Iterable[tuple[Literal["numerator", "denominator"], str]] = [
        *(("numerator", c) for c in kpi.numerators),
        *(("denominator", c) for c in kpi.denominators),
    ]
    measures = catalog.measures()
    return [KpiTerm(side, _measure_over_time(kpi, measures[code], bucket)) for side, code in sides]


def _measure_over_time(kpi: Kpi, measure: Measure, bucket: Span) -> Measure:
    """The measure itself, or its twin for a span from the year's start; refuses what may not be added over time."""
    twin = measure.twin if isinstance(measure, Field) and "base_or_twin" in kpi.caveats else None
    if measure.over_time == "none" and len(bucket) > 1:
        if twin and _is_half_or_years(bucket):
            return catalog.find_measure(twin)
        code = "from_year_start" if twin else "not_over_time"
        raise Refused("people of one period are not people of two", code=code, label=kpi.label)
    if measure.over_time == "year" and not (bucket.in_one_year or bucket.whole_years):
        raise Refused("people are counted once a year", code="year_only", label=kpi.label)
    return measure


def _is_half_or_years(bucket: Span) -> bool:
    return bucket.whole_years or (bucket.first.number == 1 and len(bucket) == QUARTERS["half"])


def _starts_with_year(bucket: Span) -> bool:
    return bucket.first.number == 1 and (bucket.in_one_year or bucket.whole_years)
