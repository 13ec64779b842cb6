"""Read figures held against others: places, years, two spans, published numbers."""

from dataclasses import replace

import polars as pl

from dashboard.queries.cache import cached
from dashboard.queries.figures import FRAMES, ReadScope, load_figures, open_store
from dashboard.selection import REPORTED
from pipelines import kpi
from pipelines.errors import Refused
from pipelines.kpi import PlaceComparison, TrendYears
from pipelines.present.format import periods
from pipelines.reference.published_figures import load_published


@cached(FRAMES)
def load_comparison(
    key: ReadScope, code: str, by: str, period: str, places: tuple[str, ...]
) -> PlaceComparison:
    """Return districts or wards compared on one figure, or why they are not."""
    return kpi.fair(
        code,
        by,
        period,
        list(places) or None,
        scope=key.scope,
        store=open_store(key),
        geography=key.geography,
    )


@cached(FRAMES)
def load_trend(key: ReadScope, code: str, places: tuple[str, ...]) -> TrendYears:
    """Return whether a figure has a trend over the data's whole years, or why that is not said."""
    return kpi.trend(
        code,
        list(places) or None,
        scope=key.scope,
        store=open_store(key),
        geography=key.geography,
    )


@cached(FRAMES)
def load_like_for_like(
    key: ReadScope, code: str, now: str, before: str, places: tuple[str, ...]
) -> pl.DataFrame:
    """One row per group of how a count moved between two spans; none for what cannot be split."""
    if places and key.geography != REPORTED:
        return pl.DataFrame()
    selected = list(places) or None
    try:
        return kpi.like_for_like(
            code, now, before, selected, scope=key.scope, store=open_store(key)
        )
    except Refused:
        return pl.DataFrame()


@cached(4)
def load_computed(key: ReadScope) -> dict[str, float | None]:
    """Return our value of every published figure that a KPI answers, by the figure's id."""
    answered = [f for f in load_published() if f.kpi and periods.is_period_code(f.period)]
    questions: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for figure in answered:
        questions.setdefault((figure.period, figure.places), []).append(figure.kpi)
    values: dict[tuple[str, tuple[str, ...]], dict[str, float | None]] = {}
    for (period, places), codes in questions.items():
        values[period, places] = _load_values(key, codes, period, places)
    return {f.id: values[f.period, f.places].get(f.kpi) for f in answered}


def _load_values(
    key: ReadScope, codes: list[str], period: str, places: tuple[str, ...]
) -> dict[str, float | None]:
    """Return the values of several KPIs, by code."""
    found = load_figures(replace(key, geography=REPORTED), tuple(codes), (), period, places)
    return dict(found.select("kpi", "value").rows())
