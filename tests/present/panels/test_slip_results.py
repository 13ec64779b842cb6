"""What the tables of results say, and what they leave out."""

import polars as pl

from pipelines.catalog import choices
from pipelines.present.panels import slip_results as panel

COUNTS = ("attended", "completed", "refused", "lost", "dropped")


def _rows(by: str, *cells: dict[str, object]) -> list[panel.Row]:
    none: dict[str, object] = {f"outcome_{code}": 0 for code in choices("outcome")}
    none |= {f"reason_{code}": 0 for code in choices("closed_reason")}
    none |= dict.fromkeys((*COUNTS, "followed", *panel.RATES), 0)
    none |= {"state": "reported", "median": None, "p90": None}
    return panel.list_counted(pl.DataFrame([{**none, **cell} for cell in cells]))


def test_a_rate_of_fewer_than_ten_is_written_as_counts() -> None:
    few = {"quarter": "2022-Q2", "issued": 9, "followed": 9, "attended_30": 6}
    many = {"quarter": "2022-Q1", "issued": 12, "followed": 10, "attended_30": 6}
    first, second = panel.cohorts_table(_rows("quarter", few, many), "en").rows()
    assert (first[3], second[3]) == ("60.0", "6 of 9")


def test_places_out_of_scope_are_in_no_table() -> None:
    hidden = pl.DataFrame({"district": ["001"], "issued": [None], "state": ["suppressed"]})
    counts = {name: pl.lit(None, pl.Int64) for name in ("lost", "dropped")}
    assert panel.list_counted(hidden.with_columns(**counts)) == []
