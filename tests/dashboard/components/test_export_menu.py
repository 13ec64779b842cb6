"""The reader exports what the page shows: files made on the click, and code that agrees."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines import kpi
from pipelines.present.panels import export_tables
from pipelines.privacy.scope import CITY, Scope

Reader = Callable[..., AppTest]


def run(code: str) -> tuple[object, str]:
    """The code as a notebook runs it: its last line, and the hash it prints."""
    known: dict[str, object] = {}
    printed: list[str] = []
    exec(code, {"print": printed.append}, known)
    return known["answer"], printed[0]


#: Pages with figures that a notebook can ask for.
ASKED = [
    "overview",
    "teams",
    "clients",
    "referrals",
    "points",
    "activities",
    "quality",
    "reports",
    "compare",
    "place",
]


def notebook(page: AppTest) -> AppTest:
    """The page after the reader has opened the code for a notebook."""
    page.session_state["notebook"] = True
    return page.run()


@pytest.mark.parametrize("view", ASKED)
def test_the_code_on_the_page_gives_the_pages_answer(
    reader: Reader, city_home: Path, view: str
) -> None:
    page = notebook(reader(city_home, view, district="002", period="2022-Y"))
    assert not page.exception
    answer, printed = run(next(c.value for c in page.code if c.value.startswith("from pipelines")))
    assert printed == kpi.digest(answer)  # type: ignore[arg-type]
    assert any(printed in m.value for m in page.markdown)


def test_the_code_is_made_when_it_is_asked_for(reader: Reader, city_home: Path) -> None:
    page = reader(city_home, "teams")
    assert not [c for c in page.code if c.value.startswith("from pipelines")]


def test_the_code_asks_for_what_is_compared(reader: Reader, city_home: Path) -> None:
    page = notebook(reader(city_home, "compare", kpi="T06", period="2022-Y"))
    page.segmented_control(key="w_fair_level").set_value("ward").run()
    answer, _ = run(next(c.value for c in page.code if c.value.startswith("from pipelines")))
    assert "00046" in answer["ward"].to_list()  # type: ignore[index]


def test_the_code_asks_with_the_readers_own_rights(
    city_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUNOI_HOME", str(city_home))
    build = kpi.current(kpi.open_store().settings)
    ask = ["K01"], ["district"], "2022-Y", [], build
    every, _ = run(export_tables.query_code(*ask, CITY))
    own, _ = run(export_tables.query_code(*ask, Scope("district", frozenset({"004"}))))
    states = dict(own.select("district", "state").rows())  # type: ignore[attr-defined]
    assert (states["002"], states["004"]) == ("suppressed", "not_reported")
    assert "suppressed" not in every["state"].to_list()  # type: ignore[index]


def test_the_page_offers_four_files(reader: Reader, city_home: Path) -> None:
    page = reader(city_home, "reports", period="2022-Y")
    labels = [b.label for b in page.get("download_button")]
    assert labels[-4:] == ["Word", "PDF", "Excel", "Trang HTML"]
