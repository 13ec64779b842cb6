"""Figures, the same for screen, notebook, export and command line: `kpi.values("T06", by=["district"])`."""

from pipelines.kpi.store import Store, current, open_store
from pipelines.kpi.values import figures, values
from pipelines.kpi.values import listing as catalog

__all__ = ["Store", "catalog", "current", "figures", "open_store", "values"]
