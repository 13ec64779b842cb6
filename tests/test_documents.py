"""Documents speak of what exists: files, functions, commands, links and the aims of the code."""

import re
import sys
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import pytest

from pipelines.cli import FAMILIES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(
    [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("pipelines/**/README.md")]
)
FOLDERS = ("pipelines", "dashboard", "tests", "docs", "data", "notebooks", ".ci")
#: Documents that speak of names that are gone.
HISTORY = {"CHANGELOG.md"}


def read_without_code(path: Path) -> str:
    """Return a document without its fenced blocks."""
    return re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def name_document(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_document)
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read_without_code(path))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", [d for d in DOCUMENTS if d.name not in HISTORY], ids=name_document)
def test_every_path_named_exists(path: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`", read_without_code(path))
    roots = tuple(f"{folder}/" for folder in FOLDERS)
    named = [span for span in spans if span.startswith(roots) and " " not in span]
    plain = [span for span in named if not re.search(r"[<>{}…A-Z]{3,}|[*{<]", span)]
    assert [span for span in plain if not (ROOT / span.split("::")[0]).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_document)
def test_every_command_named_exists(path: Path) -> None:
    known = {command for commands in FAMILIES.values() for command in commands}
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|run |&& )caunoi ([a-z]+(?:-[a-z]+)*)\b", text, re.MULTILINE))
    assert named - known == set()


def list_modules(path: Path) -> Iterator[str]:
    yield from re.findall(r"python -m ([\w.]+)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_document)
def test_every_program_named_exists(path: Path) -> None:
    ours = [name for name in list_modules(path) if name.split(".")[0] in ("tests", "pipelines")]
    assert [name for name in ours if util.find_spec(name) is None] == []


def test_the_code_meets_the_aims_of_the_house(capsys: pytest.CaptureFixture[str]) -> None:
    spec = util.spec_from_file_location("measure", ROOT / ".ci" / "measure.py")
    assert spec and spec.loader
    measure = util.module_from_spec(spec)
    sys.modules["measure"] = measure
    spec.loader.exec_module(measure)
    missed = measure.main([])
    assert missed == 0, capsys.readouterr().out
