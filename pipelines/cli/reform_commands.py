"""The command about a reform of communes: the register lines it asks for, to be decided."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli import common
from pipelines.errors import Refused
from pipelines.intake.reform import write_proposal
from pipelines.reference.places import DISTRICTS_END, load_places

app = typer.Typer()


@app.command("reform")
def reform(
    action: Annotated[Literal["propose"], typer.Argument()],
    day: Annotated[str, typer.Option()] = DISTRICTS_END.isoformat(),
    out: Annotated[Path | None, typer.Option("--out")] = None,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Write the register lines a reform asks for; `caunoi ingest` takes them once decided."""
    chosen = common.load_configured(home)
    begins = _parse_day(day)
    path = common.choose_file(out, f"Mau_D_{begins}.xlsx")
    lines = write_proposal(path, chosen, begins)
    numbers: dict[str, str | int] = {
        "lines": len(lines),
        "decided": sum(line.is_decided for line in lines),
        "open": sum(not line.is_decided for line in lines),
        "together": sum(bool(line.others) and line.register == "D1" for line in lines),
    }
    if as_json:
        common.print_json({"path": path, **numbers})
    else:
        common.say_out(common.terminal_text("cli.reform_done", path=path, **numbers))


def _parse_day(text: str) -> date:
    """Return a day on which communes changed; raises Refused for any other."""
    days = load_places().changes[1:]
    for day in days:
        if day.isoformat() == text:
            return day
    known = ", ".join(day.isoformat() for day in days)
    raise Refused(f"no reform took effect on {text!r}", code="no_reform", text=text, near=known)
