"""One district's report of one year, in every format, from the demonstration."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import kpi, settings
from pipelines.kpi import WarehouseReader
from pipelines.output.report import FORMATS, Report, compose_report, render_report
from tests.output.document_readers import PERIOD, PLACE, Line, codes, line


@pytest.fixture(scope="session")
def demo(demo_home: Path) -> Iterator[WarehouseReader]:
    with kpi.open_store(settings.load_settings(demo_home)) as store:
        yield store


@pytest.fixture(scope="session")
def report(demo: WarehouseReader) -> Report:
    return compose_report(demo, PERIOD, [PLACE])


@pytest.fixture(scope="session")
def files(report: Report) -> dict[str, bytes]:
    return {format: render_report(report, format) for format in FORMATS}


@pytest.fixture(scope="session")
def expected(demo: WarehouseReader, report: Report) -> dict[str, Line]:
    """What `caunoi kpi` answers for every row of the report, by label."""
    shown = {row[0].text for s in report.sections if s.table for row in s.table.rows}
    return {
        found.cells[0]: found
        for found in (line(demo, code) for code in codes())
        if found.cells[0] in shown
    }
