"""A return on the command line: checked, ingested, sent again, corrected, withdrawn, wrong."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipelines.store.ledger import Ledger
from tests.cli.conftest import PERIOD, Caunoi, workbook
from tests.intake.bad_inputs.cells import SHEETS

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow


def volunteers(caunoi: Caunoi, *more: str) -> float:
    return float(caunoi("kpi", "T03", "--period", PERIOD, *more, "--json").json["rows"][0]["value"])


def test_a_right_return_passes(caunoi: Caunoi, tmp_path: Path) -> None:
    answer = caunoi("check", workbook(tmp_path / "a.xlsx"), "--json")
    assert answer.code == 0
    assert [i for i in answer.json["issues"] if i["severity"] == "error"] == []


def test_a_word_in_a_number_cell_is_told_with_its_cell_and_the_rest_is_still_checked(
    caunoi: Caunoi, tmp_path: Path
) -> None:
    answer = caunoi("check", workbook(tmp_path / "a.xlsx", a20="nhiều", a31=99), "--json")
    issues = {i["code"]: i for i in answer.json["issues"]}
    assert answer.code == 1
    assert issues["V023"]["cell"].startswith("E") and issues["V023"]["text"] == "nhiều"
    assert "rule-A06" in issues
    assert {"code", "severity", "sheet", "cell", "text", "message"} <= set(issues["V023"])


def test_an_unknown_commune_and_another_form_are_told(caunoi: Caunoi, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path / "a.xlsx"))
    book["_caunoi"]["B4"] = "D-99999"
    book["Mẫu A"]["B4"] = "99999"
    book.save(tmp_path / "unknown.xlsx")
    assert "V014" in codes(caunoi("check", tmp_path / "unknown.xlsx", "--json").json)
    other = openpyxl.Workbook()
    other.active.append(["Một", "mẫu", "khác"])
    other.save(tmp_path / "other.xlsx")
    answer = caunoi("check", tmp_path / "other.xlsx", "--json")
    assert answer.code in (1, 2) and "T002" in codes(answer.json)


def test_the_cell_at_the_end_of_the_world_costs_one_message(caunoi: Caunoi, tmp_path: Path) -> None:
    far = next(case for case in SHEETS if case.id.startswith("c01"))
    (tmp_path / "far.xlsx").write_bytes(far.build())
    assert codes(caunoi("check", tmp_path / "far.xlsx", "--json").json) == ["S001"]


def test_the_marked_workbook_begins_with_what_to_mend(caunoi: Caunoi, tmp_path: Path) -> None:
    marked = tmp_path / "marked.xlsx"
    caunoi("check", workbook(tmp_path / "a.xlsx", a31=99), "--marked", marked)
    assert openpyxl.load_workbook(BytesIO(marked.read_bytes())).sheetnames[0] == "Cần sửa"


def test_a_file_that_is_not_there_is_refused(caunoi: Caunoi) -> None:
    answer = caunoi("check", "nowhere.xlsx", "--json")
    assert (answer.code, answer.error) == (2, "file_missing")


def test_a_file_taken_in_twice_changes_nothing(caunoi: Caunoi, tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx")
    first = caunoi("ingest", file, "--json").json["files"][0]
    head = Ledger(caunoi.home).head()
    again = caunoi("ingest", file, "--json").json["files"][0]
    assert again["known"] and again["submission"] == first["submission"]
    assert (Ledger(caunoi.home).head(), volunteers(caunoi)) == (head, 8)


def test_a_correction_replaces_its_own_return_only_and_the_earlier_answer_stays(
    caunoi: Caunoi, tmp_path: Path
) -> None:
    caunoi("ingest", workbook(tmp_path / "a.xlsx"), "--received-at", "2022-09-17")
    caunoi("ingest", workbook(tmp_path / "b.xlsx", unit="D-00652"), "--received-at", "2022-09-17")
    changed = workbook(tmp_path / "c.xlsx", a01=9, a04=9, a07=7)
    report = caunoi("ingest", changed, "--received-at", "2022-09-29", "--json").json["files"][0]
    assert {c["field"] for c in report["changes"]} == {"a01", "a04", "a07"}
    assert (volunteers(caunoi), volunteers(caunoi, "--as-of", "2022-09-20")) == (17, 16)


def test_a_return_taken_back_counts_no_more(caunoi: Caunoi, tmp_path: Path) -> None:
    receipt = caunoi("ingest", workbook(tmp_path / "a.xlsx"), "--json").json["files"][0][
        "submission"
    ]
    assert caunoi("withdraw", receipt, "--why", "gửi nhầm", "--json").json == {"withdrawn": receipt}
    assert (
        caunoi("withdraw", "ffffffffffff", "--why", "không có", "--json").error
        == "unknown_submission"
    )


def test_after_the_close_a_return_waits_until_it_is_approved(
    caunoi: Caunoi, tmp_path: Path
) -> None:
    caunoi("ingest", workbook(tmp_path / "a.xlsx"))
    assert caunoi("close", PERIOD, "--why", "đã chốt", "--json").json == {"closed": [PERIOD]}
    caunoi("ingest", workbook(tmp_path / "b.xlsx", a01=9, a04=9, a07=7))
    assert volunteers(caunoi) == 8
    caunoi("approve", "--period", PERIOD, "--why", "đúng")
    assert volunteers(caunoi) == 9


def codes(answer: dict[str, object]) -> list[str]:
    issues = answer["issues"]
    assert isinstance(issues, list)
    return [issue["code"] for issue in issues]


@pytest.mark.parametrize("unit", ["00646", "Thanh Liệt", "xã Thanh Liệt, Thanh Trì", "thanh liet"])
def test_a_commune_is_named_as_people_write_it(caunoi: Caunoi, tmp_path: Path, unit: str) -> None:
    path = tmp_path / "form.xlsx"
    assert caunoi("template", "A", "--unit", unit, "--period", PERIOD, "--out", path).code == 0
    assert openpyxl.load_workbook(path)["Mẫu A"]["B4"].value == "00646"


def test_a_name_two_places_share_asks_which(caunoi: Caunoi) -> None:
    answer = caunoi("template", "A", "--unit", "Chương Dương", "--period", PERIOD, "--json")
    assert (answer.code, answer.error) == (2, "place_unclear")
    assert (
        "Hoàn Kiếm" in answer.json["error"]["message"]
        and "Thường Tín" in answer.json["error"]["message"]
    )


def test_a_district_s_workbook_has_a_row_for_every_commune(caunoi: Caunoi, tmp_path: Path) -> None:
    path = tmp_path / "district.xlsx"
    assert caunoi("template", "A", "--district", "020", "--period", PERIOD, "--out", path).code == 0
    sheet = openpyxl.load_workbook(path)["Mẫu A"]
    rows = [row[0].value for row in sheet.iter_rows(min_row=12, max_col=1) if row[0].value]
    assert len(rows) == 16 and "00646" in rows
