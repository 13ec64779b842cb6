"""The notebooks run on the demonstration, here and in Jupyter, and define nothing of their own."""

import ast
import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from typer.testing import CliRunner

from pipelines import kpi, settings
from pipelines.cli import make_app
from pipelines.cli.notebook_commands import FOLDER
from pipelines.present.notebook import NotebookPicture
from tests.processes import PATIENCE

FILES = sorted(FOLDER.glob("*.py"))
#: What a marimo notebook calls itself besides its cells.
OWN = {"app", "__generated_with"}


@pytest.fixture(autouse=True)
def at_home(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUNOI_HOME", str(demo_home))


def test_the_seven_questions_have_a_notebook() -> None:
    assert [f.stem for f in FILES] == [
        "n1_first_look",
        "n2_volunteers",
        "n3_growth",
        "n4_referrals",
        "n5_compare",
        "n6_quality",
        "n7_passport",
    ]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_notebook_runs_and_reads_like_an_article(file: Path) -> None:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    outputs, defined = module.app.run()
    defined["store"].close()
    pictures = [o for o in outputs if isinstance(o, NotebookPicture)]
    words = "".join(o.text for o in outputs if hasattr(o, "text"))
    assert pictures
    assert all(p.picture.alt in p._repr_html_() for p in pictures)
    assert words.count("<h1") == 1
    assert len(re.sub(r"<[^>]+>", "", words)) > 400
    assert "None" not in words
    assert "nan" not in words.split()


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_notebook_defines_nothing(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = {
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert functions == {"_"}
    assert not any(isinstance(n, ast.ClassDef) for n in ast.walk(tree))
    assert {
        t.id
        for n in tree.body
        if isinstance(n, ast.Assign)
        for t in n.targets
        if isinstance(t, ast.Name)
    } <= OWN


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jupyter")
    done = CliRunner().invoke(make_app("notebook"), ["notebook", "--jupyter", str(folder)])
    assert done.exit_code == 0
    return folder


@pytest.fixture(scope="module")
def kernel() -> Iterator[KernelManager]:
    manager = KernelManager(kernel_name="python3")
    yield manager
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)


@pytest.mark.filterwarnings("default")
def test_notebooks_run_in_jupyter_too(exported: Path, kernel: KernelManager) -> None:
    """One kernel for all of them: starting it costs more than running them."""
    files = FILES if os.environ.get("CAUNOI_FULL") else FILES[::3]
    cells = [nbformat.read(exported / f"{f.stem}.ipynb", as_version=4).cells for f in files]
    named = [
        {**cell, "id": f"c{number}"}
        for number, cell in enumerate(c for some in cells for c in some)
    ]
    whole = nbformat.v4.new_notebook(cells=[nbformat.from_dict(c) for c in named])
    NotebookClient(whole, km=kernel, timeout=PATIENCE).execute(cleanup_kc=True)
    outputs = [o for c in whole.cells if c.cell_type == "code" for o in c.outputs]
    assert [o for o in outputs if o.output_type == "error"] == []
    assert sum("<svg" in str(o.get("data", {}).get("text/html")) for o in outputs) >= len(files)


def test_a_notebook_and_the_command_line_give_one_hash(demo_home: Path) -> None:
    with kpi.open_store(settings.load_settings(demo_home)) as store:
        code = kpi.digest(kpi.values("T06", by=["district"], period="2023-Y", store=store))
        again = kpi.digest(kpi.values("T06", by=["district"], period="2023-Y", store=store))
    assert code == again


def test_the_list_names_them() -> None:
    assert CliRunner().invoke(make_app("notebook"), ["notebook", "--list"]).output.split() == [
        f.stem for f in FILES
    ]
