"""Commands about figures: kpi, build, rebuild, status; they print what the screen shows."""

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import polars as pl
import typer

from pipelines import catalog, kpi, settings
from pipelines.cli import common, printer
from pipelines.cli.scope_options import (
    AsDistrictOption,
    GeographyOption,
    PlaceOption,
    RoleOption,
    build_scope,
    resolve_places,
)
from pipelines.errors import NoBuild, Refused
from pipelines.kpi.geography import REPORTED
from pipelines.present.format import terminal
from pipelines.reference import periods
from pipelines.store.paths import DataPaths
from pipelines.warehouse import publish

if TYPE_CHECKING:
    from pipelines.warehouse.build import Build

app = typer.Typer()


def _complete_code(begun: str) -> list[tuple[str, str]]:
    """Return the KPIs whose code goes on from what is typed, with their names."""
    language = common.terminal_language()
    codes = catalog.kpis().values()
    return [(k.code, k.label.of(language)) for k in codes if k.code.startswith(begun.upper())]


CodeArgument = Annotated[str, typer.Argument(autocompletion=_complete_code)]
ByOption = Annotated[
    str,
    typer.Option(),
]
PeriodOption = Annotated[str, typer.Option()]
AsOfOption = Annotated[str, typer.Option("--as-of")]
AnswerFormat = Literal["table", "csv", "json"]


@app.command("kpi")
def ask(
    context: typer.Context,
    code: CodeArgument = "",
    listed: Annotated[bool, typer.Option("--list")] = False,
    by: ByOption = "",
    period: PeriodOption = "",
    place: PlaceOption = None,
    as_of: AsOfOption = "",
    geography: GeographyOption = REPORTED,
    role: RoleOption = "city",
    as_district: AsDistrictOption = None,
    form: Annotated[AnswerFormat, typer.Option("--format")] = "table",
    as_json: common.JsonOption = False,
    home: common.HomeOption = None,
) -> None:
    """Look up one indicator, with numerator, denominator, returns and state."""
    if listed:
        _print_kpis(as_json or form == "json")
        return
    if not code:
        raise _refuse_without_code(context)
    rights = build_scope(role, as_district)
    chosen = common.load_configured(home)
    with kpi.open_store(chosen, as_of=_end_of_day(as_of), scope=rights) as store:
        span = periods.read_period(period) if period else store.span
        frame = kpi.values(
            code,
            by=[cut for cut in by.replace(" ", "").split(",") if cut],
            period=period or None,
            place=resolve_places(store, place, span, geography) or None,
            scope=rights,
            store=store,
            geography=geography,
        )
    _print_answer(frame, code, span, store, "json" if as_json else form)


def _refuse_without_code(context: typer.Context) -> typer.BadParameter:
    """Return what says that a code is missing; only the list of figures goes without one."""
    missing: Any = next(param for param in context.command.params if param.name == "code")
    about = str(missing.help)
    sentence = common.terminal_text("cli.usage.missing", name="CODE", about=about)
    return typer.BadParameter(sentence, context, missing)


def _print_kpis(as_json: bool) -> None:
    """Print every figure with the pages it stands on and its definition."""
    found = kpi.list_kpis()
    if as_json:
        common.print_json({"kpis": found.to_dicts()})
        return
    common.print_table(terminal.kpi_table(found, common.terminal_language()))


def _print_answer(
    frame: pl.DataFrame,
    code: str,
    span: periods.Span,
    store: kpi.WarehouseReader,
    form: AnswerFormat,
) -> None:
    """Print the answer and what it comes from: the build, and the release where one is read."""
    source = {"build": store.name, "release": store.release_name}
    if form == "json":
        rows = frame.to_dicts()
        common.print_json({"rows": rows, **source, "code": code, "period": span.code})
    elif form == "csv":
        printer.print_raw(_flatten_reasons(frame).write_csv())
    else:
        language = common.terminal_language()
        table = terminal.answer_table(frame, code, language)
        common.say_out(terminal.format_heading(code, span, language), style="bold")
        common.print_table(table, terminal.numeric_heads(language))
        common.say_out(common.terminal_text("cli.build", build=store.name), style="dim")
        if store.release_name:
            common.say_out(common.terminal_text("cli.release_used", name=store.release_name))


def _flatten_reasons(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with a column for each reason: a CSV file has no structures."""
    return frame.with_columns(pl.col("missing_by").name.prefix_fields("missing_")).unnest(
        "missing_by"
    )


@app.command("build")
def build(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Build the warehouse from the ledger and switch the pointer to it."""
    _report_build(_build_anew(common.load_configured(home)), as_json)


def _build_anew(chosen: settings.Settings) -> "Build":
    from pipelines.warehouse.build import build_warehouse  # 0.2 s that `kpi` does not need

    return build_warehouse(chosen)


@app.command("rebuild")
def rebuild(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Build again from the ledger alone and say whether the content is the same."""
    chosen = common.load_configured(home)
    before = _find_current(chosen)
    after = _build_anew(chosen)
    same = None if before is None else before.content_hash == after.content_hash
    _report_build(after, as_json, same=same)


@app.command("status")
def status(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Say which build is in use, what the ledger holds beyond it, and what is waiting."""
    from pipelines.store.ledger import Ledger  # 0.2 s that `kpi` does not need

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
        "incoming": _count_incoming(DataPaths(chosen.home).incoming),
    }
    common.print_facts(facts, as_json)


def _count_incoming(folder: Path) -> int:
    if not folder.exists():
        return 0
    from pipelines.intake.ingest.source_files import iter_source_paths  # 0.2 s, as above

    return len(list(iter_source_paths(folder)))


def _find_current(chosen: settings.Settings) -> publish.PublishedBuild | None:
    try:
        return publish.find_current_build(chosen.home)
    except NoBuild:
        return None


def _end_of_day(text: str) -> datetime | None:
    """Return the last instant of the office's day; a full ISO time is taken as it is."""
    if not text:
        return None
    try:
        if len(text) > len("2022-07-20"):
            return common.parse_instant(text)
        return datetime.combine(date.fromisoformat(text), time.max, common.office_zone())
    except ValueError as error:
        raise Refused(f"{text!r} is not a day", code="unknown_day", text=text) from error


def _report_build(new: "Build", as_json: bool, same: bool | None = None) -> None:
    facts = {
        "build": new.name,
        "content_hash": new.content_hash,
        "ledger_head": new.ledger_head,
        "same": same,
    }
    common.print_facts(facts, as_json)
