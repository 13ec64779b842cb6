"""A home with a release, shared by the tests that only read it."""

from pathlib import Path

import pytest

from tests.release.sample_release_home import make_home, release_home


@pytest.fixture(scope="session")
def released_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one build and one release; read only."""
    return release_home(make_home(tmp_path_factory.mktemp("released") / "home"))
