"""Releases are whole, frozen, safe together, and the last one stays when anything goes wrong."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import Refused
from pipelines.release import make, release_file
from pipelines.release.attack import Finding
from pipelines.store import release_cards
from pipelines.store.atomic_files import hash_file
from pipelines.store.paths import DataPaths
from pipelines.warehouse.connect import connect_read_only, run_query
from tests.long_form import FULL
from tests.release.sample_release_home import WARDS, make_home, release_home, report, settings

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return release_home(make_home(tmp_path / "home"))


def read_released(home: Path) -> pl.DataFrame:
    card = release_cards.find_current_release(home)
    with connect_read_only(release_cards.find_release_file(home, card)) as con:
        return run_query(con, "select * from mart.released")


def read_value(home: Path, place: str, period: str) -> tuple[int | None, str]:
    row = read_released(home).filter(
        (pl.col("place").str.starts_with(place)) & (pl.col("period") == period)
    )
    return row.select("value", "state").row(0)


def test_small_numbers_and_what_gives_them_away_are_hidden(released_home: Path) -> None:
    wards = read_released(released_home).filter(pl.col("level") == "ward")
    hidden = {place[:5] for place in wards.filter(pl.col("value").is_null())["place"]}
    assert {"00001", "00006"} < hidden < set(WARDS)
    assert wards.filter(pl.col("value").is_null())["state"].unique().to_list() == ["suppressed"]
    rows = read_released(released_home)
    city = rows.filter(pl.col("level") == "city", pl.col("period") == "2022-Y")
    assert city["value"].to_list() == [360]


def test_the_release_that_is_served_passes_the_audit(released_home: Path) -> None:
    assert list(make.audit_release(settings(released_home))) == []


def test_a_number_put_back_into_the_file_fails_the_audit(home: Path) -> None:
    rows = release_file.read_basis(home, "release-00001").rows
    is_complement = (pl.col("state") == "suppressed") & (pl.col("value") > 4)
    shown = pl.when(is_complement).then(pl.lit("reported")).otherwise(pl.col("state"))
    put_back = release_file.hide_values(rows.with_columns(state=shown))
    file = DataPaths(home).releases / "release-00001.duckdb"
    with duckdb.connect(str(file)) as con:
        con.register("shown", put_back.to_arrow())
        con.execute("create or replace table mart.released as from shown")
    card = DataPaths(home).releases / "release-00001.json"
    told = {**json.loads(card.read_text()), "sha256": hash_file(file)}
    card.write_text(json.dumps(told))
    kinds = {finding.kind for finding in make.audit_release(settings(home))}
    assert kinds >= {"file", "narrow"}


def test_no_exact_number_is_in_the_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_home(home)
    markers = ("00007", "00008", "00013", "00016")
    report(home, {ward: 7_654_321 + number for number, ward in enumerate(markers)})
    make.make_release(settings(home))
    rows = release_file.read_basis(home, "release-00001").rows
    hidden = rows.filter(pl.col("state") == "suppressed", pl.col("value") > 4)["value"].unique()
    assert hidden.len()
    written = read_released(home)["value"].drop_nulls().to_list()
    assert not set(hidden.to_list()) & set(written)


def test_a_late_return_between_two_releases_gives_nothing_away(home: Path) -> None:
    report(home, {"00008": 31})
    make.make_release(settings(home))
    assert [card.name for card in release_cards.list_releases(home)] == [
        "release-00001",
        "release-00002",
    ]
    assert read_value(home, "", "2022-Y")[0] == 361
    assert list(make.audit_release(settings(home))) == []


def test_the_same_build_again_gives_the_same_numbers(home: Path) -> None:
    before = read_released(home)
    make.make_release(settings(home))
    assert read_released(home).equals(before)


def test_a_release_that_is_not_safe_leaves_the_last_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(home, {"00001": 4})
    monkeypatch.setattr(
        "pipelines.release.protection.attack_release",
        lambda *_, **__: iter([Finding(0, "narrow", 4, 4)]),
    )
    with pytest.raises(Refused) as refused:
        make.make_release(settings(home))
    assert refused.value.code == "release_unsafe"
    assert release_cards.find_current_release(home).name == "release-00001"


def test_a_withdrawn_release_is_served_no_more(home: Path) -> None:
    make.make_release(settings(home))
    left = release_file.withdraw_release(home, "release-00002", "a mistake")
    assert left is not None and left.name == "release-00001"
    assert release_cards.find_current_release(home).name == "release-00001"
    release_file.withdraw_release(home, "release-00001", "another")
    with pytest.raises(Refused) as refused:
        release_cards.find_current_release(home)
    assert refused.value.code == "no_release"


STEPS = ("write_basis", "hide_values", "hash_file", "_write_card", "_point_at")


def test_a_kill_at_any_step_leaves_the_last_release(home: Path) -> None:
    report(home, {"00001": 4})
    for step in STEPS if FULL else STEPS[2:4]:
        kill_at(home, step)
        assert release_cards.find_current_release(home).name == "release-00001"
        assert list(make.audit_release(settings(home))) == []
    made = make.make_release(settings(home))
    assert release_cards.find_current_release(home).name == made.name
    folder = DataPaths(home).releases
    assert not [path for path in folder.iterdir() if path.suffix in (".tmp", ".part")]


def kill_at(home: Path, step: str) -> None:
    """Make a release in another process that is killed when it comes to a step."""
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from pipelines.release import make, release_file\n"
        "from tests.release.sample_release_home import settings\n"
        f"release_file.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "make.make_release(settings(Path(sys.argv[1])), processes=1)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code, str(home)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
