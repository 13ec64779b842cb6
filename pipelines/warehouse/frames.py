"""Everything a build holds, as frames: ledger rows, catalogue and reference data in, one frame per table out."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from pipelines import catalog
from pipelines.reference.periods import Quarter, parse_period
from pipelines.settings import Settings
from pipelines.store.latest_values import select_newest_values
from pipelines.store.ledger import Ledger
from pipelines.warehouse import calendar as calendars
from pipelines.warehouse import facts, referral_facts, registers, totals
from pipelines.warehouse import return_facts as owed


def build_frames(
    ledger: Ledger, settings: Settings, as_of: datetime | None = None
) -> dict[str, pl.DataFrame]:
    """One frame per table, named `in_<table>` as the SQL files read them."""
    raw = {
        kind: ledger.frame(kind, as_of)
        for kind in ("values", "records", "submissions", "issues", "decisions")
    }
    newest = select_newest_values(raw["values"], raw["decisions"])
    calendar = calendars.quarters_frame(*_find_span(raw["submissions"]))
    units = calendars.places_frame()
    placed = calendars.communes_by_quarter(calendar, units)
    own = {
        "teams": registers.load_teams,
        "points": registers.load_points,
        "clubs": registers.load_clubs,
    }
    registered = {name: read(ledger, as_of) for name, read in own.items()}
    standing = {
        name: calendars.units_by_quarter(frame, placed) for name, frame in registered.items()
    }
    returned = owed.match_returns(
        owed.expected_returns(standing["teams"], standing["points"]),
        owed.received_returns(newest, _drop_withdrawn(raw), calendar),
        placed,
        calendar,
        settings.timely_days,
    )
    reported = facts.reported_facts(newest, returned, calendar)
    dated = facts.list_openings_and_closings(registered["points"], calendar, placed)
    counted = facts.derive_from_registers(**standing, placed=placed, dated=dated)
    lines = _build_referrals(registers.load_referrals(ledger, as_of), registered["points"], placed)
    every = pl.concat([reported, facts.derive_from_returns(reported, settings.team_size), counted])
    return {
        "in_periods": calendar,
        "in_places": units,
        "in_measures": _build_measures(),
        "in_kpis": _build_kpis(),
        "in_reporters": _build_reporters(registered),
        **{f"in_{name}": frame for name, frame in registered.items()},
        "in_returns": returned,
        "in_facts": every,
        "in_totals": totals.build_totals(every, lines, calendar),
        "in_referrals": lines,
        **{f"in_{kind}": frame for kind, frame in raw.items()},
    }


def _drop_withdrawn(raw: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The submissions that nobody has withdrawn."""
    decisions, sent = raw["decisions"], raw["submissions"]
    withdrawn = decisions.filter(pl.col("kind") == "withdraw")["target"].drop_nulls()
    return sent.filter(~pl.col("submission").is_in(withdrawn.implode()))


def _find_span(submissions: pl.DataFrame) -> tuple[Quarter, Quarter]:
    """From the first to the last quarter any return speaks of; a single quarter when there is none."""
    spoken = [parse_period(p).first for p in submissions["period"].drop_nulls().unique() if p]
    return (
        (min(spoken), max(spoken))
        if spoken
        else (Quarter.from_number(2020, 1), Quarter.from_number(2020, 1))
    )


def _build_reporters(registered: dict[str, pl.DataFrame]) -> pl.DataFrame:
    columns = ["reporter_id", "kind", "commune", "valid_from", "valid_to"]
    found = [
        f.select(*columns, *[c for c in f.columns if c == "confidence"])
        for f in registered.values()
    ]
    return pl.concat(found, how="diagonal")


def _build_referrals(
    lines: pl.DataFrame, points: pl.DataFrame, placed: pl.DataFrame
) -> pl.DataFrame:
    communes = points.select("reporter_id", "commune").unique("reporter_id", maintain_order=True)
    quarter = pl.col("referral_date").map_elements(
        lambda d: Quarter.containing(d).index, return_dtype=pl.Int64
    )
    dated = lines.filter(pl.col("referral_date").is_not_null()).with_columns(quarter_index=quarter)
    found = dated.join(communes, on="reporter_id", how="left").join(
        placed, on=["commune", "quarter_index"], how="left"
    )
    return referral_facts.mark_referral_steps(found)


def _build_measures() -> pl.DataFrame:
    rows = [
        {
            "measure": m.code,
            "label_vi": m.label.vi,
            "label_en": m.label.en,
            "definition_vi": m.definition.vi,
            "definition_en": m.definition.en,
            "unit": m.unit,
            "over_time": m.over_time,
            "over_place": m.over_place,
            "protected": bool(m.protected),
            "source": facts.coverage_source(m),
        }
        for m in catalog.measures().values()
    ]
    return pl.DataFrame(rows)


def _build_kpis() -> pl.DataFrame:
    plain = ("name", "unit", "story", "kind", "numerator", "denominator", "per", "decimals")
    rows = [
        {
            "kpi": k.code,
            "label_vi": k.label.vi,
            "label_en": k.label.en,
            "definition_vi": k.definition.vi,
            "definition_en": k.definition.en,
            **{name: getattr(k, name) for name in plain},
            "protected": bool(k.protected),
        }
        for k in catalog.kpis().values()
    ]
    return pl.DataFrame(rows)
