"""Commands about forms: an empty workbook for an officer, and whether a filled one is right."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pipelines import catalog
from pipelines.cli import backtest_command, common, printer
from pipelines.errors import PlaceError, Refused
from pipelines.intake import feedback, ingest
from pipelines.intake.ingest import IngestResult
from pipelines.intake.issues import Issue
from pipelines.intake.prior_returns import load_previous_values
from pipelines.intake.rule_backtest import run_backtest
from pipelines.intake.templates import write_district, write_form, write_register
from pipelines.present.format.escaping import escape_terminal
from pipelines.present.i18n import translate
from pipelines.reference import periods, places
from pipelines.reference.places import District, Place
from pipelines.reference.resolver import AmbiguousPlace, ResolvedPlace, resolve_place
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger

app = typer.Typer()

COLOURS = {"error": "red", "warning": "yellow", "info": "dim"}
#: Characters of an officer's own text that a line about it repeats.
SHOWN = 200
#: Forms one reporter fills in, and the letter its id begins with.
LETTER = {"A": "D", "B": "P", "C": "P"}


@app.command("template")
def template(
    form: Annotated[str, typer.Argument(help="A, B, C, D1, D3, D4.")],
    unit: Annotated[str, typer.Option(help="A commune's code or name.")] = "",
    district: Annotated[
        str, typer.Option(help="A district's code: its consolidated workbook.")
    ] = "",
    period: Annotated[str, typer.Option(help="2022-Q3; the quarter now open when left out.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Where to write it.")] = None,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Write the empty workbook an officer fills in; last quarter's values stand in grey when they are known."""
    chosen, code = common.load_configured(home), form.upper()
    quarter = (
        periods.parse_period(period).first if period else periods.Quarter.containing(date.today())
    )
    if code in LETTER:
        path = _write_reporter_template(chosen, code, unit, district, quarter, out)
    else:
        catalog.find_definition(catalog.registers(), "register", code)
        path = out or Path(f"Mau_{code}.xlsx")
        write_register(path, code, "HN", None, settings=chosen)
    if as_json:
        common.print_json({"path": path, "form": code, "period": quarter.code})
    else:
        common.say_out(str(path))


def _write_reporter_template(
    chosen: Settings,
    form: str,
    unit: str,
    district: str,
    quarter: periods.Quarter,
    out: Path | None,
) -> Path:
    if bool(unit) == bool(district):
        raise Refused(
            "a workbook is for a commune or for a district", code="template_for_whom", form=form
        )
    if district:
        path = out or Path(f"Mau_{form}_{district}_{quarter.code}.xlsx")
        reporters = [
            f"{LETTER[form]}-{p.code}"
            for p in places.load_places().communes_of(district, quarter.end)
        ]
        known = load_previous_values(Ledger(chosen.home), reporters, quarter.code)
        write_district(path, form, district, quarter.code, previous=known, settings=chosen)
        return path
    reporter = f"{LETTER[form]}-{_parse_commune(unit, quarter)}"
    path = out or Path(f"Mau_{form}_{reporter[2:]}_{quarter.code}.xlsx")
    if form == "C":
        write_register(path, form, reporter, quarter.code, settings=chosen)
    else:
        known = load_previous_values(Ledger(chosen.home), [reporter], quarter.code)
        write_form(
            path, form, reporter, quarter.code, previous=known.get(reporter, {}), settings=chosen
        )
    return path


def _parse_commune(text: str, quarter: periods.Quarter) -> str:
    """The code of a commune written as an officer writes it; raises PlaceError with what it may have meant."""
    found = resolve_place(text, quarter.end, level="commune")
    if isinstance(found, ResolvedPlace):
        return found.place.code
    near = (
        [_describe_unit(unit) for unit in found.candidates]
        if isinstance(found, AmbiguousPlace)
        else found.nearest
    )
    code = "place_unclear" if near else PlaceError.code
    raise PlaceError(
        f"{text!r} is no commune on {quarter.end}", code=code, text=text, near=", ".join(near)
    )


def _describe_unit(unit: Place | District) -> str:
    """`Phường Chương Dương (Hoàn Kiếm)`."""
    return f"{unit.full_name} ({unit.district_name})" if isinstance(unit, Place) else unit.full_name


@app.command("check")
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Workbooks or CSV files, or folders of them.")
    ] = None,
    marked: Annotated[
        Path | None, typer.Option("--marked", help="Write the workbook with its cells marked.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--rehearse", help="Judge past returns by today's rules instead.")
    ] = False,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="With --rehearse: only this rule.")
    ] = None,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Say what is right and wrong in a file, cell by cell; nothing is taken in."""
    chosen, given = common.load_configured(home), files or []
    if again:
        raise typer.Exit(
            backtest_command.print_backtest(run_backtest(chosen, rule or []), as_json=as_json)
        )
    if not given:
        raise Refused("no file was named", code="no_file")
    if missing := common.missing_files(given):
        raise Refused("no such file", code="file_missing", name=", ".join(missing))
    with common.progress() as bar:
        outcomes = ingest.preview_files(
            given, chosen, common.make_ticker(bar, common.terminal_text("cli.checking"))
        )
    if marked:
        _write_marked(marked, outcomes[0], chosen)
    if as_json:
        common.print_json(_to_json(outcomes))
    else:
        print_outcomes(outcomes, chosen)
    raise typer.Exit(exit_code_of(outcomes))


def exit_code_of(outcomes: list[IngestResult]) -> int:
    """Unreadable files refuse, wrong cells are data with errors."""
    if any(
        outcome.status == "returned" and outcome.ret is None and not outcome.known
        for outcome in outcomes
    ):
        return common.ExitCode.REFUSED
    wrong = any(outcome.needs_correction for outcome in outcomes)
    return common.ExitCode.DATA_HAS_ERRORS if wrong else common.ExitCode.DONE


def _to_json(outcomes: list[IngestResult]) -> dict[str, object]:
    files = [
        {**ingest.build_report(outcome), "issues": [_issue_row(i) for i in outcome.issues]}
        for outcome in outcomes
    ]
    issues = [
        {**issue, "file": outcome["name"]}
        for outcome in files
        for issue in _as_list(outcome["issues"])
    ]
    return {"issues": issues, "files": files}


def _as_list(issues: object) -> list[dict[str, object]]:
    return issues if isinstance(issues, list) else []


def _issue_row(one: Issue) -> dict[str, object]:
    said = common.terminal_language()
    return {
        **ingest.build_issue_report(one),
        "message": one.build_message(said),
        "advice": one.build_advice(said),
    }


def _write_marked(path: Path, outcome: IngestResult, chosen: Settings) -> None:
    ret = outcome.ret
    reporters = {entry.reporter for entry in ret.entries} if ret else set()
    known = (
        load_previous_values(Ledger(chosen.home), reporters, ret.period)
        if ret and ret.period and reporters
        else {}
    )
    feedback.write_marked_copy(path, ret, outcome.issues, settings=chosen, previous=known)


def print_outcomes(outcomes: list[IngestResult], chosen: Settings) -> None:
    """Every file's verdict; one that cannot be told is named, and the next ones follow."""
    for outcome in outcomes:
        try:
            print_outcome(outcome, chosen)
        except Exception as error:  # whatever it is: the file was taken, and others wait to be told
            common.say_fault(error, outcome.name)


def print_outcome(outcome: IngestResult, chosen: Settings) -> None:
    """One file's verdict and what there is to mend, as the officer would want it read out."""
    said = common.terminal_language()
    receipt = f" · {outcome.submission}" if outcome.submission else ""
    status = translate(f"submit.status.{'known' if outcome.known else outcome.status}", said)
    common.say_out(f"{outcome.name} · {status}{receipt}", style="bold")
    rows, rest = feedback.summarise_issues(
        map(_shorten_texts, outcome.issues), said, chosen.limits.issues_shown
    )
    if not rows:
        return
    heads = [common.terminal_text(f"cli.{name}") for name in ("where", "found", "what")]
    styles = [COLOURS.get(row.severity, "") for row in rows]
    printer.print_rows(heads, map(_row, rows), styles=styles, gap=2)
    if rest:
        common.say_out(common.terminal_text("cli.rest", n=rest), style="dim")


def _shorten_texts(one: Issue) -> Issue:
    """The issue with its texts as a terminal shows them: a cell may hold a book."""
    values = {
        name: escape_terminal(v, SHOWN) if isinstance(v, str) else v
        for name, v in one.values.items()
    }
    return replace(one, text=escape_terminal(one.text, SHOWN), values=values)


def _row(row: feedback.IssueSummary) -> tuple[str, str, str]:
    """Where, what was found, what is wrong and what to do."""
    where = f"{row.sheet}!{row.cell}" if row.cell else row.sheet
    return where, row.text, f"{row.code} {row.message} {row.advice}".strip()
