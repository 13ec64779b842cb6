"""What `import caunoi` offers where the wheel is installed: figures, definitions and charts.

The wheel carries this file as the package `caunoi`; in a clone, import `pipelines` itself.
"""

from pipelines import catalog, kpi
from pipelines.present import charts
from pipelines.present.notebook import show

__all__ = ["catalog", "charts", "kpi", "show"]
