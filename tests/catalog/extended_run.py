"""One return, one build and one page with the catalogue that `CAUNOI_CATALOG` names.

`python -m tests.catalog.extended_run HOME` sends a return with the field a99, builds, asks for the
KPI Z01 and opens the page on teams; prints what it saw as JSON on the last line.
"""

import json
import os
import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pipelines import catalog, cli, kpi, settings
from tests.cli.conftest import workbook
from tests.processes import PATIENCE
from tests.warehouse.sample_home import register

TEAM = "D-00046"
APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


def list_labels(home: Path) -> list[str]:
    """Return the labels of the KPI cards on the page on teams."""
    os.environ["CAUNOI_HOME"] = str(home)
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    app.query_params["lang"] = "en"
    app.run()
    page = app.switch_page("views/teams.py").run()
    return [str(metric.label) for metric in page.metric]


def main(home: Path) -> None:
    register(home)
    sent = workbook(home / "return.xlsx", "2022-Q3", TEAM, a99=5)
    code = cli.run_command(["ingest", str(sent), "--home", str(home)])
    with kpi.open_store(settings.load_settings(home)) as store:
        value = kpi.values("Z01", period="2022-Q3", store=store)["value"].item()
    seen = {
        "exit": code,
        "field": catalog.find_field("a99").label.en,
        "value": value,
        "labels": list_labels(home),
    }
    sys.stdout.write(f"\n{json.dumps(seen)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
