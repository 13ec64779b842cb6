"""With a spoilt template of the office the report still comes; what one may use is listed."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import run_command
from pipelines.output.report import (
    Report,
    describe_template_variables,
    render_report,
    render_whatever_template,
)
from pipelines.output.report.word import _template_context
from tests.output.office_template.template_files import with_text


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"PK", with_text("{{ cycler.__init__ }}"), with_text("{{ nothing_here }}")],
    ids=["empty", "half", "program", "unknown name"],
)
def test_the_built_in_template_takes_the_place_of_a_spoilt_one(
    report: Report, tmp_path: Path, spoilt: bytes
) -> None:
    (tmp_path / "report.docx").write_bytes(spoilt)
    content, refused = render_whatever_template(report, "docx", tmp_path / "report.docx")
    assert refused is not None and refused.code.startswith("template_")
    assert abs(len(content) - len(render_report(report, "docx"))) < 100


def paths(value: Any, name: str = "") -> set[str]:
    """Every way through a template's data, lists by `[]`."""
    if isinstance(value, list):
        inside = set().union(*(paths(one, f"{name}[]") for one in value))
        return inside or {f"{name}[]"}
    if isinstance(value, dict) and name != "words":
        return set().union(*(paths(v, f"{name}.{k}".lstrip(".")) for k, v in value.items()))
    return {name}


def test_what_a_template_may_use_is_listed_whole(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["report", "--list-variables", "--json"]) == 0
    listed = set(json.loads(capsys.readouterr().out)["variables"])
    assert (
        paths(_template_context(report)) - {"sections[].table", "sections[].pictures[]"} == listed
    )
    assert dict(describe_template_variables("vi")) != dict(describe_template_variables("en"))
