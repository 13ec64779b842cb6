"""Officers and analysts work on Windows: their commands ask nothing of the system that it lacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import NOTEBOOKS
from tests import other_systems
from tests.dashboard.conftest import small_city
from tests.long_form import FULL

#: Each test starts programs.
pytestmark = pytest.mark.slow
#: The invented province's, and by CAUNOI_FULL=1 the city's, which takes two minutes.
DEMONSTRATIONS: tuple[list[str], ...] = (["--province", "minh-hoa"], [])


def run_commands(home: Path, *commands: list[str]) -> tuple[list[str], str]:
    """Return the lines of stderr and all of stdout of commands run as on Windows."""
    environment = {
        "CAUNOI_HOME": str(home),
        "USERNAME": "canbo",
        "PATH": os.defpath,
        # As redirected output is written there: an encoding without most Vietnamese letters.
        "PYTHONIOENCODING": "cp1252",
    }
    done = subprocess.run(
        [sys.executable, other_systems.__file__, *map(json.dumps, commands)],
        env=environment,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stderr.decode().splitlines(), done.stdout.decode()


def test_an_officer_and_an_analyst_work_without_what_windows_lacks(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    small_city(home, ("00046",))
    form = tmp_path / "Mau_A_00046_2022-Q3.xlsx"
    formats = ("docx", "pdf")
    said, told = run_commands(
        home,
        ["template", "A", "--unit", "00046", "--period", "2022-Q3", "--out", str(tmp_path)],
        ["check", str(form)],
        ["ingest", str(form)],
        ["kpi", "T06", "--period", "2022-Y"],
        ["report", "2022-Y", "--format", ",".join(formats), "--out", str(tmp_path / "report")],
        ["notebook", "n1_first_look", "--jupyter", str(tmp_path)],
        ["run", str(NOTEBOOKS / "n6_quality.py")],
    )
    codes = dict(line.split(" ") for line in said if line.count(" ") == 1)
    # A form without a number is sent back.
    assert codes == {
        "template": "0", "check": "1", "ingest": "1", "kpi": "0", "report": "0",
        "notebook": "0", "run": "0",
    }  # fmt: skip
    assert "Tình nguyện viên bình quân một Đội" in told
    assert {path.suffix[1:] for path in (tmp_path / "report").iterdir()} == set(formats)
    assert (tmp_path / "n1_first_look.ipynb").is_file()


@pytest.mark.parametrize("chosen", DEMONSTRATIONS if FULL else DEMONSTRATIONS[:1], ids=len)
def test_a_demonstration_loads_without_what_windows_lacks(
    tmp_path: Path, chosen: list[str]
) -> None:
    said, _ = run_commands(tmp_path, ["demo", "--no-serve", *chosen])
    assert said[-1] == "demo 0"
