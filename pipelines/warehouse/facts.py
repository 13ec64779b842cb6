"""Every number a KPI may stand on: one row per measure, reporter and quarter."""

import polars as pl

from pipelines import catalog
from pipelines.catalog import Measure
from pipelines.warehouse.calendar import place_units

#: Derived measures that come with a return, and the field each is computed from; the others stand
#: on the registers.
DERIVED_FIELDS = {
    "point_active": "b20",
    "new_clients_cumulative": "b11",
    "team_outside_size": "a04",
}
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
    """Return whose returns a measure's coverage is counted over: form A, form B or the register."""
    code = DERIVED_FIELDS.get(measure.code, measure.code)
    field = catalog.fields().get(code)
    return field.form if field else "register"


def reported_facts(
    newest: pl.DataFrame, returns: pl.DataFrame, calendar: pl.DataFrame
) -> pl.DataFrame:
    """Return the accepted values of forms A and B, placed on their period's last day.

    One row per field, reporter and quarter.
    """
    quarters = calendar.select("period", "quarter_index")
    placed = returns.select("reporter_id", "form", "quarter_index", "place_id", "district_code")
    values = (
        newest.rename({"field": "measure", "reporter": "reporter_id"})
        .join(quarters, on="period")
        .join(placed, on=["reporter_id", "form", "quarter_index"])
    )
    sign = pl.col("qualifier").fill_null("=")
    marked = values.with_columns(
        qualifier=sign.replace_strict(QUALIFIERS, return_dtype=pl.Int8),
        estimate=pl.col("data_status") == "estimate",
    )
    return _select_fact_columns(marked)


def flag_disputed_values(newest: pl.DataFrame, issues: pl.DataFrame) -> pl.DataFrame:
    """Flag the accepted values that an error of their own submission names (docs/domain.md 7.1).

    They are wholes whose parts were blocked. The rows and their order stay.
    """
    errors = issues.filter(pl.col("severity") == "error")
    more = pl.col("values").str.json_path_match("$.cell")
    named = pl.coalesce(more, "cell").str.split(", ").alias("cell")
    disputed = errors.select("submission", "sheet", named).explode("cell").unique()
    key = ["submission", "sheet", "cell"]
    marked = newest.join(
        disputed.with_columns(disputed=pl.lit(True)), on=key, how="left", maintain_order="left"
    )
    is_flagged = pl.col("flagged") | pl.col("disputed").fill_null(False)
    return marked.with_columns(flagged=is_flagged).drop("disputed")


def derive_from_returns(facts: pl.DataFrame, team_size: tuple[int, int]) -> pl.DataFrame:
    """Compute measures from fields of the same reporter: unusual sizes, activity, running sums."""
    smallest, largest = team_size
    sizes = facts.filter(pl.col("measure") == "a04")
    is_usual = pl.col("value").is_between(smallest, largest)
    outside = sizes.with_columns(
        measure=pl.lit("team_outside_size"), value=(~is_usual).cast(pl.Int64)
    )
    contacts = facts.filter(pl.col("measure") == "b20")
    active = contacts.with_columns(
        measure=pl.lit("point_active"), value=(pl.col("value") > 0).cast(pl.Int64)
    )
    new_clients = facts.filter(pl.col("measure") == "b11")
    running = new_clients.sort("reporter_id", "quarter_index").with_columns(
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
    """Count what the registers hold, with an explicit 0 for every commune that has none.

    `teams`, `points` and `clubs` hold one row per unit and quarter it stood in; `dated` the points
    founded and closed.
    """
    own = points.filter(pl.col("kind") == "point")
    helpers = teams.filter(pl.col("helper_model_from") <= pl.col("ends"))
    counted = {
        "teams": teams,
        "points": own,
        **dated,
        "clubs": clubs,
        "models_volunteer": helpers,
        # A model each: units of three registers never report together, so this is no sum of three
        # measures.
        "models": pl.concat([clubs, helpers, own], how="diagonal"),
        "pilot_wards": points.filter(pl.col("kind") == "pilot"),
    }
    rows = []
    for measure, units in counted.items():
        rows.append(_fill_zeros(measure, units.with_columns(value=pl.lit(1)), placed))
    for measure in ("board_members", "seconded_counsellors"):
        people = own.with_columns(value=pl.col(measure).fill_null(0))
        rows.append(_fill_zeros(measure, people, placed))
    rows.append(_count_communes("communes", placed, None))
    rows.append(_count_communes("communes_with_team", placed, teams))
    rows.append(_count_communes("communes_with_point", placed, own))
    return pl.concat(rows)


def list_openings_and_closings(
    points: pl.DataFrame, calendar: pl.DataFrame, seats: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """List the points founded, and the points closed, in each quarter of the calendar.

    One row per point, placed in the quarter of its founding decision or of its last day.
    """
    own = points.filter(pl.col("kind") == "point")
    starts = calendar.select("quarter_index", "starts")
    by_quarter = place_units(own, seats, calendar).join(starts, on="quarter_index")
    dates = {"points_founded": "decision_date", "points_closed": "valid_to"}
    frames = {}
    for measure, column in dates.items():
        is_inside = pl.col(column).is_between(pl.col("starts"), pl.col("ends"))
        frames[measure] = by_quarter.filter(is_inside)
    return frames


def _fill_zeros(measure: str, counted: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of a measure, with a 0 for every commune and quarter without a row."""
    key = ["quarter_index", "place_id"]
    empty = placed.join(counted.select(key).unique(), on=key, how="anti")
    zeros = empty.with_columns(reporter_id="C-" + pl.col("commune"), value=pl.lit(0))
    named = pl.lit(measure)
    return pl.concat(
        [
            _select_fact_columns(counted.with_columns(measure=named)),
            _select_fact_columns(zeros.with_columns(measure=named)),
        ]
    )


def _count_communes(measure: str, placed: pl.DataFrame, units: pl.DataFrame | None) -> pl.DataFrame:
    """Return one row per commune and quarter: 1 when it has such a unit, 0 otherwise.

    Always 1 when no units are given.
    """
    key = ["quarter_index", "place_id"]
    has = pl.lit(1)
    if units is not None:
        with_unit = units.select(key).unique().with_columns(has=pl.lit(1))
        placed = placed.join(with_unit, on=key, how="left")
        has = pl.col("has").fill_null(0)
    counted = placed.with_columns(
        measure=pl.lit(measure), reporter_id="C-" + pl.col("commune"), value=has
    )
    return _select_fact_columns(counted)


#: What stands in the columns of a return for a fact of a register.
_REGISTER_VALUES: dict[str, object] = {
    "qualifier": 0,
    "estimate": False,
    "flagged": False,
    "submission": "",
    "sheet": "",
    "cell": "",
}


def _select_fact_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Select the columns of a fact; those of a return that are missing get a register's values."""
    columns = []
    for name, kind in _SCHEMA.items():
        if name in rows.columns:
            columns.append(pl.col(name).cast(kind))
        else:
            columns.append(pl.lit(_REGISTER_VALUES[name], dtype=kind).alias(name))
    return rows.select(columns)
