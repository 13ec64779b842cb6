"""Every number a KPI may stand on: newest values and registers in, one row per measure, reporter and quarter out."""

import polars as pl

from pipelines import catalog
from pipelines.catalog import Measure

#: Derived measures that come with a return of form A or B; the others stand on the registers.
DERIVED_FROM = {"point_active": "B", "new_clients_cumulative": "B", "team_outside_size": "A"}
#: Ranks of qualifiers: in sums `>` wins over `=`, any `~` makes `~` (docs/domain.md 4.6).
QUALIFIERS = {"=": 0, ">": 1, "~": 2}

_SCHEMA: dict[str, type[pl.DataType]] = {
    "measure": pl.String,
    "reporter_id": pl.String,
    "quarter_index": pl.Int64,
    "place_id": pl.String,
    "district_code": pl.String,
    "value": pl.Int64,
    "qualifier": pl.Int8,
    "estimate": pl.Boolean,
    "flagged": pl.Boolean,
    "submission": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
}


def coverage_source(measure: Measure) -> str:
    """Which returns a measure's coverage is counted over: form A, form B, or the register."""
    if isinstance(measure, catalog.Field):
        return measure.form
    return DERIVED_FROM.get(measure.code, "register")


def reported_facts(
    newest: pl.DataFrame, returns: pl.DataFrame, calendar: pl.DataFrame
) -> pl.DataFrame:
    """One row per field of forms A and B that has an accepted value, placed on its period's last day."""
    placed = returns.select("reporter_id", "form", "quarter_index", "place_id", "district_code")
    return _select_fact_columns(
        newest.rename({"field": "measure", "reporter": "reporter_id"})
        .join(calendar.select("period", "quarter_index"), on="period")
        .join(placed, on=["reporter_id", "form", "quarter_index"])
        .with_columns(
            qualifier=pl.col("qualifier")
            .fill_null("=")
            .replace_strict(QUALIFIERS, return_dtype=pl.Int8),
            estimate=pl.col("data_status") == "estimate",
        )
    )


def derive_from_returns(facts: pl.DataFrame, team_size: tuple[int, int]) -> pl.DataFrame:
    """Measures computed from fields of the same reporter: activity, running sums, unusual team sizes."""
    few, many = team_size
    size, contacts, new = (
        facts.filter(pl.col("measure") == code) for code in ("a04", "b20", "b11")
    )
    outside = size.with_columns(
        measure=pl.lit("team_outside_size"),
        value=(~pl.col("value").is_between(few, many)).cast(pl.Int64),
    )
    active = contacts.with_columns(
        measure=pl.lit("point_active"), value=(pl.col("value") > 0).cast(pl.Int64)
    )
    running = new.sort("reporter_id", "quarter_index").with_columns(
        measure=pl.lit("new_clients_cumulative"),
        value=pl.col("value").cum_sum().over("reporter_id"),
    )
    return pl.concat([outside, active, running])


def derive_from_registers(
    teams: pl.DataFrame,
    points: pl.DataFrame,
    clubs: pl.DataFrame,
    placed: pl.DataFrame,
    dated: dict[str, pl.DataFrame],
) -> pl.DataFrame:
    """Counts the registers give, with an explicit 0 for every commune that has none.

    `teams`, `points` and `clubs` hold one row per unit and quarter it stood in; `dated` the points founded and closed.
    """
    own = points.filter(pl.col("kind") == "point")
    pilots = points.filter(pl.col("kind") == "pilot")
    helpers = teams.filter(pl.col("helper_model_from") <= pl.col("ends"))
    counted = {
        "teams": teams.with_columns(value=pl.lit(1)),
        "points": own.with_columns(value=pl.lit(1)),
        **{name: frame.with_columns(value=pl.lit(1)) for name, frame in dated.items()},
        "clubs": clubs.with_columns(value=pl.lit(1)),
        "models_volunteer": helpers.with_columns(value=pl.lit(1)),
        # A model each: units of three registers never report together, so they are no sum of three measures.
        "models": pl.concat([clubs, helpers, own], how="diagonal").with_columns(value=pl.lit(1)),
        "pilot_wards": pilots.with_columns(value=pl.lit(1)),
        "board_members": own.with_columns(value=pl.col("board_members").fill_null(0)),
        "seconded_counsellors": own.with_columns(value=pl.col("seconded_counsellors").fill_null(0)),
    }
    rows = [_fill_zeros(name, frame, placed) for name, frame in counted.items()]
    rows += [
        _count_communes("communes", placed, None),
        _count_communes("communes_with_team", placed, teams),
    ]
    rows += [_count_communes("communes_with_point", placed, own)]
    return pl.concat(rows)


def list_openings_and_closings(
    points: pl.DataFrame, calendar: pl.DataFrame, placed: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The points whose founding decision, and whose last day, lies in a quarter: one row each, placed that quarter."""
    own = points.filter(pl.col("kind") == "point")
    dates = {"points_founded": "decision_date", "points_closed": "valid_to"}
    found = {}
    for measure, column in dates.items():
        days = own.join(calendar.select("quarter_index", "starts", "ends"), how="cross").drop(
            "ends"
        )
        ends = calendar.select("quarter_index", "ends")
        inside = days.join(ends, on="quarter_index").filter(
            pl.col(column).is_between(pl.col("starts"), pl.col("ends"))
        )
        found[measure] = inside.drop("starts", "ends").join(placed, on=["commune", "quarter_index"])
    return found


def _fill_zeros(measure: str, counted: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    key = ["quarter_index", "place_id"]
    none = placed.join(counted.select(key).unique(), on=key, how="anti").with_columns(
        reporter_id="C-" + pl.col("commune"), value=pl.lit(0)
    )
    return pl.concat(
        [_select_fact_columns(f.with_columns(measure=pl.lit(measure))) for f in (counted, none)]
    )


def _count_communes(measure: str, placed: pl.DataFrame, units: pl.DataFrame | None) -> pl.DataFrame:
    """One row per commune and quarter: 1 when it has such a unit (always, when no units are given)."""
    key = ["quarter_index", "place_id"]
    has = pl.lit(1)
    if units is not None:
        placed = placed.join(
            units.select(key).unique().with_columns(has=pl.lit(1)), on=key, how="left"
        )
        has = pl.col("has").fill_null(0)
    return _select_fact_columns(
        placed.with_columns(
            measure=pl.lit(measure), reporter_id="C-" + pl.col("commune"), value=has
        )
    )


def _select_fact_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of a fact, with the marks of a register where a return's are missing."""
    blanks: dict[str, object] = {
        "qualifier": 0,
        "estimate": False,
        "flagged": False,
        "submission": "",
        "sheet": "",
        "cell": "",
    }
    given = rows.select([c for c in _SCHEMA if c in rows.columns])
    missing = [
        pl.lit(blanks[c], dtype=_SCHEMA[c]).alias(c) for c in _SCHEMA if c not in given.columns
    ]
    return given.with_columns(missing).select([pl.col(c).cast(kind) for c, kind in _SCHEMA.items()])
