"""Everything a build holds, one frame per table, from ledger, catalogue and reference data."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi, Measure
from pipelines.reference.periods import Quarter, parse_period
from pipelines.reference.unit_seats import UnitIndex
from pipelines.settings import Settings
from pipelines.store.latest_values import select_newest_values, select_standing_values
from pipelines.store.ledger import Ledger
from pipelines.store.schema import KINDS
from pipelines.store.unit_register import identify_reporters, load_unit_index, map_numbers
from pipelines.warehouse import calendar as calendars
from pipelines.warehouse import facts, referral_facts, registers, return_facts, totals


def build_frames(
    ledger: Ledger, settings: Settings, as_of: datetime | None = None
) -> dict[str, pl.DataFrame]:
    """Build one frame per table, named `in_<table>` as the SQL files read them."""
    raw: dict[str, pl.DataFrame] = {kind: ledger.frame(kind, as_of) for kind in KINDS}
    index = load_unit_index(ledger, as_of)
    own = _identify_rows(raw, index)
    newest = _select_accepted(own["values"], raw)
    calendar = calendars.quarters_frame(*_find_span(raw["submissions"]))
    units = calendars.places_frame()
    placed = calendars.communes_by_quarter(calendar, units)
    registered = _load_registers(ledger, as_of)
    seats = _place_seats(index, units)
    active = _find_active(registered, seats, calendar)
    returned = return_facts.match_returns(
        return_facts.expected_returns(active["teams"], active["points"]),
        return_facts.received_returns(newest, _drop_withdrawn(own), calendar),
        placed,
        calendar,
        settings,
    )
    reported = _compute_facts(newest, returned, calendar, settings)
    dated = facts.list_openings_and_closings(registered["points"], calendar, seats)
    counted = facts.derive_from_registers(**active, placed=placed, dated=dated)
    lines = _load_referrals(ledger, index, seats, calendar, as_of)
    tables = {
        "periods": calendar,
        "places": units,
        "reporters": _build_reporters(registered),
        **registered,
        "returns": returned,
        "seats": seats,
        "numbers_sent": own["numbers"],
        "missing": _find_missing(own, newest, returned, calendar),
        "facts": pl.concat([reported, _drop_unknown(counted, registered)]),
        "referrals": referral_facts.mark_referral_steps(lines, returned, calendar),
        **raw,
    }
    return {f"in_{name}": frame for name, frame in _add_summaries(tables).items()}


def _find_active(
    registered: Mapping[str, pl.DataFrame], seats: pl.DataFrame, calendar: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Return the units of each register by quarter, as long as they were active."""
    active: dict[str, pl.DataFrame] = {}
    for name, rows in registered.items():
        active[name] = calendars.units_by_quarter(rows, seats, calendar)
    return active


def _select_accepted(values: pl.DataFrame, raw: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the newest accepted values, those in dispute flagged."""
    return facts.flag_disputed_values(select_newest_values(values, raw["decisions"]), raw["issues"])


def _drop_unknown(counted: pl.DataFrame, registered: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Drop what registers would say of which no line ever came: nobody knows of a team then."""
    if any(rows.height for rows in registered.values()):
        return counted
    return counted.filter(pl.col("measure") == "communes")


def _compute_facts(
    newest: pl.DataFrame, returned: pl.DataFrame, calendar: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """Return the facts of returns: the values accepted, and what is computed from them."""
    reported = facts.reported_facts(newest, returned, calendar)
    return pl.concat([reported, facts.derive_from_returns(reported, settings.team_size)])


def _identify_rows(raw: Mapping[str, pl.DataFrame], index: UnitIndex) -> dict[str, pl.DataFrame]:
    """Return the rows under the unit that each number on a return means.

    Also `numbers`: the numbers that were sent for another unit than the one they name.
    """
    sent = raw["submissions"].select(pl.col("unit").alias("reporter"), "period")
    values = raw["values"].select("reporter", "period")
    numbers = map_numbers(pl.concat([values, sent]), index)
    return {
        **raw,
        "values": identify_reporters(raw["values"], numbers),
        "submissions": identify_reporters(
            raw["submissions"], numbers.rename({"reporter": "sent"}), "unit"
        ),
        "numbers": numbers.filter(pl.col("unit") != pl.col("reporter")),
    }


def _place_seats(index: UnitIndex, units: pl.DataFrame) -> pl.DataFrame:
    """Return where every unit sat from when to when, with the district of the place."""
    districts = units.select("place_id", "district_code")
    return registers.load_seats(index).join(districts, on="place_id", maintain_order="left")


def _find_missing(
    raw: Mapping[str, pl.DataFrame],
    newest: pl.DataFrame,
    returned: pl.DataFrame,
    calendar: pl.DataFrame,
) -> pl.DataFrame:
    """List the values owed by returns that came and not accepted, one row each."""
    standing = select_standing_values(raw["values"], raw["decisions"])
    submissions = raw["submissions"]
    return return_facts.find_missing_values(standing, newest, returned, submissions, calendar)


def _load_registers(ledger: Ledger, as_of: datetime | None) -> dict[str, pl.DataFrame]:
    """Load teams, points and clubs, one row per unit."""
    return {
        "teams": registers.load_teams(ledger, as_of),
        "points": registers.load_points(ledger, as_of),
        "clubs": registers.load_clubs(ledger, as_of),
    }


def _add_summaries(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Add the totals, and what the catalogue says of measures and KPIs."""
    return {
        **tables,
        "measures": _build_measures(),
        "kpis": _build_kpis(),
        "totals": totals.build_totals(tables["facts"], tables["referrals"], tables["periods"]),
    }


def _drop_withdrawn(raw: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the submissions that nobody has withdrawn."""
    decisions, submissions = raw["decisions"], raw["submissions"]
    withdrawn = decisions.filter(pl.col("kind") == "withdraw")["target"].drop_nulls()
    return submissions.filter(~pl.col("submission").is_in(withdrawn.implode()))


def _find_span(submissions: pl.DataFrame) -> tuple[Quarter, Quarter]:
    """Return the first and the last quarter of all returns; 2020-Q1 when there are none."""
    periods = submissions["period"].drop_nulls().unique()
    quarters = [parse_period(period).first for period in periods if period]
    if not quarters:
        only = Quarter.from_number(2020, 1)
        return only, only
    return min(quarters), max(quarters)


def _build_reporters(registered: dict[str, pl.DataFrame]) -> pl.DataFrame:
    columns = ("reporter_id", "kind", "commune", "valid_from", "valid_to", "confidence")
    parts = []
    for register in registered.values():
        parts.append(register.select([name for name in columns if name in register.columns]))
    return pl.concat(parts, how="diagonal")


def _load_referrals(
    ledger: Ledger,
    index: UnitIndex,
    seats: pl.DataFrame,
    calendar: pl.DataFrame,
    as_of: datetime | None,
) -> pl.DataFrame:
    """Return one row per dated referral, placed on its quarter."""
    lines = registers.load_referrals(ledger, index, as_of)
    quarter = pl.col("referral_date").map_elements(
        lambda day: Quarter.containing(day).index, return_dtype=pl.Int64
    )
    dated = lines.filter(pl.col("referral_date").is_not_null()).with_columns(quarter_index=quarter)
    reporters = dated.select("reporter_id").unique(maintain_order=True)
    where = calendars.place_units(reporters, seats, calendar)
    return dated.join(where, on=["reporter_id", "quarter_index"], how="left", maintain_order="left")


def _build_measures() -> pl.DataFrame:
    return pl.DataFrame([_measure_row(measure) for measure in catalog.measures().values()])


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
        "source": facts.coverage_source(measure),
    }


def _build_kpis() -> pl.DataFrame:
    return pl.DataFrame([_kpi_row(kpi) for kpi in catalog.kpis().values()])


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
