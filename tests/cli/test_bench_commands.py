"""The benchmark measures both kinds of workbooks and leaves the home alone."""

from pathlib import Path

import pytest

from tests.cli.conftest import Caunoi

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow


def test_a_benchmark_gives_both_kinds_and_keeps_nothing(caunoi: Caunoi, tmp_path: Path) -> None:
    rows = caunoi("bench", "intake", "--files", "1", "--json").json["rows"]
    assert [(row["kind"], row["files"], row["accepted"]) for row in rows] == [
        ("commune", 1, 1),
        ("district", 1, 1),
    ]
    assert all(row["ratio"] > 0 for row in rows)
    assert not list(tmp_path.rglob("*.parquet"))
