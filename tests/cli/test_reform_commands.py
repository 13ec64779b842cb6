"""The commands an office needs after a reform of communes."""

from pathlib import Path
from zipfile import ZipFile

from pipelines.intake.ingest import ingest_files
from pipelines.intake.templates import write_register
from tests.cli.conftest import Caunoi
from tests.intake.ingest.sample_files import settings

POINT = {"programme": "M4", "status": "active", "confidence": "certain"}


def register_points(home: Path, folder: Path) -> None:
    """The points of Hàng Buồm, now in Hoàn Kiếm, and of Thanh Liệt, which was split."""
    home.mkdir(exist_ok=True)
    book = folder / "d3.xlsx"
    rows = [{"point_id": f"P-{code}", "commune": code, **POINT} for code in ("00046", "00646")]
    write_register(book, "D3", "HN", None, rows=rows)
    ingest_files([("d3.xlsx", book.read_bytes())], settings(home))


def test_a_reform_says_how_many_lines_are_left_to_decide(caunoi: Caunoi, tmp_path: Path) -> None:
    register_points(caunoi.home, tmp_path)
    answer = caunoi("reform", "propose", "--out", tmp_path / "d.xlsx", "--json").json
    assert (answer["lines"], answer["decided"], answer["open"]) == (2, 1, 1)


def test_a_day_without_a_reform_is_refused(caunoi: Caunoi) -> None:
    assert caunoi("reform", "propose", "--day", "2025-06-30", "--json").error == "no_reform"


def test_the_forms_of_all_points_come_in_one_archive(caunoi: Caunoi, tmp_path: Path) -> None:
    register_points(caunoi.home, tmp_path)
    path = tmp_path / "b.zip"
    assert caunoi("template", "B", "--all", "--period", "2025-Q4", "--out", path).code == 0
    names = [f"Mau_B_{code}_2025-Q4.xlsx" for code in ("00046", "00646")]
    assert ZipFile(path).namelist() == names


def test_a_point_of_a_merged_ward_gets_its_form(caunoi: Caunoi, tmp_path: Path) -> None:
    register_points(caunoi.home, tmp_path)
    path = tmp_path / "b.xlsx"
    asked = ("template", "B", "--unit", "P-00046", "--period", "2025-Q4", "--out", path)
    assert caunoi(*asked).code == 0
    assert path.exists()
