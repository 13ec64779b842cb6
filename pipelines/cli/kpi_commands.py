"""Commands about figures: kpi, build, rebuild, status. They print what the screen shows, from the same functions."""

from datetime import date, datetime, time
from typing import Annotated, Literal

import typer

from pipelines import kpi, settings
from pipelines.cli import common, printer
from pipelines.cli.scope_options import (
    AsDistrictOption,
    PlaceOption,
    RoleOption,
    build_scope,
    resolve_places,
)
from pipelines.errors import NoBuild, Refused
from pipelines.intake.ingest import source_files as inbox
from pipelines.present.format import terminal
from pipelines.reference import periods
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from pipelines.warehouse import build as warehouse
from pipelines.warehouse import publish

app = typer.Typer()


@app.command("kpi")
def ask(
    code: Annotated[
        str, typer.Argument(help="A KPI, a field, or a sum of them: T06, a04, K03+K04.")
    ],
    by: Annotated[
        str, typer.Option(help="district, ward, quarter, half, year, so_far, service; with commas.")
    ] = "",
    period: Annotated[str, typer.Option(help="2022-Q3, 2022-H1, 2022-Y, 2021-Y..2023-Y.")] = "",
    place: PlaceOption = None,
    as_of: Annotated[
        str, typer.Option("--as-of", help="Only what had been received by this day.")
    ] = "",
    role: RoleOption = "city",
    as_district: AsDistrictOption = None,
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    as_json: common.JsonOption = False,
    home: common.HomeOption = None,
) -> None:
    """Answer one figure, with numerator, denominator, returns and state."""
    rights = build_scope(role, as_district)
    chosen = common.load_configured(home)
    with kpi.open_store(chosen, as_of=_end_of_day(as_of)) as store:
        span = periods.parse_period(period) if period else store.span
        frame = kpi.values(
            code,
            by=[b for b in by.replace(" ", "").split(",") if b],
            period=period or None,
            place=resolve_places(store, place, span.end) or None,
            scope=rights,
            store=store,
        )
        name = store.name
    if as_json or form == "json":
        common.print_json(
            {"rows": frame.to_dicts(), "build": name, "code": code, "period": span.code}
        )
    elif form == "csv":
        printer.print_raw(frame.write_csv())
    else:
        said = common.terminal_language()
        common.say_out(terminal.format_heading(code, span, said), style="bold")
        common.print_table(terminal.answer_table(frame, code, said), terminal.numeric_heads(said))
        common.say_out(common.terminal_text("cli.build", build=name), style="dim")


@app.command("build")
def build(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Build the warehouse from the ledger and switch the pointer to it."""
    _report_build(warehouse.build_warehouse(common.load_configured(home)), as_json)


@app.command("rebuild")
def rebuild(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Build again from the ledger alone and say whether the content is the same."""
    chosen = common.load_configured(home)
    before = _find_current(chosen)
    made = warehouse.build_warehouse(chosen)
    same = None if before is None else before.content_hash == made.content_hash
    _report_build(made, as_json, same=same)


@app.command("status")
def status(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Say which build answers, what the ledger holds beyond it, and what waits."""
    chosen = common.load_configured(home)
    current = _find_current(chosen)
    ledger = Ledger(chosen.home)
    facts = {
        "home": chosen.home,
        "build": current.name if current else None,
        "built_at": current.built_at if current else None,
        "build_head": current.ledger_head if current else None,
        "ledger_head": ledger.head(),
        "submissions": ledger.frame("submissions").height,
        "waiting": ledger.values_waiting()["submission"].n_unique(),
        "incoming": len(list(inbox.iter_source_paths(DataPaths(chosen.home).incoming)))
        if DataPaths(chosen.home).incoming.exists()
        else 0,
    }
    common.print_facts(facts, as_json)


def _find_current(chosen: settings.Settings) -> publish.PublishedBuild | None:
    try:
        return publish.find_current_build(chosen.home)
    except NoBuild:
        return None


def _end_of_day(text: str) -> datetime | None:
    """The last instant of a Hanoi day; a full ISO time is taken as it is."""
    if not text:
        return None
    try:
        if len(text) > len("2022-07-20"):
            return common.parse_instant(text)
        return datetime.combine(date.fromisoformat(text), time.max, common.HANOI)
    except ValueError as error:
        raise Refused(f"{text!r} is not a day", code="unknown_day", text=text) from error


def _report_build(made: warehouse.Build, as_json: bool, same: bool | None = None) -> None:
    facts = {
        "build": made.name,
        "content_hash": made.content_hash,
        "ledger_head": made.ledger_head,
        "same": same,
    }
    common.print_facts(facts, as_json)
