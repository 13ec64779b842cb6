"""From a card to the cells of its figure: they add up, and every version received is shown."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.auth import identity
from dashboard.components import lineage_cards
from pipelines.catalog import format_sentence
from pipelines.privacy.scope import PUBLIC
from tests.kpi.conftest import TEAMS, City, registered

#: The module makes a build of its own.
pytestmark = pytest.mark.slow

Reader = Callable[..., AppTest]


@pytest.fixture(scope="module")
def corrected_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three of four teams sent 10 contacts; the last of them was corrected to 12 a month later."""
    home: Path = tmp_path_factory.mktemp("lineage")
    city: City = registered(home)
    for team in TEAMS[:3]:
        city.returns(team, "2022-Q1", a04=5, a31=10)
    city.returns(TEAMS[2], "2022-Q1", days_late=30, a31=12)
    city.built().close()
    yield home


def headings(page: AppTest) -> str:
    return "\n".join(text.value for text in page.markdown if text.value.startswith("####"))


def test_the_cells_of_a_figure_add_up_and_say_what_was_sent(
    reader: Reader, corrected_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = lineage_cards.show_table

    def choose_corrected(table: pl.DataFrame, *words: Any, **look: Any) -> int | None:
        draw(table, *words, **look)
        return table["Số lấy"].to_list().index("12") if look.get("choose") else None

    page = reader(corrected_home, "lineage", period="2022-Q1", figure="O01")
    assert sorted(page.dataframe[0].value["Số lấy"]) == ["10", "10", "12"]
    assert "3 ô của 3 đơn vị báo cáo cộng lại được 32" in headings(page).replace("\u00a0", " ")
    monkeypatch.setattr(lineage_cards, "show_table", choose_corrected)
    versions = page.run().dataframe[1].value
    assert list(versions["Đã ghi"]) == ["10", "12"]
    assert set(versions["Đơn vị gửi"]) == {TEAMS[2]}


def test_outsiders_are_told_that_cells_are_not_theirs(
    reader: Reader, corrected_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(identity.UNNAMED, "loopback", identity.Reader(PUBLIC, identity.LOCAL))
    page = reader(corrected_home, "lineage", period="2022-Q1", figure="O01")
    told = "\n".join(text.value for text in page.markdown).replace("\\", "")
    begin = format_sentence("out_of_scope", "vi", label="").partition("{")[0][:12]
    assert begin in told
    assert "Hàng Buồm" not in told
    assert all("Số lấy" not in table.value.columns for table in page.dataframe)
