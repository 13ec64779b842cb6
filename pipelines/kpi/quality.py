"""What is wrong or unusual in the returns: issues still open, values unlike their own past, changes after a close."""

from collections.abc import Sequence

import polars as pl

from pipelines import catalog, statistics
from pipelines.intake.check.rules_x import SERIES, unusual
from pipelines.kpi.asked import Asked, asked, placed
from pipelines.kpi.store import Store
from pipelines.privacy.scope import CITY, Scope

_FIRST = ["ward", "ward_name", "district", "district_name", "reporter"]
#: A value is set beside so many of its own earlier ones, and judged by four at least.
PAST, LEAST = 12, 4


def issues(
    period: str | None = None, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: Store
) -> pl.DataFrame:
    """One row per error or unanswered warning of the newest return of each reporter and quarter.

    Columns: ward, ward_name, district, district_name, reporter, period, code, severity, field, sheet, cell, text,
    given (the values of its sentence, JSON), submission, file, received. Units outside the scope are not in it.
    """
    about = asked(store, period, place, scope)
    return _listed(store.query("issues", {"quarter": _quarters(about), **about.over.where()}), about)


def revisions(
    period: str | None = None, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: Store
) -> pl.DataFrame:
    """One row per value that came after its period was closed and differs from what stood then.

    Columns: ward … reporter, period, field, before, after, closed, received, submission, sheet, cell, approved.
    """
    about = asked(store, period, place, scope)
    return _listed(store.query("late", {"quarter": _quarters(about), **about.over.where()}), about)


def outliers(quarter: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: Store) -> pl.DataFrame:
    """One row per value of a quarter that is unlike its own past, by the rule intake warns with.

    Columns: ward … reporter, measure, value, before (up to twelve earlier values, oldest first), last_year (the same
    quarter a year before, if any), score (modified z against the earlier ones), sheet, cell, submission.
    """
    about = asked(store, quarter, place, scope)
    codes = [code for codes in SERIES.values() for code in codes if code in store.numbers]
    now = about.span.last.index
    terms = {
        "measure": codes,
        "measure_nr": [store.numbers[c] for c in codes],
        "protected": [about.over.is_protected(catalog.fields()[c].protected) for c in codes],
    }
    quarters = list(range(now - PAST, now + 1))
    found = store.query("series", {**terms, "quarter": quarters, **about.over.where()})
    return _listed(_unlike(found, now), about)


def _quarters(about: Asked) -> list[int]:
    return [q.index for q in about.span.quarters]


def _listed(found: pl.DataFrame, about: Asked) -> pl.DataFrame:
    return placed(found, about).select(*_FIRST, pl.exclude(_FIRST))


def _unlike(found: pl.DataFrame, now: int) -> pl.DataFrame:
    key = ["measure", "reporter"]
    past = (
        found.filter(pl.col("quarter_index") < now)
        .group_by(key)
        .agg(
            pl.col("value").sort_by("quarter_index").alias("before"),
            pl.col("value").filter(pl.col("quarter_index") == now - 4).first().alias("last_year"),
        )
    )
    both = found.filter(pl.col("quarter_index") == now).join(past, on=key, how="inner", maintain_order="left")
    enough = both.filter(pl.col("before").list.len() >= LEAST)
    pairs = enough.select("value", "before").rows()
    kept = enough.filter(pl.Series([unusual(value, before) for value, before in pairs], dtype=pl.Boolean))
    scores = [statistics.modified_z(before, value) for value, before in kept.select("value", "before").rows()]
    return kept.with_columns(score=pl.Series(scores, dtype=pl.Float64)).drop("quarter_index")
