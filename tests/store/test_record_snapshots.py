"""A view kept for the record: found under its name with day and build, until it is removed."""

from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.store import record_snapshots
from pipelines.store.record_snapshots import RecordSnapshot
from pipelines.store.state_db import StateDatabase

MEETING = RecordSnapshot("Giao ban", "2023-01-05", "warehouse-00001", "teams", {"district": "004"})


def test_a_snapshot_is_listed_with_its_day_and_build_until_it_is_removed(tmp_path: Path) -> None:
    state = StateDatabase(tmp_path)
    record_snapshots.save_snapshot(state, MEETING, "lan")
    kept = record_snapshots.list_snapshots(state)[0]
    assert (kept.name, kept.day, kept.build) == ("Giao ban", "2023-01-05", "warehouse-00001")
    assert (kept.view, kept.choice) == ("teams", {"district": "004"})
    record_snapshots.remove_snapshot(state, kept.number, "lan")
    assert record_snapshots.list_snapshots(state) == []
    assert [event.what for event in state.list_events()] == ["snapshot", "snapshot_end"]


def test_a_name_stands_once_and_is_one_line(tmp_path: Path) -> None:
    state = StateDatabase(tmp_path)
    record_snapshots.save_snapshot(state, MEETING, "lan")
    for name, code in (("Giao  ban", "snapshot_taken"), (" ", "snapshot_name")):
        again = RecordSnapshot(name, "2023-02-05", "warehouse-00002", "teams", {})
        with pytest.raises(Refused) as refused:
            record_snapshots.save_snapshot(state, again, "lan")
        assert refused.value.code == code
    with pytest.raises(Refused):
        record_snapshots.remove_snapshot(state, 7, "lan")
