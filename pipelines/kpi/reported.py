"""What returns say, field by field: a period and places in, one row per field asked out, missing ones too."""

from collections.abc import Sequence

import polars as pl

from pipelines import catalog
from pipelines.kpi.asked import asked
from pipelines.kpi.store import Store
from pipelines.privacy.scope import CITY, Scope

SIGNS = {0: "=", 1: ">", 2: "~"}


def reported(
    period: str | None = None, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: Store
) -> pl.DataFrame:
    """One row per field of forms A and B and return owed or received.

    Columns: form, field, reporter, period, received, value (whole, in the field's unit; null when not reported or
    suppressed), qualifier (=, >, ~), estimate, state (reported, not_reported, suppressed).
    """
    about = asked(store, period, place, scope)
    fields = list(catalog.fields().values())
    where = about.over.where()
    found = store.query(
        "reported",
        {
            "quarter": [q.index for q in about.span.quarters],
            "place": where["place"],
            "exact": where["exact"],
            "field": [f.code for f in fields],
            "form": [f.form for f in fields],
            "protected": [about.over.is_protected(f.protected) for f in fields],
        },
    )
    state = (
        pl.when("suppressed")
        .then(pl.lit("suppressed"))
        .when(pl.col("value").is_null())
        .then(pl.lit("not_reported"))
        .otherwise(pl.lit("reported"))
    )
    sign = pl.col("qualifier").replace_strict(SIGNS, return_dtype=pl.String, default=None)
    return found.with_columns(state=state, qualifier=sign).drop("suppressed")
