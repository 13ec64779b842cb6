"""The notebook command: opens the analysts' notebooks in marimo, lists or exports them."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from pipelines import settings
from pipelines.cli import common
from pipelines.errors import Refused
from pipelines.store.atomic_files import publish_together
from pipelines.store.paths import ensure_dir

FOLDER = settings.NOTEBOOKS

app = typer.Typer()


@app.command("notebook")
def notebook(
    name: Annotated[str, typer.Argument()] = "",
    listed: Annotated[bool, typer.Option("--list")] = False,
    jupyter: Annotated[Path | None, typer.Option()] = None,
    port: Annotated[int, typer.Option()] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
    home: common.HomeOption = None,
) -> None:
    """Open a notebook in marimo; a new name creates a new one in the current folder."""
    if listed:
        for file in sorted(FOLDER.glob("*.py")):
            common.say_out(file.stem)
        return
    if find_spec("marimo") is None:
        raise Refused("marimo is not installed", code="no_marimo")
    if jupyter is not None:
        files = [_find_notebook(name)] if name else sorted(FOLDER.glob("*.py"))
        _export_notebooks(jupyter, files)
        return
    target = _find_editable(name, common.load_configured(home).home)
    arguments = [str(target), "--skip-update-check", "--host", "127.0.0.1"]
    if port:
        arguments += ["--port", str(port)]
    if not browser:
        arguments.append("--headless")
    _open_marimo(arguments, home)


def _find_editable(name: str, home: Path) -> Path:
    """Return what marimo may write into: in an installed copy the reader's own copies."""
    if not settings.IS_INSTALLED:
        return _find_notebook(name) if name else FOLDER
    own = ensure_dir(home / "notebooks")
    for file in sorted(FOLDER.glob("*.py")):
        if not (own / file.name).exists():
            shutil.copyfile(file, own / file.name)
    found = own / f"{name.removesuffix('.py')}.py" if name else own
    return found if found.exists() else Path(name).with_suffix(".py")


def _find_notebook(name: str) -> Path:
    """Return one of ours by its name, else the file of that name in the working directory."""
    own = FOLDER / f"{name.removesuffix('.py')}.py"
    return own if own.is_file() else Path(name).with_suffix(".py")


def _export_notebooks(folder: Path, files: list[Path]) -> None:
    """Write each notebook as .ipynb.

    NOTE: `marimo export` takes one file per process, two seconds each; this is what it calls.
    """
    from marimo._ast.app import InternalApp
    from marimo._ast.load import load_app
    from marimo._convert.ipynb import convert_from_ir_to_ipynb

    targets = [folder / f"{file.stem}.ipynb" for file in files]
    with publish_together() as aside:
        for file, target in zip(files, targets, strict=True):
            loaded = load_app(str(file))
            if loaded is None:
                raise Refused(f"{file} is no notebook", code="no_notebook", name=file.name)
            text = convert_from_ir_to_ipynb(InternalApp(loaded), sort_mode="topological")
            aside(target).write_text(text, encoding="utf-8")
    for target in targets:
        common.say_out(str(target))


def _open_marimo(arguments: list[str], home: Path | None) -> None:
    """Replace this process by marimo over the home, so that one signal ends it.

    Raises typer.Exit with marimo's code where a process cannot be replaced.
    """
    env = {**os.environ, "CAUNOI_HOME": str(common.load_configured(home).home)}
    command = [sys.executable, "-m", "marimo", "--yes", "edit", *arguments]
    if not hasattr(os, "fork"):
        raise typer.Exit(subprocess.run(command, env=env, check=False).returncode)
    os.execve(sys.executable, command, env)
