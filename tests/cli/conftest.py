"""The command line as people and machines use it: arguments, stdout and the exit code."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli
from pipelines.intake.templates import write_form
from pipelines.intake.templates.layout import form_fields

TEAM, PERIOD = "D-00646", "2022-Q3"


@dataclass(frozen=True)
class Answer:
    """What one command said and how it left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def error(self) -> str:
        return str(self.json["error"]["code"])


class Caunoi:
    """`caunoi(...)` runs one command in one home."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys = home, capsys

    def __call__(self, *words: str | Path) -> Answer:
        self.capsys.readouterr()
        code = cli.run_command([*map(str, words), "--home", str(self.home)])
        said = self.capsys.readouterr()
        return Answer(int(code), said.out, said.err)


@pytest.fixture
def caunoi(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Caunoi:
    """In an empty home."""
    return Caunoi(tmp_path / "home", capsys)


@pytest.fixture
def demo(demo_home: Path, capsys: pytest.CaptureFixture[str]) -> Caunoi:
    """In the demonstration's home: questions only."""
    return Caunoi(demo_home, capsys)


def workbook(path: Path, period: str = PERIOD, unit: str = TEAM, **changes: object) -> Path:
    """Form A of one team, 8 volunteers and 10 contacts, with some cells changed."""
    zero: dict[str, Any] = {field.code: 0 for field in form_fields("A") if field.required}
    people = {
        "a01": 8,
        "a04": 8,
        "a05": 1,
        "a06": 1,
        "a07": 6,
        "a08": 3,
        "a12": 3,
        "a13": 3,
        "a30": 12,
    }
    met = {"a31": 10, "a32": 7, "a33": 3, "a34": 6, "a34y": 4}
    write_form(path, "A", unit, period, values={**zero, **people, **met, **changes})
    return path
