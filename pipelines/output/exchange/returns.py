"""Values of another system as returns: one filled workbook per reporter and quarter.

Nothing enters the ledger but through intake: `caunoi check` and `caunoi ingest` take these files
like any other.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import polars as pl

from pipelines.intake.templates import write_form
from pipelines.settings import Settings
from pipelines.store.atomic_files import publish_together


def write_returns(values: pl.DataFrame, folder: Path, settings: Settings) -> list[Path]:
    """Write one workbook per reporter and quarter that has a value; returns the files, in order."""
    with publish_together() as aside:
        return _write_workbooks(values, folder, settings, aside)


def _write_workbooks(
    values: pl.DataFrame, folder: Path, settings: Settings, aside: Callable[[Path], Path]
) -> list[Path]:
    known = values.filter(pl.col("value").is_not_null())
    returns = known.group_by("form", "reporter", "period", maintain_order=True)
    files = []
    for (form, reporter, period), rows in returns:
        file = folder / f"{form}_{reporter}_{period}.xlsx"
        qualified = rows.filter(pl.col("qualifier").ne_missing("="))
        status = "estimate" if rows["estimate"].any() else "final"
        content = BytesIO()
        write_form(
            content,
            str(form),
            str(reporter),
            str(period),
            values=dict(rows.select("field", "value").rows()),
            signs=dict(qualified.select("field", "qualifier").rows()),
            data_status=status,
            settings=settings,
        )
        aside(file).write_bytes(content.getvalue())
        files.append(file)
    return files
