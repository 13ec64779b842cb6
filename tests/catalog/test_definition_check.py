"""A wrong word in a definition file is named: the file, the key, and what may stand there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.catalog.definition_check import check_catalog, list_faults
from pipelines.catalog.load import find_folder
from pipelines.definition_faults import DefinitionFault
from pipelines.errors import DefinitionError
from tests.catalog.catalog_copy import replace_text
from tests.long_form import FULL


def only_fault(folder: Path) -> DefinitionFault:
    (fault,) = list_faults(folder)
    return fault


def test_the_catalogue_delivered_has_no_fault() -> None:
    assert list_faults() == []


KEYS = [
    ("units.toml", "[person]\n", "[person]\ncolour = 1\n", "person.colour"),
    ("choices.toml", "RF_VDR = { group", "RF_VDR = { colour = 1, group", "service.RF_VDR.colour"),
    ("forms.toml", "[A]\n", "[A]\ncolour = 1\n", "A.colour"),
    ("fields_a.toml", "[a01]\n", "[a01]\ncolour = 1\n", "a01.colour"),
    ("fields_b.toml", "[b01]\n", "[b01]\ncolour = 1\n", "b01.colour"),
    ("measures.toml", "[teams]\n", "[teams]\ncolour = 1\n", "teams.colour"),
    ("registers.toml", "[C]\n", "[C]\ncolour = 1\n", "C.colour"),
    ("kpis.toml", "[T01]\n", "[T01]\ncolour = 1\n", "T01.colour"),
    ("pages.toml", "[teams]\n", "[teams]\ncolour = 1\n", "teams.colour"),
    ("rules.toml", "[rule-A01]\n", "[rule-A01]\ncolour = 1\n", "rule-A01.colour"),
    ("messages.toml", "[F012]\n", "[F012]\ncolour = 1\n", "F012.colour"),
    ("mart.toml", "[columns]\n", "colour = 1\n[columns]\n", "colour"),
    ("template.toml", "[sheets]\n", "[sheets]\ncolour = 1\n", "sheets.colour"),
]


def test_every_file_of_the_catalogue_is_tried() -> None:
    assert {file for file, *_ in KEYS} == {path.name for path in find_folder().glob("*.toml")}


@pytest.mark.parametrize(("file", "before", "after", "key"), KEYS, ids=[k[0] for k in KEYS])
def test_a_key_that_does_not_exist(
    folder: Path, file: str, before: str, after: str, key: str
) -> None:
    replace_text(folder, file, before, after)
    fault = only_fault(folder)
    assert (fault.code, fault.file, fault.key) == ("definition_key", file, key)
    assert fault.allowed and "colour" not in fault.allowed


RUN = "from pipelines.cli import main; main()"


def run_doctor(home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CAUNOI_CATALOG": str(folder), "CAUNOI_LANG": "en"}
    command = [sys.executable, "-c", RUN, "doctor", "--home", str(home)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(("file", "before", "after", "key"), KEYS if FULL else KEYS[::5])
def test_a_command_names_file_and_key_and_leaves_with_2(
    tmp_path: Path, folder: Path, file: str, before: str, after: str, key: str
) -> None:
    replace_text(folder, file, before, after)
    done = run_doctor(tmp_path, folder)
    assert done.returncode == 2, done.stderr
    assert file in done.stderr and key in done.stderr


@pytest.mark.slow
def test_a_catalogue_that_was_checked_is_not_checked_again(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert run_doctor(home, folder).returncode == 0
    remembered = (home / "checked" / "catalogue").read_text()
    replace_text(folder, "kpis.toml", "Active teams", "Teams")
    assert run_doctor(home, folder).returncode == 0
    assert (home / "checked" / "catalogue").read_text() != remembered


VALUES = [
    ('unit = "volunteer"\nkind = "sum"', 'unit = "persons"\nkind = "sum"', "T03.unit", "person"),
    ('numerator = "a04"', 'numerator = "a99"', "T03.numerator", "a"),
    ('model = "unit_spread"', 'model = "poisson"', "T06.model", "unit_spread"),
    ('model = "unit_spread"\n', "", "T06.model", "place_spread"),
    ("per = 100\n", 'per = "100"\n', "T02.per", "integer"),
    ("decimals = 1\n", "decimals = true\n", "T02.decimals", "integer"),
    ('direction = "up"', 'direction = "upwards"', "T02.direction", "'up'"),
    ("protected = false\n", 'protected = "ward"\n', "T01.protected", "below_district"),
]


@pytest.mark.parametrize(("before", "after", "key", "allowed"), VALUES)
def test_a_value_that_may_not_stand_there(
    folder: Path, before: str, after: str, key: str, allowed: str
) -> None:
    replace_text(folder, "kpis.toml", before, after)
    fault = only_fault(folder)
    assert (fault.file, fault.key) == ("kpis.toml", key)
    assert allowed in fault.allowed


def test_a_missing_key(folder: Path) -> None:
    replace_text(folder, "kpis.toml", 'name = "teams"\n', "")
    assert only_fault(folder) == DefinitionFault("definition_missing", "kpis.toml", "T01.name")


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("kpis.toml", "[T02]\n", "[T01]\n"),
        ("measures.toml", "[points]\n", "[a01]\n"),
        ("kpis.toml", 'name = "volunteers"\n', 'name = "teams"\n'),
    ],
)
def test_a_code_or_name_given_twice(folder: Path, file: str, before: str, after: str) -> None:
    replace_text(folder, file, before, after)
    faults = list_faults(folder)
    assert {fault.file for fault in faults} >= {file}
    assert {fault.code for fault in faults} & {"definition_file", "definition_twice"}


def test_a_file_that_is_gone_or_no_toml(folder: Path) -> None:
    (folder / "units.toml").unlink()
    (folder / "kpis.toml").write_text("[T01", encoding="utf-8")
    assert [(f.code, f.file) for f in list_faults(folder)] == [
        ("definition_file", "units.toml"),
        ("definition_file", "kpis.toml"),
    ]


def test_the_error_names_file_key_and_what_is_allowed(folder: Path) -> None:
    replace_text(folder, "kpis.toml", "[T01]\n", "[T01]\ncolour = 1\n")
    with pytest.raises(DefinitionError, match=r"kpis\.toml, T01\.colour.*name"):
        check_catalog(folder)


def test_a_word_that_workbooks_need_is_missed(folder: Path) -> None:
    replace_text(folder, "template.toml", 'due = "Hạn nộp"\n', "")
    assert only_fault(folder).key == "heading.due"
