"""What a home takes on its disk is counted, and its last backup is known from the trail."""

from pathlib import Path

from pipelines.store.backup import EVENT, describe_storage
from pipelines.store.state_db import StateDatabase


def test_sizes_and_the_last_backup_are_known(tmp_path: Path) -> None:
    (tmp_path / "builds").mkdir()
    (tmp_path / "builds" / "1.duckdb").write_bytes(b"12345")
    before = describe_storage(tmp_path)
    assert (before.ledger, before.builds, before.backed_up) == (0, 5, "")
    assert before.free > 0
    state = StateDatabase(tmp_path)
    state.record_event("chief", EVENT, "7")
    assert describe_storage(tmp_path).backed_up == state.list_events()[-1].at
