"""A ledger several times the size of another: its units, returns and lines again under new numbers.

What the copies say is invented; they are for comparing and measuring engines, never for figures.
"""

import shutil
from pathlib import Path

import polars as pl

from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from pipelines.store.schema import LedgerBatch

#: A number has room for one more sign behind its letter: `D-00046`, then `D1-00046` to `D9-00046`.
MOST_COPIES = 10
NUMBER = r"^([A-Z])-"
#: Columns that hold such a number, by kind of rows.
NUMBERED = {"reporter", "record", "unit"}


def copy_ledger(source: Path, target: Path, copies: int) -> None:
    """Write the ledger of one home to another, new one, so many times over.

    Decisions are there once, as they are about periods. Raises ValueError for more than ten.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise ValueError(copies)
    shutil.copytree(DataPaths(source).ledger, DataPaths(target).ledger)
    ledger = Ledger(source)
    rows = LedgerBatch(
        values=ledger.frame("values").drop("order"),
        records=_drop_pilots(ledger.frame("records").drop("order")),
        submissions=ledger.frame("submissions").drop("order"),
        issues=ledger.frame("issues").drop("order"),
    )
    grown = Ledger(target)
    for copy in range(1, copies):
        grown.append(_number_anew(rows, copy))


def _drop_pilots(records: pl.DataFrame) -> pl.DataFrame:
    """Leave pilot wards out.

    NOTE: what they owe is counted under their point's first number, which would be there twice.
    """
    is_pilot = (pl.col("field") == "programme") & (pl.col("text") == "M3")
    pilots = records.filter(is_pilot, pl.col("register") == "D3").select("record").unique()
    return records.join(pilots, on="record", how="anti", maintain_order="left")


def _number_anew(rows: LedgerBatch, copy: int) -> LedgerBatch:
    frames = {kind: _number_frame(frame, copy) for kind, frame in rows.frames()}
    return LedgerBatch(**frames)


def _number_frame(frame: pl.DataFrame, copy: int) -> pl.DataFrame:
    """Give every unit, line and submission of a frame its number in this copy."""
    changed = [pl.concat_str("submission", pl.lit(f"-{copy}"))]
    for column in sorted(NUMBERED & set(frame.columns)):
        changed.append(pl.col(column).str.replace(NUMBER, f"${{1}}{copy}-"))
    return frame.with_columns(changed)
