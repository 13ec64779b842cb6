"""What the README promises analysts runs as it stands there."""

import re
from pathlib import Path

import pytest

from pipelines.present.notebook import NotebookPicture

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_first_chart_of_the_readme_is_a_chart(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUNOI_HOME", str(demo_home))
    found = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert found
    known: dict[str, object] = {}
    *lines, last = found[1].rstrip().splitlines()
    exec("\n".join(lines), known)
    shown = eval(last, known)
    assert isinstance(shown, NotebookPicture)
    assert "<svg" in shown._repr_html_()
