"""A page looks back to a day: it then shows what had been received by its end, and says so."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.auth import identity
from dashboard.queries import open_builds
from pipelines.privacy.scope import PUBLIC
from tests.kpi.conftest import TEAMS, City, registered

#: The module makes three builds.
pytestmark = pytest.mark.slow

Reader = Callable[..., AppTest]
DAY = "05/04/2022"


@pytest.fixture(scope="module")
def late_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four teams of ten; the last sent its return 20 days after the others, on 20 April."""
    home: Path = tmp_path_factory.mktemp("late")
    city: City = registered(home)
    for team in TEAMS:
        city.returns(team, "2022-Q1", days_late=37 if team == TEAMS[3] else 17, a04=10, a31=10)
    city.built().close()
    return home


def test_the_day_of_the_link_counts_what_had_come_by_its_end(
    reader: Reader, late_home: Path
) -> None:
    page = reader(late_home, "teams", period="2022-Q1", day="2022-04-05")
    assert [m.value for m in page.metric][:2] == ["4", "30"]
    assert DAY in page.info[0].value
    assert sum(DAY in text.value for text in page.markdown) > 3
    page.date_input(key="w_day").set_value(None).run()
    assert [m.value for m in page.metric][:2] == ["4", "40"]
    assert "day" not in page.query_params
    assert not page.info


def test_outsiders_may_not_look_back(
    reader: Reader, late_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(identity.UNNAMED, "loopback", identity.Reader(PUBLIC, identity.LOCAL))
    page = reader(late_home, "teams", period="2022-Q1", day="2022-04-05")
    assert not page.date_input
    assert "2022-04-05" in page.info[0].value


def test_days_between_two_receipts_are_one_build(
    reader: Reader, late_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUNOI_HOME", str(late_home))
    name = "warehouse-00001"
    days = open_builds.list_receipt_days(name)
    assert days[-2:] == ("2022-03-31", "2022-04-20")
    assert open_builds.find_receipt_day(name, "2022-04-19") == "2022-03-31"
    assert open_builds.find_receipt_day(name, "2022-04-20") == ""
