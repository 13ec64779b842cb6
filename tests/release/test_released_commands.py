"""Commands and notebooks answer readers with few rights from the release, as the pages do."""

from pathlib import Path

import polars as pl
import pytest

from pipelines import kpi
from pipelines.privacy.scope import PUBLIC, Scope
from pipelines.release import release_file
from tests.cli.conftest import Caunoi
from tests.dashboard.security.downloads import unpacked
from tests.dashboard.security.planted_numbers import written
from tests.long_form import FULL
from tests.release.sample_release_home import PLANTED, make_planted_home, release_home

#: Each test reads a build and a release.
pytestmark = pytest.mark.slow

FORMATS = "docx,pdf,xlsx,html" if FULL else "xlsx,html"
PUBLIC_WORDS = ("--role", "public")
MANAGER_WORDS = ("--role", "district", "--as-district", "002")
#: Of two small wards and eight with planted cells.
CITY_CONTACTS = 2 + 3 + 8 * PLANTED + 37 * sum(range(2, 10))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with planted cells, one build and one release; read only."""
    return release_home(make_planted_home(tmp_path_factory.mktemp("planted") / "home"))


@pytest.fixture(scope="module")
def hidden(home: Path) -> set[int]:
    """The planted numbers that the release hides."""
    rows = release_file.read_basis(home, "release-00001").rows
    is_hidden = (pl.col("state") == "suppressed") & (pl.col("value") >= PLANTED)
    found = set(rows.filter(is_hidden)["value"].to_list())
    assert found
    return found


@pytest.mark.parametrize("rights", [PUBLIC_WORDS, MANAGER_WORDS], ids=["public", "manager"])
def test_kpi_answers_other_places_from_the_release(
    home: Path, capsys: pytest.CaptureFixture[str], rights: tuple[str, ...]
) -> None:
    ask = Caunoi(home, capsys)
    answer = ask("kpi", "a20", "--period", "2022", *rights, "--json").json
    assert [row["value"] for row in answer["rows"]] == [CITY_CONTACTS]
    assert answer["release"] == "release-00001"
    ward = ask("kpi", "a20", "--period", "2022", "--place", "00001", *rights, "--json").json
    assert [row["state"] for row in ward["rows"]] == ["suppressed"]


def test_a_notebook_without_a_store_is_answered_from_the_release(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUNOI_HOME", str(home))
    for scope in (PUBLIC, Scope("district", frozenset(["002"]))):
        assert kpi.values("a20", period="2022", scope=scope)["value"].to_list() == [CITY_CONTACTS]


@pytest.mark.parametrize("command", ["kpi", "report", "export wide", "export dhis2"])
def test_no_hidden_number_is_in_what_a_command_writes(
    home: Path,
    hidden: set[int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    ask = Caunoi(home, capsys)
    words = {
        "kpi": ("kpi", "a20", "--by", "ward", "--period", "2022", "--format", "csv"),
        "report": ("report", "2022", "--format", FORMATS, "--out", str(tmp_path)),
    }.get(command, (*command.split(), "--period", "2022", "--out", str(tmp_path)))
    sent = ask(*words, *PUBLIC_WORDS).out.encode()
    written_files = [path for path in tmp_path.rglob("*") if path.is_file()]
    for path in written_files:
        content = path.read_bytes()
        assert not written(content, hidden) | written(unpacked(content), hidden)
    assert not written(sent, hidden)
    assert written_files or command == "kpi"
