"""A ward stands on the worklist for a reason that is counted, said, and written in its message."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.auth import identity
from pipelines.present.panels.work_items import WorkItem, describe_chance, write_message
from pipelines.privacy.scope import Scope
from tests.kpi.conftest import TEAMS, City, registered

#: The page test makes a build of its own.
pytestmark = pytest.mark.slow

Reader = Callable[..., AppTest]


@pytest.fixture(scope="module")
def busy_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of four teams one is too small, one has contacted nobody, one sent nothing, one is fine."""
    home: Path = tmp_path_factory.mktemp("busy")
    city: City = registered(home)
    city.returns(TEAMS[0], "2022-Q1", a04=4, a31=10)
    city.returns(TEAMS[1], "2022-Q1", a04=7, a31=0)
    city.returns(TEAMS[2], "2022-Q1", a04=7, a31=10)
    city.returns("P-00046", "2022-Q1", b20=3)
    city.built().close()
    return home


def test_every_reason_is_counted_and_said(reader: Reader, busy_home: Path) -> None:
    page = reader(busy_home, "worklist", period="2022-Q1")
    assert page.title[0].value.replace("\u00a0", " ").startswith("3 trong 4 xã, phường")
    rows = page.dataframe[0].value
    said = dict(zip(rows["Xã, phường"], rows["Việc cần làm"], strict=True))
    assert said == {
        "Ngọc Thụy": "thiếu báo cáo mẫu A quý I/2022",
        "Hàng Buồm": "Đội dưới 5 người",
        "Lý Thái Tổ": "Đội không tiếp cận người nào",
    }
    assert list(rows["12 quý gần nhất"]) == ["□", "■", "■"]
    page.button_group(key="w_worklist").set_value("range").run()
    assert list(page.dataframe[0].value["Xã, phường"]) == ["Hàng Buồm"]


def test_rows_are_wards_teams_or_points_as_the_link_says(reader: Reader, busy_home: Path) -> None:
    page = reader(busy_home, "worklist", period="2022-Q1", rows="point")
    title = page.title[0].value.replace("\u00a0", " ")
    assert title.startswith("Không Điểm tư vấn nào trong 1 ")
    page.button_group(key="w_rows").set_value("team").run()
    assert page.query_params["rows"] == "team"
    assert page.title[0].value.replace("\u00a0", " ").startswith("3 trong 4 Đội")


def test_a_message_is_addressed_as_the_office_writes() -> None:
    item = WorkItem("00046", "Hàng Buồm", "Hoàn Kiếm", {"range": "Đội dưới 5 người"})
    text = write_message(item, "Phường Hàng Buồm (Quận Hoàn Kiếm)", "07/04/2022", "vi")
    assert text.startswith("Kính gửi UBND phường Hàng Buồm, quận Hoàn Kiếm:")
    assert "Đội dưới 5 người" in text and "07/04/2022" in text


def _choose_rows(page: AppTest, *rows: int) -> None:
    """Choose rows of the table, which AppTest has no method for."""
    states = page._tree.get_widget_states()
    table = states.widgets.add(id=page.dataframe[0].proto.id)
    table.string_value = json.dumps({"selection": {"rows": rows, "columns": [], "cells": []}})
    page._run(states)


def test_a_mark_can_be_undone_and_comes_off_when_the_return_arrives(
    reader: Reader, tmp_path: Path
) -> None:
    city = registered(tmp_path)
    city.returns(TEAMS[0], "2022-Q1", a04=4)
    city.built().close()
    page = reader(tmp_path, "worklist", period="2022-Q1", ward="00118")
    _choose_rows(page, 0)
    page.button(key="w_mark_asked").click().run()
    assert page.dataframe[0].value["Theo dõi"][0].startswith("đã đôn đốc ")
    page.button(key="w_undo").click().run()
    assert list(page.dataframe[0].value["Theo dõi"]) == [""]
    _choose_rows(page, 0)
    page.button(key="w_mark_done").click().run()
    assert page.dataframe[0].value["Theo dõi"][0].startswith("đã xong ")
    city.returns(TEAMS[3], "2022-Q1", a04=4, a31=0)
    city.returns("P-00118", "2022-Q1", b20=3)
    city.built().close()
    page = reader(tmp_path, "worklist", period="2022-Q1", ward="00118")
    assert list(page.dataframe[0].value["Theo dõi"]) == [""]


def test_a_steward_keeps_whom_to_call_and_erases_it(
    reader: Reader, busy_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        identity.UNNAMED, "loopback", identity.Reader(Scope("steward"), identity.LOCAL)
    )
    page = reader(busy_home, "worklist", period="2022-Q1", ward="00058")
    _choose_rows(page, 0)
    page.text_input(key="w_contact_role_00058").set_value("Văn phòng")
    page.text_input(key="w_contact_telephone_00058").set_value("024 3825 1234")
    _press(page, "Lưu")
    assert "Văn phòng · 024 3825 1234" in _read_text(page)
    _press(page, "Xóa hẳn")
    assert "chưa có đầu mối liên hệ" in _read_text(page)


def _press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()


def _read_text(page: AppTest) -> str:
    return " ".join(each.value for each in page.markdown)


def test_chance_alone_lets_a_sixth_of_unequal_runs_fall_twice() -> None:
    runs: list[list[float | None]] = [[40, 31, 20], [20, 31, 40], [5, 5, 5], [9, None, 7]]
    items = [WorkItem(str(n), "", "", contacts=run) for n, run in enumerate([*runs * 3])]
    items[0].reasons["falling"] = "40 → 31 → 20"
    said = describe_chance(items, 7, 2.4, "en")
    assert "Unusual numbers: 7; chance alone would give about 2." in said
    assert "two quarters in a row: 1; chance alone would give about 1." in said
