"""Figures, the same for screen, notebook, export and command line: `kpi.values("T06", by=["district"])`."""

from pipelines.kpi.bridge import bridge
from pipelines.kpi.change import growth, like_for_like
from pipelines.kpi.compared import published
from pipelines.kpi.matrix import coverage, missing
from pipelines.kpi.outcomes import outcomes, waiting
from pipelines.kpi.passport import passport
from pipelines.kpi.registers import points
from pipelines.kpi.store import Store, current, open_store
from pipelines.kpi.values import figures, values
from pipelines.kpi.values import listing as catalog

__all__ = [
    "Store",
    "bridge",
    "catalog",
    "coverage",
    "current",
    "figures",
    "growth",
    "like_for_like",
    "missing",
    "open_store",
    "outcomes",
    "passport",
    "points",
    "published",
    "values",
    "waiting",
]
