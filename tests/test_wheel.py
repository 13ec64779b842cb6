"""What is handed on is what was tested: the wheel, unpacked, away from the clone."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.dashboard.conftest import small_city

#: Each test starts programs.
pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the wheel, which nobody may write."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "files")
    return folder / "files"


def run_installed(unpacked: Path, code: str, *words: str, **variables: str) -> str:
    """Return what a program prints that finds our packages in the wheel alone."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), **variables}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *words],
        cwd=unpacked.parent,
        env={name: text for name, text in environment.items() if name != "CAUNOI_HOME" or text},
        capture_output=True,
        text=True,
    )
    return done.stdout + (f"exit {done.returncode}\n{done.stderr}" if done.returncode else "")


CAUNOI = "from pipelines.cli import main; main()"


def test_the_wheel_holds_what_a_clone_has_beside_its_packages(unpacked: Path) -> None:
    delivered = unpacked / "pipelines" / "delivered"
    for folder, pattern in (
        ("data/reference", "*.csv"),
        ("notebooks", "*.py"),
        ("docs/manual", "*.md"),
    ):
        ours = {p.name: p.read_bytes() for p in (ROOT / folder).glob(pattern)}
        assert ours
        assert ours == {p.name: p.read_bytes() for p in (delivered / folder).glob(pattern)}
    assert (unpacked / "dashboard" / "deploy" / "nginx.conf").is_file()
    assert (unpacked / "pipelines" / "py.typed").is_file()


def test_an_installed_copy_keeps_its_data_in_the_users_folder(
    unpacked: Path, tmp_path: Path
) -> None:
    code = "from pipelines import settings; print(settings.resolve_home(None))"
    told = run_installed(unpacked, code, CAUNOI_HOME="", XDG_DATA_HOME=str(tmp_path))
    assert told.strip() == str(tmp_path / "caunoi")


def test_one_name_offers_figures_definitions_and_charts(unpacked: Path) -> None:
    code = "import caunoi; print(caunoi.__all__, caunoi.kpi.__file__)"
    told = run_installed(unpacked, code)
    assert told.startswith("['catalog', 'charts', 'kpi', 'show']")
    assert str(unpacked) in told


def test_commands_work_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    home = str(small_city(tmp_path / "home", ("00046",)))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert run_installed(unpacked, CAUNOI, "--version") == f"caunoi {version}\n"
    form = run_installed(
        unpacked, CAUNOI, "template", "A", "--unit", "00046", "--period", "2022-Q3",
        "--out", str(tmp_path), "--home", home,
    )  # fmt: skip
    assert Path(form.strip()).is_file()
    rubbish = tmp_path / "rubbish.xlsx"
    rubbish.write_bytes(b"no workbook")
    assert "exit 2" in run_installed(unpacked, CAUNOI, "check", str(rubbish), "--home", home)
    answer = run_installed(
        unpacked, CAUNOI, "kpi", "T06", "--period", "2022-Y", "--json", "--home", home
    )
    assert json.loads(answer)["rows"]
    report = run_installed(
        unpacked, CAUNOI, "report", "2022-Y", "--format", "docx,pdf,xlsx,html",
        "--out", str(tmp_path / "report"), "--home", home,
    )  # fmt: skip
    assert len([line for line in report.splitlines() if Path(line).is_file()]) == 4
    listed = run_installed(unpacked, CAUNOI, "notebook", "--list")
    assert "n1_first_look" in listed
