"""`caunoi map` as people use it."""

from pathlib import Path

from tests.cli.conftest import Caunoi
from tests.store.square_boundaries import squares, written


def test_boundaries_are_kept_and_taken_away(caunoi: Caunoi, tmp_path: Path) -> None:
    file = written(tmp_path / "map.geojson", squares("xyz"))
    said = caunoi("map", file, "--code-property", "xyz", "--on", "2022-12-14")
    assert said.code == 0 and "579" in said.out
    assert (caunoi.home / "boundaries.json").stat().st_size < 300_000
    assert caunoi("map", "--remove", "--json").json == {"removed": True}
    assert caunoi("map", "--remove", "--json").json == {"removed": False}
    assert not (caunoi.home / "boundaries.json").exists()


def test_a_map_of_another_day_is_refused_with_that_day(caunoi: Caunoi, tmp_path: Path) -> None:
    said = caunoi("map", written(tmp_path / "map.geojson", squares()), "--on", "2025-08-01")
    assert (
        said.code == 2
        and "2025-08-01" in said.err
        and not (caunoi.home / "boundaries.json").exists()
    )


def test_without_figures_or_file_the_command_says_what_it_needs(
    caunoi: Caunoi, tmp_path: Path
) -> None:
    file = written(tmp_path / "map.geojson", squares())
    assert caunoi("map", file, "--json").error == "no_build"
    assert caunoi("map", "--json").error == "no_file"
    assert caunoi("map", tmp_path / "none", "--on", "2022-12-14", "--json").error == "file_missing"
    assert caunoi("map", file, "--on", "soon", "--json").error == "unknown_day"
