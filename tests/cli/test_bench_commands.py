"""The benchmark measures both kinds of workbooks and leaves the home alone."""

from pathlib import Path

import pytest

from pipelines.demo import build_benchmark
from tests.cli.conftest import Caunoi
from tests.dashboard.conftest import small_city

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


def test_a_benchmark_of_the_build_keeps_nothing_and_says_what_is_met(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_benchmark, "STARTS_MEASURED", 1)
    home = small_city(tmp_path, ("00046",))
    before = sorted(path.name for path in home.rglob("*"))
    rows = Caunoi(home, capsys)("bench", "build", "--json").json["rows"]
    assert [row["name"] for row in rows] == ["build", "help", "question"]
    assert all(row["ours"] > 0 and row["is_met"] == (row["ratio"] <= row["target"]) for row in rows)
    assert sorted(path.name for path in home.rglob("*")) == before
