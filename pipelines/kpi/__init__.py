"""Figures, the same for screen, notebook, export and command line.

    from pipelines import kpi
    kpi.list_kpis()                               every KPI: code, name, definition, unit, formula
    kpi.values("T06", by="district,quarter")      value, numerator, denominator, returns, state
    kpi.tables()                                  every table and column of the warehouse
    kpi.sql("from mart.facts limit 10")           free SQL, read-only
    with kpi.open_store() as store: ...           one build, asked many times

Without a `store` a question is asked of the current build; for a scope that may not see all of it,
of the release that is served. Every answer is a Polars frame; its columns, units and errors stand
in the function's docstring. A home without a build raises NoBuild, an unknown code CatalogError
(with the nearest one), a sum the contract forbids Refused.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# NOTE: these modules bear the name of one of their functions, which must win over the module.
from pipelines.kpi.published import claims, published
from pipelines.kpi.trend import TrendYears, trend
from pipelines.kpi.values import figures, list_kpis, values
from pipelines.kpi.warehouse_reader import WarehouseReader, current, digest, open_store
from pipelines.privacy.scope import STEWARD

if TYPE_CHECKING:
    from pipelines.kpi.adhoc_sql import LINES, connection, sql, tables
    from pipelines.kpi.cell_versions import gaps, history, versions
    from pipelines.kpi.change import bridge, growth, like_for_like
    from pipelines.kpi.comparison import PlaceComparison, fair
    from pipelines.kpi.lineage import passport, receipt_days, reported
    from pipelines.kpi.quality import (
        coverage,
        expected_outliers,
        issues,
        missing,
        outliers,
        revisions,
    )
    from pipelines.kpi.referral_results import results
    from pipelines.kpi.referrals import outcomes, waiting
    from pipelines.kpi.registers import points, units

__all__ = [
    "LINES",
    "STEWARD",
    "PlaceComparison",
    "TrendYears",
    "WarehouseReader",
    "bridge",
    "claims",
    "connection",
    "coverage",
    "current",
    "digest",
    "expected_outliers",
    "fair",
    "figures",
    "gaps",
    "growth",
    "history",
    "issues",
    "like_for_like",
    "list_kpis",
    "missing",
    "open_store",
    "outcomes",
    "outliers",
    "passport",
    "points",
    "published",
    "receipt_days",
    "reported",
    "results",
    "revisions",
    "sql",
    "tables",
    "trend",
    "units",
    "values",
    "versions",
    "waiting",
]

#: What a plain figure does not need is loaded when it is first named: half of the start of a
#: command is Arrow, the sandbox, the rules of the intake and the ledger's schema.
_LATER: dict[str, tuple[str, ...]] = {
    "adhoc_sql": ("LINES", "connection", "sql", "tables"),
    "cell_versions": ("gaps", "history", "versions"),
    "change": ("bridge", "growth", "like_for_like"),
    "comparison": ("PlaceComparison", "fair"),
    "lineage": ("passport", "receipt_days", "reported"),
    "quality": (
        "coverage",
        "expected_outliers",
        "issues",
        "missing",
        "outliers",
        "revisions",
    ),
    "referral_results": ("results",),
    "referrals": ("outcomes", "waiting"),
    "registers": ("points", "units"),
}


def __getattr__(name: str) -> Any:
    for module, names in _LATER.items():
        if name in names:
            return getattr(import_module(f"pipelines.kpi.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)


def __dir__() -> list[str]:
    return list(__all__)
