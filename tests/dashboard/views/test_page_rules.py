"""What a page may not hold: SQL, colours, sentences, try; and every sentence asked for exists."""

import ast
import re
from pathlib import Path

import pytest

from pipelines.present.i18n import has_text

ROOT = Path(__file__).resolve().parents[3]
VIEWS = sorted(ROOT.glob("dashboard/views/*.py"))
PAGES = [*VIEWS, *sorted(ROOT.glob("dashboard/components/*.py"))]
SAYING = sorted([*ROOT.glob("dashboard/**/*.py"), *ROOT.glob("pipelines/present/**/*.py")])
#: Marks of CSS and HTML, of SQL, of colours.
FORBIDDEN = re.compile(
    r"#[0-9A-Fa-f]{6}\b|\brgb\(|\bselect\b.*\bfrom\b|unsafe_allow_html|session_state|<style",
    re.IGNORECASE,
)


def literals(path: Path) -> list[str]:
    """Every string of a module that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    return [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told
    ]


@pytest.mark.parametrize("path", VIEWS, ids=lambda p: p.stem)
def test_a_view_reads_as_it_looks(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < 60
    assert not FORBIDDEN.search(text)
    assert not any(isinstance(n, ast.Try) for n in ast.walk(ast.parse(text)))
    assert not [s for s in literals(path) if " " in s.strip()]


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_pages_hold_no_colour_no_query_and_no_state(path: Path) -> None:
    assert not FORBIDDEN.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_pages_hold_no_words_of_their_own(path: Path) -> None:
    vietnamese = re.compile(
        r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]"
    )
    assert not [s for s in literals(path) if vietnamese.search(s)]


@pytest.mark.parametrize("path", SAYING, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_every_sentence_that_is_asked_for_exists(path: Path) -> None:
    asked = re.findall(
        r"""\btranslate\(\s*"([a-z_]+(?:\.[a-zA-Z0-9_]+)+)\"""", path.read_text(encoding="utf-8")
    )
    assert [key for key in asked if not has_text(key)] == []
