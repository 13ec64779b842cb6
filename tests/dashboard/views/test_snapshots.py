"""A page kept for the record is listed with its day and opens as it was known then."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.auth import identity
from pipelines.privacy.scope import PUBLIC
from pipelines.store import record_snapshots
from pipelines.store.state_db import StateDatabase
from tests.kpi.conftest import TEAMS, registered

Reader = Callable[..., AppTest]


@pytest.mark.slow
def test_a_page_kept_for_the_record_opens_with_its_day(reader: Reader, tmp_path: Path) -> None:
    city = registered(tmp_path)
    city.returns(TEAMS[0], "2022-Q1", a04=7)
    city.returns(TEAMS[1], "2022-Q1", days_late=30, a04=5)
    city.built().close()
    page = reader(tmp_path, "teams", period="2022-Q1", day="2022-03-20")
    page.text_input(key="w_snapshot").set_value("Giao ban")
    page.button(key="snapshot_save").click().run()
    kept = record_snapshots.list_snapshots(StateDatabase(tmp_path))[0]
    assert (kept.name, kept.view, kept.day) == ("Giao ban", "teams", "2022-03-20")
    links = [link.proto for link in page.get("page_link")]
    link = next(link for link in links if link.label.startswith("Giao ban"))
    assert "20/03/2022" in link.label and "day=2022-03-20" in link.query_string


@pytest.mark.slow
def test_who_sees_no_exact_figure_keeps_nothing(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(tmp_path).built().close()
    monkeypatch.setitem(identity.UNNAMED, "loopback", identity.Reader(PUBLIC, identity.LOCAL))
    page = reader(tmp_path, "teams")
    assert not [field for field in page.text_input if field.key == "w_snapshot"]
