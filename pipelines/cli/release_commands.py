"""Commands about releases: the protected numbers that outsiders may see."""

from dataclasses import asdict
from getpass import getuser
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from pipelines.cli import common
from pipelines.release import make, public_home, release_file
from pipelines.store import release_cards
from pipelines.store.state_db import StateDatabase

if TYPE_CHECKING:
    from rich.progress import Progress

app = typer.Typer()
release = typer.Typer(no_args_is_help=True)
app.add_typer(release, name="release")

Threshold = Annotated[
    int,
    typer.Option("--threshold", min=2, max=20),
]


@release.command("make")
def make_release(
    threshold: Threshold = 5, home: common.HomeOption = None, as_json: common.JsonOption = False
) -> None:
    """Make the next release from the current build; if it is not safe the last one stays."""
    chosen = common.load_configured(home)
    with common.progress() as bar:
        tick = _make_ticker(bar, common.terminal_text("cli.release_making"))
        card = make.make_release(chosen, threshold=threshold, tick=tick)
    public_home.renew_public_home(chosen)
    StateDatabase(chosen.home).record_event(getuser(), "release", card.name)
    _print_cards([card], as_json)


@release.command("audit")
def audit(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Attack the release that is served; exit 1 when a hidden number is not safe."""
    chosen = common.load_configured(home)
    with common.progress() as bar:
        tick = _make_ticker(bar, common.terminal_text("cli.release_auditing"))
        rows = [asdict(finding) for finding in make.audit_release(chosen, tick=tick)]
    if as_json:
        shares = make.describe_shares(chosen)
        common.print_json({"findings": rows, "safe": not rows, "shares": shares})
    else:
        key = "cli.release_unsafe" if rows else "cli.release_safe"
        common.say_out(common.terminal_text(key, n=len(rows)))
    if rows:
        raise typer.Exit(common.ExitCode.DATA_HAS_ERRORS)


@release.command("list")
def list_releases(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """List all releases, withdrawn ones too."""
    chosen = common.load_configured(home)
    _print_cards(release_cards.list_releases(chosen.home), as_json)


@release.command("withdraw")
def withdraw(
    name: Annotated[str, typer.Argument()],
    why: common.WhyOption,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Stop serving a release; what it showed stays known to the next ones."""
    chosen = common.load_configured(home)
    release_file.withdraw_release(chosen.home, name, why)
    public_home.renew_public_home(chosen)
    StateDatabase(chosen.home).record_event(getuser(), "release_end", name)
    _print_cards(release_cards.list_releases(chosen.home), as_json)


def _make_ticker(bar: "Progress", about: str) -> make.Ticker:
    """Return what moves the bar and names the figure and years that are done."""
    task = bar.add_task(about, total=None)

    def move(done: int, total: int, name: str) -> None:
        bar.update(task, completed=done, total=total, description=f"{about} {name}".rstrip())

    return move


def _print_cards(cards: list[release_cards.ReleaseCard], as_json: bool) -> None:
    rows = [asdict(card) for card in cards]
    if as_json:
        common.print_json({"rows": rows})
        return
    names = ("name", "build", "made_at", "offered", "hidden", "withdrawn")
    table = []
    for row in rows:
        table.append([row[name] for name in names])
    heads = [common.terminal_text(f"cli.release_{name}") for name in names]
    common.print_table(pl.DataFrame(table, schema=heads, orient="row"))
