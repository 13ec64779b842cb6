"""The notebook command: opens the analysts' notebooks in marimo over one home, lists them, or hands them to Jupyter."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from pipelines import settings
from pipelines.cli import common
from pipelines.errors import Refused

FOLDER = settings.PROJECT / "notebooks"

app = typer.Typer()


@app.command("notebook")
def notebook(
    name: Annotated[
        str, typer.Argument(help="n1_first_look, or a file of your own; the folder when left out.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="Name the notebooks and stop.")] = False,
    jupyter: Annotated[
        Path | None, typer.Option(help="Write .ipynb files into this folder and stop.")
    ] = None,
    port: Annotated[
        int, typer.Option(help="The port of 127.0.0.1 to serve on; 0 takes a free one.")
    ] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    home: common.HomeOption = None,
) -> None:
    """Open a notebook in marimo; a new name starts a new one in the folder you stand in."""
    if listed:
        for file in sorted(FOLDER.glob("*.py")):
            common.say_out(file.stem)
        return
    if find_spec("marimo") is None:
        raise Refused("marimo is not installed", code="no_marimo")
    if jupyter is not None:
        _export_notebooks(jupyter, [_find_notebook(name)] if name else sorted(FOLDER.glob("*.py")))
        return
    where = [
        "--host",
        "127.0.0.1",
        *(["--port", str(port)] if port else []),
        *([] if browser else ["--headless"]),
    ]
    target = _find_notebook(name) if name else FOLDER
    _open_marimo([str(target), "--skip-update-check", *where], home)


def _find_notebook(name: str) -> Path:
    """One of ours by its name, else the file of that name where the reader stands."""
    own = FOLDER / f"{name.removesuffix('.py')}.py"
    return own if own.is_file() else Path(name).with_suffix(".py")


def _export_notebooks(folder: Path, files: list[Path]) -> None:
    """NOTE: `marimo export` takes one file a process, two seconds each; this is what it calls."""
    from marimo._ast.app import InternalApp
    from marimo._ast.load import load_app
    from marimo._convert.ipynb import convert_from_ir_to_ipynb

    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        loaded = load_app(str(file))
        if loaded is None:
            raise Refused(f"{file} is no notebook", code="no_notebook", name=file.name)
        target = folder / f"{file.stem}.ipynb"
        target.write_text(
            convert_from_ir_to_ipynb(InternalApp(loaded), sort_mode="topological"), encoding="utf-8"
        )
        common.say_out(str(target))


def _open_marimo(arguments: list[str], home: Path | None) -> None:
    """Become marimo, over the home the reader named: one process, which ends when it is told to."""
    env = {**os.environ, "CAUNOI_HOME": str(common.load_configured(home).home)}
    command = [sys.executable, "-m", "marimo", "--yes", "edit", *arguments]
    os.execve(sys.executable, command, env)
