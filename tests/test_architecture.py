"""The architecture: layers import downwards only, code stays small, SQL stays in .sql files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIPELINES = (
    ("spreadsheet", "errors", "operating_system"),
    ("definition_faults", "checked_files"),
    ("settings", "statistics"),
    ("sandbox", "catalog"),
    ("reference",),
    ("privacy",),
    ("store",),
    ("intake",),
    ("warehouse",),
    ("kpi",),
    ("release", "present"),
    ("output",),
    ("demo",),
    ("cli",),
    ("installed_names",),
)
DASHBOARD = (
    ("selection", "session", "incident_log", "streamlit_adapter", "shared_pool"),
    ("url_state", "queries"),
    ("auth", "filters"),
    ("saved_views", "uploads"),
    ("navigation",),
    ("components",),
    ("views",),
    ("app",),
    ("middleware",),
    ("server",),
)
NOTEBOOKS_MAY = {"kpi", "catalog", "statistics", "present"}

SOURCES = sorted([*ROOT.glob("pipelines/**/*.py"), *ROOT.glob("dashboard/**/*.py")])


def rank(order: tuple[tuple[str, ...], ...], room: str) -> int:
    return next(i for i, rooms in enumerate(order) if room in rooms)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, package and room of every import of our own code, lazy ones included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            whole = (node.module or "").count(".") == 0
            names = (
                [f"{node.module}.{a.name}" for a in node.names] if whole else [node.module or ""]
            )
        for name in names:
            package, _, rest = name.partition(".")
            if package in ("pipelines", "dashboard") and rest:
                yield node.lineno, package, rest.split(".")[0]


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.name != "__init__.py" or p.parent.parent != ROOT], ids=str
)
def test_a_layer_never_reaches_up(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    mine = room_of(path)
    order = PIPELINES if package == "pipelines" else DASHBOARD
    for line, target, room in imports(path):
        if target == package:
            assert room == mine or rank(order, room) < rank(order, mine), (
                f"{path}:{line}: {mine} imports {room}"
            )
        else:
            assert package == "dashboard", (
                f"{path}:{line}: pipelines knows nothing of the dashboard"
            )


def test_views_take_only_what_is_presented_from_the_pipelines() -> None:
    reaching = {
        (path.name, room)
        for path in ROOT.glob("dashboard/views/*.py")
        for _, package, room in imports(path)
        if package == "pipelines" and room != "present"
    }
    assert reaching == set()


def test_notebooks_define_nothing_and_ask_the_figures() -> None:
    for path in ROOT.glob("notebooks/*.py"):
        rooms = {room for _, package, room in imports(path) if package == "pipelines"}
        assert rooms <= NOTEBOOKS_MAY, path


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    limit = 60 if path.parent.name == "views" else 400
    assert text.count("\n") < limit, f"{path} has {text.count(chr(10))} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, (
                f"{path}:{node.lineno}: {node.name} is long"
            )


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_module_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text)), path


@pytest.mark.parametrize("path", sorted(ROOT.glob("pipelines/**/*.sql")), ids=str)
def test_sql_opens_with_its_grain(path: Path) -> None:
    assert re.match(r"-- One row( per|:)", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_sql_is_never_built_from_strings(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"""f["']{1,3}\s*(select|insert|with|delete|update)\b""", text, re.IGNORECASE
    ), path
    assert "unsafe_allow_html" not in text, path


def test_only_filters_touch_the_session_state() -> None:
    touching = {
        p.name
        for p in ROOT.glob("dashboard/**/*.py")
        if "session_state" in p.read_text(encoding="utf-8")
    }
    assert touching <= {"filters.py", "session.py"}


def test_nothing_names_a_machine_or_the_unconfirmed_decree() -> None:
    for pattern in (
        "pipelines/**/*",
        "dashboard/**/*",
        "data/reference/*",
        "notebooks/*",
        "README.md",
    ):
        for path in ROOT.glob(pattern):
            if path.suffix in {".py", ".toml", ".sql", ".md", ".csv"}:
                text = path.read_text(encoding="utf-8")
                assert "110/2021" not in text, path
                assert not re.search(r"/(root|home|work)/[a-z]", text), path
