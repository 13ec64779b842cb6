"""What the tests share: one loaded demonstration a run, made by the same calls as `caunoi demo`."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the whole demonstration loaded and built; treat it as read-only.

    Made once a run, even when several workers ask; `CAUNOI_TEST_HOME` names one that is already loaded.
    """
    given = os.environ.get("CAUNOI_TEST_HOME")
    if given:
        return Path(given)
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "demo-home"
    with _locked(shared / "demo.lock"):
        if not (home / "builds" / "current.json").exists():
            from pipelines import settings
            from pipelines.demo import load

            load.load(settings.load(home))
    return home
