"""Builds under their readers: killed, damaged, started twice, published while ten people ask."""

import random
import shutil
from pathlib import Path

import pytest

from pipelines import catalog, kpi
from pipelines.errors import BuildOutdated
from pipelines.store.paths import DataPaths
from pipelines.warehouse import build
from pipelines.warehouse.start import batches_behind, build_if_behind, start_build
from tests.warehouse import crash, damage, readers
from tests.warehouse.sample_home import answers, register, say, settings

pytestmark = pytest.mark.slow


def test_killed_at_any_instant_of_a_build_the_one_before_answers_and_the_next_holds_everything(
    tmp_path: Path,
) -> None:
    chance, number = random.Random(20261126), crash.prepared(tmp_path)
    for _ in range(5):
        number, faults = crash.wrong(tmp_path, number, chance)
        assert faults == []


@pytest.fixture(scope="module")
def three_builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return damage.prepared(tmp_path_factory.mktemp("three"))


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_build_or_pointer_leaves_the_answer_to_the_newest_whole_one(
    three_builds: Path, seed: int
) -> None:
    assert damage.wrong(three_builds, random.Random(seed)) == []


def test_when_every_card_is_lost_the_pointer_alone_finds_the_build(
    three_builds: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(three_builds, home)
    for card in DataPaths(home).builds.glob("warehouse-*.json"):
        card.unlink()
    assert answers(home) == damage.VERSIONS


def test_ten_readers_never_see_an_error_a_mixture_or_an_older_build_than_the_newest(
    tmp_path: Path,
) -> None:
    seen = readers.run(tmp_path, builds=3, seconds=1.0)
    assert (seen.errors, seen.mixed, seen.stale) == ([], 0, 0)
    assert max(seen.first) == 4


def test_a_build_started_beside_us_takes_in_what_the_ledger_has(tmp_path: Path) -> None:
    register(tmp_path)
    say(tmp_path, 7)
    assert batches_behind(settings(tmp_path)) == 2
    started = [start_build(settings(tmp_path)) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert (batches_behind(settings(tmp_path)), answers(tmp_path)) == (0, 7)
    assert len(list(DataPaths(tmp_path).builds.glob("*.duckdb"))) == 1


def test_with_nothing_new_nothing_is_built(tmp_path: Path) -> None:
    register(tmp_path)
    assert build_if_behind(settings(tmp_path)) is not None
    assert build_if_behind(settings(tmp_path)) is None


def test_the_same_ledger_makes_the_same_content(tmp_path: Path) -> None:
    register(tmp_path)
    say(tmp_path, 3)
    assert len({build.build_warehouse(settings(tmp_path)).content_hash for _ in range(3)}) == 1


def test_a_changed_catalogue_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(tmp_path)
    first = build_if_behind(settings(tmp_path))
    monkeypatch.setattr(catalog, "digest_files", lambda: "another")
    second = build_if_behind(settings(tmp_path))
    assert first and second and first.content_hash == second.content_hash
    assert build_if_behind(settings(tmp_path)) is None


def test_a_figure_newer_than_the_build_asks_for_a_build(tmp_path: Path) -> None:
    register(tmp_path)
    say(tmp_path, 7)
    build_if_behind(settings(tmp_path))
    with kpi.open_store(settings(tmp_path)) as store:
        del store.numbers["a04"]
        with pytest.raises(BuildOutdated, match="a04"):
            kpi.values("T03", period="2022-Y", store=store)
