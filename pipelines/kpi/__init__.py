"""Figures, the same for screen, notebook, export and command line.

    from pipelines import kpi
    kpi.catalog()                                     every KPI: code, name, definition, unit, formula
    kpi.values("T06", by=["district", "period"])      value, numerator, denominator, returns, state, exactness
    kpi.tables()                                      every table and column of the warehouse
    kpi.sql("from mart.facts limit 10")               free SQL, read-only
    with kpi.open_store() as store: ...               one build, asked many times

Every answer is a Polars frame; its columns, units and errors stand in the function's docstring. A home without a build
raises NoBuild, an unknown code CatalogError (with the nearest one), a sum the contract forbids Refused.
"""

from pipelines.kpi.bridge import bridge
from pipelines.kpi.change import growth, like_for_like
from pipelines.kpi.claims import claims
from pipelines.kpi.compared import published
from pipelines.kpi.digest import digest
from pipelines.kpi.fair import Fair, fair
from pipelines.kpi.free import LINES, connection, sql, tables
from pipelines.kpi.matrix import coverage, missing
from pipelines.kpi.outcomes import outcomes, waiting
from pipelines.kpi.passport import passport
from pipelines.kpi.quality import issues, outliers, revisions
from pipelines.kpi.registers import points, units
from pipelines.kpi.reported import reported
from pipelines.kpi.store import Store, current, open_store
from pipelines.kpi.trend import Years, trend
from pipelines.kpi.values import figures, values
from pipelines.kpi.values import listing as catalog
from pipelines.privacy.scope import STEWARD

__all__ = [
    "LINES",
    "STEWARD",
    "Fair",
    "Store",
    "Years",
    "bridge",
    "catalog",
    "claims",
    "connection",
    "coverage",
    "current",
    "digest",
    "fair",
    "figures",
    "growth",
    "issues",
    "like_for_like",
    "missing",
    "open_store",
    "outcomes",
    "outliers",
    "passport",
    "points",
    "published",
    "reported",
    "revisions",
    "sql",
    "tables",
    "trend",
    "units",
    "values",
    "waiting",
]
