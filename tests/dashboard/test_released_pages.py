"""Pages of readers without rights come from the release and say what it hides."""

from pathlib import Path

import polars as pl
import pytest

from dashboard.auth import access
from dashboard.auth.identity import Reader as Person
from pipelines.privacy.scope import PUBLIC
from pipelines.release import make, public_home, release_file
from tests.dashboard.conftest import Reader
from tests.dashboard.security.planted_numbers import written
from tests.release.sample_release_home import PLANTED, make_planted_home, settings

#: Each test reads a build and a release.
pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = make_planted_home(tmp_path / "home")
    make.make_release(settings(home))
    return home


def read_page(reader: Reader, home: Path, view: str, **link: str) -> str:
    test = reader(home, view, period="2022-Y", lang="en", kpi="C01", **link)
    assert not test.exception
    return "\n".join([repr(test.main), *(str(text.value) for text in test.markdown)])


def test_the_public_reads_released_numbers_and_none_that_is_hidden(
    home: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = read_page(reader, public_home.make_public_home(settings(home)), "activities")
    monkeypatch.setattr(access, "current_reader", lambda: Person(PUBLIC, subject="guest"))
    rows = release_file.read_basis(home, "release-00001").rows
    is_hidden = (pl.col("state") == "suppressed") & (pl.col("value") >= PLANTED)
    hidden = set(rows.filter(is_hidden)["value"].to_list())
    city = rows.filter(level="city", period="2022-Y")["value"].item()
    pages = [
        outside,
        read_page(reader, home, "activities"),
        read_page(reader, home, "place", district="001", ward="00007"),
        read_page(reader, home, "overview"),
    ]
    assert hidden
    for page in pages[:2]:
        assert f"{city:,}" in page
    assert "numbers are not published" in outside and "numbers are not published" in pages[-1]
    for page in pages:
        assert not written(page.encode(), hidden)
