"""A return on the page: its file is checked, shown with its issues, sent once and counted."""

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import uploads
from dashboard.auth import access
from dashboard.components.card import escape_markdown
from pipelines import settings
from pipelines.intake.ingest import ingest_files
from pipelines.intake.templates import write_form
from pipelines.present.format.numbers import NBSP
from pipelines.present.i18n import translate
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.store.ledger import Ledger
from pipelines.warehouse.start import batches_behind
from tests.intake.validation.sample_returns import filled
from tests.processes import PATIENCE

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

Reader = Callable[..., AppTest]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def form(ward: str = "00046", period: str = "2022-Q3", **changes: object) -> bytes:
    """A filled return of a team, with some fields changed to what an officer may type."""
    values = {entry.field: entry.value for entry in filled("A", period).entries}
    target = BytesIO()
    write_form(target, "A", f"D-{ward}", period, values=values)
    book = openpyxl.load_workbook(BytesIO(target.getvalue()))
    sheet = book["Mẫu A"]
    rows = {cell.value: cell.row for cell in sheet["A"]}
    for code, value in changes.items():
        sheet.cell(rows[code], 5, value)
    changed = BytesIO()
    book.save(changed)
    return changed.getvalue()


def words(page: AppTest) -> str:
    told = [*page.title, *page.markdown, *page.info, *page.warning, *page.error, *page.button]
    return " ".join(
        str(getattr(t, "value", "")) + str(getattr(t, "label", "")) for t in told
    ).replace(NBSP, " ")


def table(page: AppTest, number: int = 0) -> str:
    return page.table[number].value.to_csv()


def dropped(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    return page.file_uploader[0].set_value([(name, data, XLSX) for name, data in files]).run()


def test_a_file_is_looked_at_sent_and_counted(reader: Reader, tmp_path: Path) -> None:
    page = dropped(reader(tmp_path, "submit"), ("bao-cao.xlsx", form()))
    assert "bao-cao.xlsx" in words(page)
    assert translate("submit.first", "vi") in words(page)
    assert Ledger(tmp_path).head() == 0
    page.button(key="w_send").click().run()
    receipt = Ledger(tmp_path).frame("submissions")["submission"][0]
    assert receipt in table(page)
    give_up = time.monotonic() + PATIENCE
    while batches_behind(settings.load_settings(tmp_path)) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert translate("submit.built", "vi") in words(page.run())


def test_wrong_cells_are_shown_with_what_was_typed(reader: Reader, tmp_path: Path) -> None:
    page = dropped(reader(tmp_path, "submit"), ("a.xlsx", form(a20="60 triệu đồng", a21="1.234")))
    assert "60 triệu đồng" in table(page)
    assert translate("submit.column.todo", "vi") in table(page)
    assert "1.234" in table(page)
    assert not page.exception


def test_what_a_correction_changes_is_said_before_it_does(reader: Reader, tmp_path: Path) -> None:
    ingest_files([("a.xlsx", form())], settings.load_settings(tmp_path))
    page = dropped(reader(tmp_path, "submit"), ("b.xlsx", form(a20=7, a50=9)))
    assert "2 số liệu thay đổi" in words(page)
    assert all(number in table(page) for number in ("7", "9"))
    assert Ledger(tmp_path).head() == 1


def test_what_was_received_cannot_be_sent_again(reader: Reader, tmp_path: Path) -> None:
    ingest_files([("a.xlsx", form())], settings.load_settings(tmp_path))
    page = dropped(reader(tmp_path, "submit"), ("a.xlsx", form()))
    assert escape_markdown(translate("submit.next_none", "vi")) in words(page)
    assert "w_send" not in [button.key for button in page.button]


@pytest.mark.parametrize("data", [b"", b"rubbish", b"%PDF-1.7", b"\x00" * 100])
def test_a_file_that_is_none_gets_its_sentence(reader: Reader, tmp_path: Path, data: bytes) -> None:
    page = dropped(reader(tmp_path, "submit"), ("a.xlsx", data))
    assert not page.exception
    assert translate("submit.next_mend", "vi") in words(page)


def test_text_of_an_officer_is_shown_as_it_is(reader: Reader, tmp_path: Path) -> None:
    page = dropped(reader(tmp_path, "submit"), ("a.xlsx", form(a20="![x](http://x/y.png)")))
    assert escape_markdown("![x](http://x/y.png)") in table(page)
    assert "![x](http" not in table(page)


def test_an_outsider_is_told_who_may_send(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "current_scope", lambda: PUBLIC)
    page = reader(tmp_path, "submit")
    assert translate("submit.closed", "vi") in words(page)
    assert not page.file_uploader


@pytest.mark.parametrize(("district", "taken"), [("002", True), ("004", False)])
def test_a_district_sends_for_its_own_communes_only(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, district: str, taken: bool
) -> None:
    monkeypatch.setattr(access, "current_scope", lambda: Scope("district", frozenset({district})))
    page = dropped(reader(tmp_path, "submit"), ("a.xlsx", form()))
    assert ("w_send" in [button.key for button in page.button]) is taken
    assert [("D-00046" in found.value.to_csv()) for found in page.table] == (
        [] if taken else [True]
    )


@pytest.mark.parametrize("place", ["00046", "002"])
def test_an_empty_form_can_be_had_for_a_commune_or_a_district(
    reader: Reader, tmp_path: Path, place: str
) -> None:
    page = reader(tmp_path, "submit")
    assert translate("submit.empty_choose", "vi") in words(page)
    assert place in uploads.list_units("2022-Q3")
    assert openpyxl.load_workbook(
        BytesIO(uploads.make_template("A", place, "2022-Q3", CITY))
    ).sheetnames


@pytest.mark.parametrize(("district", "beside"), [("002", True), ("004", False)])
@pytest.mark.parametrize("place", ["00046", "002"])
def test_a_form_tells_last_quarters_values_only_to_who_may_see_them(
    reader: Reader, tmp_path: Path, place: str, district: str, beside: bool
) -> None:
    reader(tmp_path, "submit")
    ingest_files([("a.xlsx", form(a20=7_341_202))], settings.load_settings(tmp_path))
    made = uploads.make_template("A", place, "2022-Q4", Scope("district", frozenset({district})))
    told = {
        cell.value
        for sheet in openpyxl.load_workbook(BytesIO(made))
        for row in sheet.iter_rows()
        for cell in row
    }
    assert (7_341_202 in told) is beside


def test_an_empty_home_leads_to_the_first_form(reader: Reader, tmp_path: Path) -> None:
    page = reader(tmp_path, "submit")
    assert escape_markdown(translate("submit.steps", "vi")) in words(page)
    unit = page.selectbox(key="w_unit").options[0]
    page.selectbox(key="w_unit").select_index(0).run()
    assert not page.exception
    assert page.get("download_button")[0].label == translate("submit.empty_get", "vi", place=unit)


def test_a_form_is_offered_for_the_units_of_its_period() -> None:
    before, after = uploads.list_units("2022-Q3"), uploads.list_units("2026-Q3")
    assert len(before) == 30 + 579 and before["00067"] == "Phường Chương Dương (Quận Hoàn Kiếm)"
    assert after["HN"] == "Thành phố Hà Nội"
    assert len(after) == 1 + 126 and not {"00067", "002"} & set(after)
    assert uploads.can_send(CITY)
