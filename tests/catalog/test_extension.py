"""A field and a KPI added to the catalogue's files alone are asked, read, built and shown."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.catalog import forms
from tests.catalog.catalog_copy import replace_text

#: The version of form A that first has the new field.
VERSION = forms()["A"].version + 1
FIELD = f"""
[a99]
name = "a99_bicycles"
section = "money"
unit = "volunteer"
over_time = "sum"
required = false
protected = false
since = {VERSION}
vi = "Tình nguyện viên được cấp xe đạp"
en = "Volunteers given a bicycle"
about_vi = "Số tình nguyện viên được cấp xe đạp trong kỳ."
about_en = "Volunteers who were given a bicycle in the period."
"""
KPI = """
[Z01]
name = "bicycles"
story = "teams"
page = "teams"
card = "headline"
unit = "volunteer"
kind = "sum"
numerator = "a99"
protected = false
vi = "Tình nguyện viên có xe đạp"
en = "Volunteers with a bicycle"
about_vi = "Tình nguyện viên được cấp xe đạp trong kỳ."
about_en = "Volunteers given a bicycle in the period."
"""


def append_text(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.slow
def test_a_field_and_a_figure_need_no_line_of_code(folder: Path, tmp_path: Path) -> None:
    append_text(folder / "fields_a.toml", FIELD)
    append_text(folder / "kpis.toml", KPI)
    replace_text(folder, "forms.toml", f"version = {VERSION - 1}", f"version = {VERSION}")
    home = tmp_path / "home"
    home.mkdir()
    command = [sys.executable, "-m", "tests.catalog.extended_run", str(home)]
    environment = {**os.environ, "CAUNOI_CATALOG": str(folder), "CAUNOI_LANG": "en"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert (seen["exit"], seen["value"]) == (0, 5)
    assert seen["field"] == "Volunteers given a bicycle"
    assert any("Volunteers with a bicycle" in label for label in seen["labels"])
