"""What the models need besides the ledger: catalogue, places and calendar as small tables."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi, Measure
from pipelines.reference.periods import Quarter, parse_period
from pipelines.reference.unit_seats import UnitIndex
from pipelines.settings import Settings
from pipelines.store.unit_register import map_numbers
from pipelines.warehouse import calendar as calendars
from pipelines.warehouse.facts import coverage_source

_SEATS = {"reporter_id": pl.String, "place_id": pl.String, "since": pl.Date, "until": pl.Date}


def build_inputs(
    index: UnitIndex, periods: Sequence[str], settings: Settings
) -> dict[str, pl.DataFrame]:
    """Build one frame per input table; `periods` are those that returns were sent for."""
    units = calendars.places_frame()
    return {
        "in_periods": _add_deadlines(calendars.quarters_frame(*_find_span(periods)), settings),
        "in_places": units,
        "in_seats": _place_seats(index, units),
        "in_measures": pl.DataFrame([_measure_row(m) for m in catalog.measures().values()]),
        "in_kpis": pl.DataFrame([_kpi_row(kpi) for kpi in catalog.kpis().values()]),
        "forms": _build_forms(),
        "fields": _build_fields(),
        "figures": _build_figures(),
        "terms": _build_terms(),
        "slips": _build_slips(),
        "team_sizes": pl.DataFrame([settings.team_size], ["smallest", "largest"], orient="row"),
    }


def find_changed_numbers(senders: pl.DataFrame, index: UnitIndex) -> pl.DataFrame:
    """Return the numbers that were sent for another unit than the one they name.

    Columns: reporter, period, unit.
    """
    numbers = map_numbers(senders, index)
    return numbers.filter(pl.col("unit") != pl.col("reporter"))


def _find_span(periods: Sequence[str]) -> tuple[Quarter, Quarter]:
    """Return the first and the last quarter of all returns; 2020-Q1 when there are none."""
    quarters = [parse_period(period).first for period in periods if period]
    if not quarters:
        only = Quarter.from_number(2020, 1)
        return only, only
    return min(quarters), max(quarters)


def _add_deadlines(quarters: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Add the moment before which a return is on time, in UTC.

    It is the office's midnight after the last day of grace.
    """
    days = timedelta(days=settings.timely_days + 1)
    deadlines: list[datetime] = []
    for end in quarters["ends"]:
        midnight = datetime.combine(end + days, time(), settings.zone)
        deadlines.append(midnight.astimezone(UTC))
    return quarters.with_columns(
        deadline=pl.Series(deadlines, dtype=pl.Datetime("us", time_zone="UTC"))
    )


def _place_seats(index: UnitIndex, units: pl.DataFrame) -> pl.DataFrame:
    """Return where every unit sat from when to when, with the district of the place.

    One row per unit and stretch of days; an empty day: no such end.
    """
    rows: list[tuple[object, ...]] = []
    for unit in index.units.values():
        for span in index.list_spans(unit):
            rows.append((unit.id, span.place.id, span.since, span.until))
    seats = pl.DataFrame(rows, schema=_SEATS, orient="row")
    districts = units.select("place_id", "district_code")
    return seats.join(districts, on="place_id", maintain_order="left")


def _build_forms() -> pl.DataFrame:
    """Return what each form owes: its first quarter, and how many fields it has to give."""
    rows = [("C", 0, 1)]
    for code, form in catalog.forms().items():
        required = [f for f in catalog.fields().values() if f.required and f.form == code]
        rows.append((code, parse_period(form.since).first.index, len(required)))
    return pl.DataFrame(rows, ["form", "first_quarter", "fields_expected"], orient="row")


def _build_fields() -> pl.DataFrame:
    rows = [(f.form, f.code, f.required, f.since) for f in catalog.fields().values()]
    return pl.DataFrame(rows, ["form", "field", "required", "since"], orient="row")


def _list_composites() -> Iterator[Kpi]:
    """Yield the figures that stand on several measures, as a ratio or a sum of fields does."""
    for kpi in catalog.kpis().values():
        measures = kpi.numerators + kpi.denominators
        if kpi.kind in ("sum", "ratio") and len(measures) > 1:
            yield kpi


def _build_figures() -> pl.DataFrame:
    """Return how many measures of each side a reporter must have given, one row per composite."""
    rows = []
    for kpi in _list_composites():
        below = _count_needed(kpi.denominators) if kpi.denominators else 0
        rows.append((kpi.code, _count_needed(kpi.numerators), below))
    schema = {"figure": pl.String, "needed_above": pl.Int64, "needed_below": pl.Int64}
    return pl.DataFrame(rows, schema, orient="row")


def _count_needed(measures: Sequence[str]) -> int:
    """Count the fields of a side.

    NOTE: registers have no blanks, and a club, a team and a point are reporters of their own.
    """
    return max(sum(code in catalog.fields() for code in measures), 1)


def _build_terms() -> pl.DataFrame:
    """Return the measures of every composite figure, one row per figure, side and measure."""
    rows = []
    for kpi in _list_composites():
        for is_above, measures in ((True, kpi.numerators), (False, kpi.denominators)):
            for measure in dict.fromkeys(measures):
                rows.append((kpi.code, measure, is_above))
    schema = {"figure": pl.String, "measure": pl.String, "is_above": pl.Boolean}
    return pl.DataFrame(rows, schema, orient="row")


def _build_slips() -> pl.DataFrame:
    """Return what each figure about referrals counts, one row per figure, side and service.

    No service means all of them. Medians are left out: they do not add up.
    """
    rows = []
    for kpi in catalog.kpis().values():
        if kpi.kind != "referrals" or kpi.numerator.startswith("days_"):
            continue
        for service in kpi.services or (None,):
            rows.append((kpi.code, kpi.programme, service, kpi.numerator, True))
            if kpi.denominator:
                rows.append((kpi.code, kpi.programme, service, kpi.denominator, False))
    schema = {
        "figure": pl.String,
        "programme": pl.String,
        "service": pl.String,
        "mark": pl.String,
        "is_above": pl.Boolean,
    }
    return pl.DataFrame(rows, schema, orient="row")


def _measure_row(measure: Measure) -> dict[str, object]:
    return {
        "measure": measure.code,
        "label_vi": measure.label.vi,
        "label_en": measure.label.en,
        "definition_vi": measure.definition.vi,
        "definition_en": measure.definition.en,
        "unit": measure.unit,
        "over_time": measure.over_time,
        "over_place": measure.over_place,
        "protected": bool(measure.protected),
        "source": coverage_source(measure),
    }


def _kpi_row(kpi: Kpi) -> dict[str, object]:
    return {
        "kpi": kpi.code,
        "label_vi": kpi.label.vi,
        "label_en": kpi.label.en,
        "definition_vi": kpi.definition.vi,
        "definition_en": kpi.definition.en,
        "name": kpi.name,
        "unit": kpi.unit,
        "story": kpi.story,
        "kind": kpi.kind,
        "numerator": kpi.numerator,
        "denominator": kpi.denominator,
        "per": kpi.per,
        "decimals": kpi.decimals,
        "protected": bool(kpi.protected),
    }
