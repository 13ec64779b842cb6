"""The report and export commands write what they say, name their files, and explain refusals."""

import json
from pathlib import Path

import pytest

from pipelines.cli import run_command
from pipelines.store.state_db import StateDatabase
from tests.output.office_template.template_files import with_text


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_report_is_written_for_a_district_by_name(
    demo_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        "--district",
        "Thanh Trì",
        "--format",
        "pdf,html",
        "--out",
        str(tmp_path),
        "--home",
        str(demo_home),
        "--json",
    ]
    assert run_command(["report", "2023-Y", *asked]) == 0
    files = [Path(str(f)) for f in said(capsys)["files"]]  # type: ignore[attr-defined]
    assert [f.suffix for f in files] == [".pdf", ".html"]
    assert all(f.name.startswith("caunoi_020_2023-Y_") and f.stat().st_size > 50_000 for f in files)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["report", "2023-Y", "--format", "odt"], "unknown_format"),
        (["report", "2023-Y", "--district", "Thanh Trìì Xa"], "unknown_place"),
        (["report", "2023-13"], "unknown_period"),
        (["export", "everything"], "unknown_format"),
        (["export", "mart", "--role", "public"], "package_scope"),
    ],
)
def test_what_cannot_be_written_is_refused(
    demo_home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: str,
) -> None:
    assert (
        run_command([*arguments, "--out", str(tmp_path), "--home", str(demo_home), "--json"]) == 2
    )
    assert said(capsys)["error"]["code"] == code  # type: ignore[index]
    assert list(tmp_path.iterdir()) == []


def test_dhis2_goes_out_and_comes_back_as_returns(
    demo_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(demo_home), "--json"]
    assert (
        run_command(
            [
                "export",
                "dhis2",
                "--period",
                "2022-Q3",
                "--district",
                "00646",
                "--out",
                str(tmp_path),
                *home,
            ]
        )
        == 0
    )
    file = str(said(capsys)["files"][0])  # type: ignore[index]
    assert (
        run_command(["export", "dhis2", "--from", file, "--out", str(tmp_path / "returns"), *home])
        == 0
    )
    names = [Path(str(f)).name for f in said(capsys)["files"]]  # type: ignore[attr-defined]
    assert names == ["A_D-00646_2022-Q3.xlsx", "B_P-00646_2022-Q3.xlsx"]


def test_the_office_gets_the_default_word_template(tmp_path: Path) -> None:
    file = tmp_path / "report.docx"
    assert run_command(["report", "2023-Y", "--write-template", str(file)]) == 0
    assert file.read_bytes().startswith(b"PK")


def test_a_template_that_may_not_run_is_refused_and_leaves_no_file(
    demo_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.docx"
    own.write_bytes(with_text("{{ letterhead.office.__class__ }}"))
    home = [
        "--template",
        str(own),
        "--out",
        str(tmp_path / "out"),
        "--home",
        str(demo_home),
        "--json",
    ]
    assert run_command(["report", "2022-Y", "--district", "020", "--format", "docx", *home]) == 2
    assert "{{ letterhead.office.__class__ }}" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_what_is_taken_by_command_is_written_down_once_by_codes(
    demo_home: Path, tmp_path: Path
) -> None:
    home = ["--out", str(tmp_path), "--home", str(demo_home), "--json"]
    before = len(StateDatabase(demo_home).list_events())
    assert (
        run_command(["report", "2022-Y", "--district", "Thanh Trì", "--format", "xlsx,html", *home])
        == 0
    )
    assert run_command(["export", "dhis2", "--period", "2022-Q3", *home]) == 0
    assert run_command(["export", "mart", "--role", "public", *home]) == 2
    told = [(e.what, *e.objects) for e in StateDatabase(demo_home).list_events()[before:]]
    assert told == [
        ("export", "report", "xlsx", "html", "2022-Y", "020"),
        ("export", "dhis2", "2022-Q3"),
    ]
