"""What docs/analysts.md promises runs as it stands there."""

import ast
import re
from pathlib import Path

import pytest

from pipelines.present.notebook import NotebookPicture

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")


def test_the_first_chart_of_the_guide_is_a_chart(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUNOI_HOME", str(demo_home))
    found = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    known: dict[str, object] = {}
    program = ast.parse(found[1])
    last = program.body.pop()
    assert isinstance(last, ast.Expr)
    exec(compile(program, "guide", "exec"), known)
    shown = eval(compile(ast.Expression(last.value), "guide", "eval"), known)
    assert isinstance(shown, NotebookPicture)
    assert "<svg" in shown._repr_html_()
