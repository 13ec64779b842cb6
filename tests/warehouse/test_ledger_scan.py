"""A build reads the same rows whether the ledger's batches were merged or not."""

from pathlib import Path

import duckdb
import pytest

from pipelines.store.compaction import compact_ledger
from pipelines.store.ledger import Ledger
from pipelines.store.schema import KINDS
from pipelines.warehouse.ledger_scan import open_scan
from tests.store.test_ledger import day
from tests.store.test_ledger_index import OTHER, OWN, send_of


def scan(ledger: Ledger, day_of_month: int | None = None) -> list[object]:
    con = duckdb.connect()
    hashes = open_scan(con, ledger, day(day_of_month) if day_of_month else None)
    rows = [con.table(f"in_{kind}").order("all").fetchall() for kind in KINDS]
    columns = [con.table(f"in_{kind}").columns for kind in KINDS]
    return [hashes, rows, columns]


@pytest.mark.parametrize("day_of_month", [None, 16])
def test_views_and_hashes_stay_when_batches_are_merged(
    tmp_path: Path, day_of_month: int | None
) -> None:
    ledger = Ledger(tmp_path)
    for number, reporter in enumerate((OTHER, OWN, OTHER), 1):
        send_of(ledger, number, reporter)
    before = scan(ledger, day_of_month)
    compact_ledger(ledger)
    assert scan(ledger, day_of_month) == before
    send_of(ledger, 4, OWN)
    early = scan(ledger)[1]
    assert [row[0] for row in early[0]] == [0, 1, 2, 3]
