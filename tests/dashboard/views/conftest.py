"""Homes that several pages are looked at in."""

from pathlib import Path

import pytest

from tests.kpi.conftest import registered, reported


@pytest.fixture(scope="module")
def today_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns of 2022, and one of phường Hoàn Kiếm for 2025-Q4."""
    home: Path = tmp_path_factory.mktemp("today")
    city = reported(registered(home))
    city.returns("D-00070", "2025-Q4", a04=9, a31=40)
    city.built().close()
    return home
