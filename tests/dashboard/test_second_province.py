"""An invented province in a home's folder `reference`: every command and page knows it alone."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from pipelines.demo.load import copy_province
from pipelines.intake.templates import write_register
from pipelines.settings import REFERENCE_VARIABLE, load_settings
from tests.cli.conftest import Caunoi, workbook
from tests.dashboard.conftest import Reader, served

pytestmark = pytest.mark.slow
TEAM, PERIOD = "D-90019", "2022-Q3"


@pytest.fixture
def province(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Caunoi]:
    """A home of the province, empty but for its tables; Hanoi's are in force again afterwards."""
    monkeypatch.setenv(REFERENCE_VARIABLE, "")
    copy_province(tmp_path / "home", "minh-hoa")
    yield Caunoi(tmp_path / "home", capsys)


def read_words(reader: Reader, home: Path, view: str) -> str:
    page = reader(home, view, lang="en")
    assert not page.exception
    blocks = (*page.title, *page.header, *page.subheader, *page.markdown, *page.caption)
    return " ".join(str(block.value) for block in blocks)


def test_a_return_becomes_a_figure_a_report_and_pages(
    province: Caunoi, reader: Reader, tmp_path: Path
) -> None:
    line = {"team_id": TEAM, "commune": "90019", "status": "active", "authority": "district"}
    line |= {"decision_no": "1/QĐ-UBND", "decision_date": "2020-01-02"}
    register = tmp_path / "d1.xlsx"
    write_register(register, "D1", "MH", None, rows=[line], settings=load_settings(province.home))
    assert province("ingest", register).code == 0
    form = tmp_path / "form.xlsx"
    asked = ("--unit", "Suối Mơ", "--period", PERIOD, "--out", form)
    assert province("template", "A", *asked, "--json").json["form"] == "A"
    assert province("ingest", workbook(tmp_path / "a.xlsx", PERIOD, TEAM)).code == 0
    answer = province("kpi", "T03", "--place", "Suối Mơ", "--period", PERIOD, "--json").json
    assert [row["value"] for row in answer["rows"]] == [8]
    assert province("report", PERIOD, "--format", "html", "--out", tmp_path / "r.html").code == 0
    words = (tmp_path / "r.html").read_text(encoding="utf-8")
    words += read_words(reader, province.home, "overview")
    words += read_words(reader, province.home, "points")
    assert "Minh Họa" in words
    assert "Hà Nội" not in words
    assert "Hanoi" not in words


def test_its_demonstration_is_loaded_and_served(tmp_path: Path) -> None:
    home = tmp_path / "home"
    words = ("demo", "--no-serve", "--province", "minh-hoa", "--home", str(home), "--json")
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["loaded"]
    with served(home) as site, urlopen(site) as page:
        assert page.status == 200


def test_it_is_copied_only_beside_nothing_else(province: Caunoi) -> None:
    (province.home / "reference" / "targets.csv").unlink()
    again = province("demo", "--no-serve", "--province", "minh-hoa", "--json")
    assert again.error == "province_there"
