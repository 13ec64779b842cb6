"""Commands about forms: an empty workbook for an officer, and whether a filled one is right."""

import re
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from typing import Annotated
from zipfile import ZIP_DEFLATED, ZipFile

import polars as pl
import typer

from pipelines import catalog
from pipelines.cli import common, printer
from pipelines.errors import PlaceError, Refused
from pipelines.intake import feedback, ingest
from pipelines.intake.ingest import IngestResult
from pipelines.intake.issues import Issue
from pipelines.intake.prior_returns import load_previous_values
from pipelines.intake.rule_backtest import BacktestResult, run_backtest
from pipelines.intake.templates import write_district, write_form, write_register
from pipelines.intake.templates.report_subject import list_lines
from pipelines.present.format.escaping import escape_terminal
from pipelines.present.i18n import translate_each
from pipelines.present.panels.submissions import format_status
from pipelines.reference import periods, places
from pipelines.reference.office_names import province_code
from pipelines.reference.place_search import search_place
from pipelines.reference.places import District, Place
from pipelines.reference.resolver import AmbiguousPlace, ResolvedPlace
from pipelines.reference.unit_seats import UnitIndex
from pipelines.settings import Settings
from pipelines.store.atomic_files import publish_file
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index

app = typer.Typer()

COLOURS = {"error": "red", "warning": "yellow", "info": "dim"}
#: Characters of an officer's own text that a line about it repeats.
SHOWN = 200
#: Forms one reporter fills in, and the letter its id begins with.
LETTER = {"A": "D", "B": "P", "C": "P"}


@app.command("template")
def template(
    form: Annotated[str, typer.Argument()],
    unit: Annotated[str, typer.Option()] = "",
    district: Annotated[str, typer.Option()] = "",
    every: Annotated[bool, typer.Option("--all")] = False,
    period: Annotated[str, typer.Option()] = "",
    out: Annotated[Path | None, typer.Option("--out")] = None,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Write the blank form an officer fills in; previous values stand in grey when known."""
    chosen, code = common.load_configured(home), form.upper()
    quarter = periods.Quarter.containing(chosen.today())
    if period:
        quarter = periods.read_period(period).first
    if every and code in ("A", "B"):
        path = common.choose_file(out, f"Mau_{code}_{quarter.code}.zip")
        with publish_file(path) as content:
            _write_archive(chosen, code, quarter, content)
    elif code in LETTER:
        path = _write_reporter_template(chosen, code, unit, district, quarter, out)
    else:
        catalog.find_definition(catalog.registers(), "register", code)
        path = common.choose_file(out, f"Mau_{code}.xlsx")
        with publish_file(path) as content:
            write_register(content, code, province_code(), None, settings=chosen)
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
        path = common.choose_file(out, f"Mau_{form}_{district}_{quarter.code}.xlsx")
        with publish_file(path) as content:
            _write_group(chosen, form, district, quarter, content)
        return path
    reporter, place = _find_reporter(load_unit_index(Ledger(chosen.home)), form, unit, quarter)
    path = common.choose_file(out, f"Mau_{form}_{reporter[2:]}_{quarter.code}.xlsx")
    values = load_previous_values(Ledger(chosen.home), [reporter], quarter.code)
    with publish_file(path) as content:
        if form == "C":
            write_register(content, form, reporter, quarter.code, settings=chosen)
        else:
            own = values.get(reporter, {})
            write_form(
                content, form, reporter, quarter.code, previous=own, settings=chosen, place=place
            )
    return path


def _write_group(
    chosen: Settings, form: str, unit: str, quarter: periods.Quarter, out: BytesIO
) -> None:
    """Write the workbook of a district, or of the city where there are none."""
    ledger = Ledger(chosen.home)
    lines = list_lines(load_unit_index(ledger), form, unit, quarter)
    previous = load_previous_values(ledger, list(lines), quarter.code)
    write_district(out, form, unit, quarter.code, lines=lines, previous=previous, settings=chosen)


def _write_archive(chosen: Settings, form: str, quarter: periods.Quarter, out: BytesIO) -> None:
    """Write the form of every team or point in being, one workbook each, into one archive."""
    ledger = Ledger(chosen.home)
    reporters = _list_reporters(load_unit_index(ledger), form, quarter)
    previous = load_previous_values(ledger, list(reporters), quarter.code)
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for number, place in reporters.items():
            book = BytesIO()
            own = previous.get(number, {})
            write_form(book, form, number, quarter.code, previous=own, settings=chosen, place=place)
            archive.writestr(f"Mau_{form}_{number[2:]}_{quarter.code}.xlsx", book.getvalue())


def _list_reporters(
    index: UnitIndex, form: str, quarter: periods.Quarter
) -> dict[str, Place | None]:
    """Map the number of every unit in being at the quarter's end to its place.

    Form A also for a commune whose team is on no register.
    """
    reporters: dict[str, Place | None] = {}
    for unit in index.units.values():
        is_own = unit.letter == LETTER[form]
        if is_own and unit.is_active_between(quarter.end, quarter.end):
            placement = index.find_placement(unit, quarter.end)
            number = index.choose_number(unit.id, quarter)
            reporters[number] = placement.place if placement else None
    if form == "A":
        seated = {place.id for place in reporters.values() if place}
        for place in places.load_places().valid_on(quarter.end):
            if place.id not in seated:
                reporters[f"D-{place.code}"] = place
    return reporters


def _find_reporter(
    index: UnitIndex, form: str, text: str, quarter: periods.Quarter
) -> tuple[str, Place | None]:
    """Return the number and place of the team or point of a number, commune code or name.

    Raises PlaceError with what may be meant.
    """
    number = text.strip().upper()
    if re.fullmatch(r"\d{5}(-\d{1,2})?", number):
        number = f"{LETTER[form]}-{number}"
    unit = index.identify(number, quarter)
    if unit not in index.units:
        if not number.startswith(f"{LETTER[form]}-"):
            number = f"{LETTER[form]}-{_parse_commune(text, quarter)}"
        bearers = index.list_bearers(number, quarter)
        if len(bearers) > 1:
            near = ", ".join(index.choose_number(bearer, quarter) for bearer in bearers)
            raise PlaceError(f"{text!r} may be {near}", code="place_unclear", text=text, near=near)
        unit = bearers[0] if bearers else index.identify(number, quarter)
    known = index.units.get(unit)
    if known is None:
        code = _parse_commune(number[2:7], quarter)
        return f"{LETTER[form]}-{code}", None
    placement = index.find_placement(known, quarter.end)
    return index.choose_number(unit, quarter), placement.place if placement else None


def _parse_commune(text: str, quarter: periods.Quarter) -> str:
    """Return the code of a commune written as an officer writes it.

    Raises PlaceError with what may be meant.
    """
    match = search_place(text, quarter.end, "commune")
    if isinstance(match, ResolvedPlace):
        return match.place.code
    if isinstance(match, AmbiguousPlace):
        near = tuple(map(_describe_unit, match.candidates))
    else:
        near = match.nearest
    code = "place_unclear" if near else PlaceError.code
    raise PlaceError(
        f"{text!r} is no commune on {quarter.end}", code=code, text=text, near=", ".join(near)
    )


def _describe_unit(unit: Place | District) -> str:
    """Return a name such as `Phường Chương Dương (Hoàn Kiếm)`."""
    if isinstance(unit, Place):
        return f"{unit.full_name} ({unit.district_name})"
    return unit.full_name


@app.command("check")
def check(
    files: Annotated[list[Path] | None, typer.Argument()] = None,
    marked: Annotated[Path | None, typer.Option("--marked")] = None,
    again: Annotated[
        bool,
        typer.Option("--rehearse"),
    ] = False,
    rule: Annotated[list[str] | None, typer.Option("--rule")] = None,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Check a file cell by cell and say what to correct; nothing is loaded."""
    chosen = common.load_configured(home)
    if again:
        result = run_backtest(chosen, rule or [])
        raise typer.Exit(_print_backtest(result, as_json=as_json))
    if not files:
        raise Refused("no file was named", code="no_file")
    missing = common.missing_files(files)
    if missing:
        raise Refused("no such file", code="file_missing", name=", ".join(missing))
    with common.progress() as bar:
        ticker = common.make_ticker(bar, common.terminal_text("cli.checking"))
        outcomes = ingest.preview_files(files, chosen, ticker)
    if marked:
        _write_marked(marked, outcomes[0], chosen)
    if as_json:
        common.print_json(_to_json(outcomes))
    else:
        print_outcomes(outcomes, chosen)
    raise typer.Exit(exit_code_of(outcomes))


def _print_backtest(result: BacktestResult, *, as_json: bool) -> int:
    """Print which past returns would fail now and which no longer; returns the exit code."""
    failed: list[dict[str, object]] = []
    for failure in result.failed:
        fields = ", ".join(failure.fields)
        failed.append({**asdict(failure), "version": failure.version, "fields": fields})
    passed: list[dict[str, object]] = []
    for code, reporter, period in result.passed:
        passed.append({"code": code, "reporter": reporter, "period": period})
    if as_json:
        common.print_json({"returns": result.returns, "rows": failed, "passed": passed})
    else:
        counts = {"returns": result.returns, "failed": len(failed), "passed": len(passed)}
        common.say_out(common.terminal_text("cli.rehearsed", **counts))
        for rows in (failed, passed):
            if rows:
                common.print_table(pl.DataFrame(rows))
    return common.ExitCode.DATA_HAS_ERRORS if failed else common.ExitCode.DONE


def exit_code_of(outcomes: list[IngestResult]) -> int:
    """Return the exit code: unreadable files refuse, wrong cells are data with errors."""
    if any(map(_is_unreadable, outcomes)):
        return common.ExitCode.REFUSED
    if any(outcome.needs_correction for outcome in outcomes):
        return common.ExitCode.DATA_HAS_ERRORS
    return common.ExitCode.DONE


def _is_unreadable(outcome: IngestResult) -> bool:
    return outcome.status == "returned" and outcome.ret is None and not outcome.known


def _to_json(outcomes: list[IngestResult]) -> dict[str, object]:
    """Return the reports of all files, and all their issues in one list."""
    files: list[dict[str, object]] = []
    every_issue: list[dict[str, object]] = []
    for outcome in outcomes:
        report = ingest.build_report(outcome)
        issues = list(map(_issue_row, outcome.issues))
        files.append({**report, "issues": issues})
        name = report["name"]
        every_issue += [{**issue, "file": name} for issue in issues]
    return {"issues": every_issue, "files": files}


def _issue_row(issue: Issue) -> dict[str, object]:
    language = common.terminal_language()
    return {
        **ingest.build_issue_report(issue),
        "message": issue.build_message(language),
        "advice": issue.build_advice(language),
    }


def _write_marked(path: Path, outcome: IngestResult, chosen: Settings) -> None:
    previous = _load_previous_of(outcome, chosen)
    with publish_file(path) as content:
        feedback.write_marked_copy(
            content, outcome.ret, outcome.issues, settings=chosen, previous=previous
        )


def _load_previous_of(outcome: IngestResult, chosen: Settings) -> dict[str, dict[str, int]]:
    """Load the values before the return's period; none for a file without period or reporter."""
    ret = outcome.ret
    if ret is None or not ret.period or not ret.entries:
        return {}
    return load_previous_values(Ledger(chosen.home), ret.reporters, ret.period)


def print_outcomes(outcomes: list[IngestResult], chosen: Settings) -> None:
    """Print every file's result; one that cannot be printed is named, and the next ones follow."""
    for outcome in outcomes:
        try:
            print_outcome(outcome, chosen)
        except Exception as error:  # whatever it is: the file was taken, and others still wait
            common.say_fault(error, outcome.name)


def print_outcome(outcome: IngestResult, chosen: Settings) -> None:
    """Print one file's result and what has to be corrected."""
    language = common.terminal_language()
    receipt = f" · {outcome.submission}" if outcome.submission else ""
    status = format_status(outcome, language)
    common.say_out(f"{outcome.name} · {status}{receipt}", style="bold")
    issues = map(_shorten_texts, outcome.issues)
    rows, rest = feedback.summarise_issues(issues, language, chosen.limits.issues_shown)
    if not rows:
        return
    heads = translate_each("cli.", ("where", "found", "what"), language)
    styles = [COLOURS.get(row.severity, "") for row in rows]
    printer.print_rows(heads, map(_row, rows), styles=styles, gap=2)
    if rest:
        common.say_out(common.terminal_text("cli.rest", n=rest), style="dim")


def _shorten_texts(issue: Issue) -> Issue:
    """Return the issue with its texts as a terminal shows them: a cell may hold a book."""
    values = dict(issue.values)
    for name, value in issue.values.items():
        if isinstance(value, str):
            values[name] = escape_terminal(value, SHOWN)
    return replace(issue, text=escape_terminal(issue.text, SHOWN), values=values)


def _row(row: feedback.IssueSummary) -> tuple[str, str, str]:
    """Return where, what was found, and what is wrong with what to do."""
    where = f"{row.sheet}!{row.cell}" if row.cell else row.sheet
    return where, row.text, f"{row.code} {row.message} {row.advice}".strip()
