"""Values of another system in, returns out: one filled workbook a reporter and quarter, for the usual door.

Nothing enters the ledger but through intake: `caunoi check` and `caunoi ingest` take these files like any other.
"""

from pathlib import Path

import polars as pl

from pipelines.intake.templates import write_form
from pipelines.settings import Settings


def write_returns(values: pl.DataFrame, folder: Path, settings: Settings) -> list[Path]:
    """One workbook per reporter and quarter that has a value; the files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    known = values.filter(pl.col("value").is_not_null())
    files = []
    for (form, reporter, period), rows in known.group_by(
        "form", "reporter", "period", maintain_order=True
    ):
        file = folder / f"{form}_{reporter}_{period}.xlsx"
        told = dict(rows.select("field", "value").rows())
        signs = {f: s for f, s in rows.select("field", "qualifier").rows() if s != "="}
        status = "estimate" if rows["estimate"].any() else "final"
        write_form(
            file,
            str(form),
            str(reporter),
            str(period),
            values=told,
            signs=signs,
            data_status=status,
            settings=settings,
        )
        files.append(file)
    return files
