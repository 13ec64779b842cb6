"""A home's own reference tables are checked as those delivered are: file, line and column."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.demo.load import copy_province
from pipelines.errors import DefinitionError
from pipelines.reference.csv_tables import read_rows
from pipelines.reference.places import load_places
from pipelines.reference.table_check import check_if_changed, list_faults
from pipelines.settings import REFERENCE_VARIABLE, load_settings

Change = Callable[[str, str, str], None]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the invented province, whose tables are in force for this test alone."""
    monkeypatch.setenv(REFERENCE_VARIABLE, "")
    copy_province(tmp_path, "minh-hoa")
    return load_settings(tmp_path).home


@pytest.fixture
def change(home: Path) -> Change:
    """Replaces a text that stands in one of the province's tables."""

    def replace(file: str, before: str, after: str) -> None:
        path = home / "reference" / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    return replace


def test_the_delivered_tables_are_right() -> None:
    assert list_faults() == []


def test_a_province_has_nothing_of_another(home: Path) -> None:
    assert list_faults() == []
    assert list(load_places().geographies) == ["12", "5"]
    assert read_rows("published.csv") == []


@pytest.mark.parametrize(
    ("file", "before", "after", "code", "key"),
    [
        ("units.csv", "90004,", "9004,", "definition_value", "line 4.code"),
        ("units.csv", "Chợ Mới,Phường", "Chợ Mới,Khu", "definition_reference", "line 4.type"),
        ("units.csv", "2025-07-01,,", "2025-06-30,,", "definition_value", "line 3.valid_from"),
        ("crosswalk.csv", "90004,", "90005,", "definition_reference", "line 3.from_code"),
        ("crosswalk.csv", "whole", "most", "definition_reference", "line 2.relation"),
        ("tilegrid.csv", "902", "903", "definition_reference", "line 3.district_code"),
        ("facilities.csv", "RF_MMT", "RF_XXX", "definition_reference", "line 4.services"),
        ("targets.csv", "90019", "91000", "definition_reference", "line 3.area"),
        ("targets.csv", ",12,", ",many,", "definition_value", "line 3.value"),
        ("names.csv", "department", "office", "definition_reference", "line 4.name"),
        ("names.csv", "code,,,,MH", "code,,,2020-01-01,MH", "definition_missing", "code"),
    ],
)
def test_a_fault_is_named_by_file_and_line(
    change: Change, file: str, before: str, after: str, code: str, key: str
) -> None:
    change(file, before, after)
    fault = list_faults()[0]
    assert (fault.code, fault.file, fault.key) == (code, file, key)


def test_an_ended_unit_must_have_gone_somewhere(change: Change) -> None:
    change("crosswalk.csv", "90004,2008-01-01,90001,2025-07-01,whole,all,1\n", "")
    assert [(f.file, f.key) for f in list_faults()] == [("units.csv", "line 4.valid_to")]


def test_a_table_without_a_column_and_a_file_that_is_no_text(home: Path) -> None:
    (home / "reference" / "targets.csv").write_text("kpi,area\nP01,MH\n", encoding="utf-8")
    (home / "reference" / "tilegrid.csv").write_bytes(b"\xff\xfe\x00")
    faults = {(fault.code, fault.file) for fault in list_faults()}
    assert faults == {
        ("definition_missing", "targets.csv"),
        ("definition_file", "tilegrid.csv"),
    }


def test_a_changed_table_is_checked_once_and_again(home: Path, change: Change) -> None:
    check_if_changed(home)
    change("names.csv", "MH,MH", "mh,")
    with pytest.raises(DefinitionError, match=r"names\.csv"):
        check_if_changed(home)


def test_a_home_of_the_delivered_province_may_replace_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REFERENCE_VARIABLE, "")
    (tmp_path / "reference").mkdir()
    head = "facility_id,name,name_en,number,services,invented\n"
    own = tmp_path / "reference" / "facilities.csv"
    own.write_text(head + "X1,Phòng khám,Clinic,,RF_HIV,no\n", encoding="utf-8")
    load_settings(tmp_path)
    assert [row["facility_id"] for row in read_rows("facilities.csv")] == ["X1"]
    assert len(load_places().geographies) == 3
    assert list_faults() == []
