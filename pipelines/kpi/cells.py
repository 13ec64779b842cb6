"""The cells a figure stands on: a KPI, a span and places in, one row per cell that is counted out."""

from collections.abc import Sequence

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.kpi.asked import Asked
from pipelines.kpi.question import Term, terms
from pipelines.kpi.store import Store
from pipelines.reference.periods import Span

_OWN = ["side", "reporter"]


def counted(store: Store, kpi: Kpi, about: Asked) -> pl.DataFrame:
    """One row per cell of a sum or ratio over measures; adding `value` by side gives numerator and denominator.

    Columns: side, measure, over_time, place_group, reporter, period, value, qualifier, estimate, flagged, submission,
    file, file_sha256, sheet, cell, received. A ratio stands on the reporters that have both sides (design, rule 1).
    """
    wanted = terms(kpi, about.span)
    found = store.query("cells", {**_terms(store, kpi, wanted, about), **_time(about.span), **about.over.where()})
    return _both_sides(_all_measures(_once(found), wanted), kpi)


def _terms(store: Store, kpi: Kpi, wanted: Sequence[Term], about: Asked) -> dict[str, list[object]]:
    return {
        "side": [t.side for t in wanted],
        "measure": [t.measure.code for t in wanted],
        "measure_nr": [store.numbers[t.measure.code] for t in wanted],
        "over_time": [t.measure.over_time for t in wanted],
        "protected": [about.over.is_protected(kpi.protected)] * len(wanted),
    }


def _time(span: Span) -> dict[str, list[object]]:
    return {"quarter": [q.index for q in span.quarters], "is_last": [q == span.last for q in span.quarters]}


def _once(found: pl.DataFrame) -> pl.DataFrame:
    """A measure that holds if it held in any quarter counts once: its first largest cell."""
    key = ["side", "measure", "reporter"]
    often = found.filter(pl.col("over_time") != "any")
    largest = found.filter(pl.col("over_time") == "any").sort("value", descending=True, maintain_order=True)
    return pl.concat([often, largest.unique(key, keep="first", maintain_order=True)])


def _all_measures(found: pl.DataFrame, wanted: Sequence[Term]) -> pl.DataFrame:
    """Only reporters that gave every measure of a side: half a sum is no sum."""
    needed = {side: len({t.measure.code for t in wanted if t.side == side}) for side in ("numerator", "denominator")}
    whole = found.group_by(_OWN).agg(pl.col("measure").n_unique().alias("given"))
    kept = whole.filter(pl.col("given") == pl.col("side").replace_strict(needed, return_dtype=pl.UInt32))
    return found.join(kept, on=_OWN, how="semi", maintain_order="left")


def _both_sides(found: pl.DataFrame, kpi: Kpi) -> pl.DataFrame:
    if not kpi.denominator:
        return found
    sides = found.group_by("reporter").agg(pl.col("side").n_unique())
    return found.join(sides.filter(pl.col("side") == 2), on="reporter", how="semi", maintain_order="left")


def by_reporter(store: Store, kpi: Kpi, about: Asked) -> pl.DataFrame:
    """One row per reporter that contributes to a count: place_group, reporter, value."""
    return (
        counted(store, kpi, about)
        .group_by("reporter", maintain_order=True)
        .agg(pl.col("place_group").first(), pl.col("value").sum())
    )


def lines(store: Store, kpi: Kpi, about: Asked) -> pl.DataFrame:
    """One row per referral that a figure about referrals may count."""
    services = list(kpi.services or catalog.choices("service"))
    given = {"service": services, "programme": kpi.programme, "quarter": _time(about.span)["quarter"]}
    return store.query("referral_lines", {**given, **about.over.where()})
