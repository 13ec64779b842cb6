"""Commands that write files for others: report and export; they hold what the screen shows."""

from collections.abc import Sequence
from getpass import getuser
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from pipelines import kpi, settings
from pipelines.catalog import Language
from pipelines.cli import common
from pipelines.cli.scope_options import (
    AsDistrictOption,
    GeographyOption,
    PlaceOption,
    RoleOption,
    build_scope,
    resolve_places,
)
from pipelines.errors import Refused
from pipelines.kpi.geography import REPORTED
from pipelines.output import report as reports
from pipelines.output.exchange import dhis2, package, returns, wide_table
from pipelines.privacy.scope import Scope
from pipelines.reference.periods import parse_period, read_period
from pipelines.store.atomic_files import publish_together
from pipelines.store.given_files import read_given_file
from pipelines.store.paths import DataPaths
from pipelines.store.state_db import StateDatabase

app = typer.Typer()
#: The largest file of DHIS2 that is read.
DATA_VALUES = 200 * settings.MEGABYTE

T = TypeVar("T", bound=str)
OutOption = Annotated[Path, typer.Option("--out")]
FormatsOption = Annotated[str, typer.Option("--format")]
TemplateOption = Annotated[Path | None, typer.Option()]
VariablesOption = Annotated[bool, typer.Option("--list-variables")]
WriteTemplateOption = Annotated[Path | None, typer.Option()]
SourceOption = Annotated[
    Path | None,
    typer.Option("--from"),
]


@app.command("report")
def report(
    period: Annotated[str, typer.Argument()] = "",
    district: PlaceOption = None,
    formats: FormatsOption = "docx,pdf",
    out: OutOption = Path(),
    template: TemplateOption = None,
    write_template: WriteTemplateOption = None,
    list_variables: VariablesOption = False,
    role: RoleOption = "city",
    as_district: AsDistrictOption = None,
    language: Annotated[str, typer.Option()] = "vi",
    geography: GeographyOption = REPORTED,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Write the periodic report (docx, pdf) and the briefing pack (xlsx, html)."""
    rights = build_scope(role, as_district)
    report_language: Language = "en" if language == "en" else "vi"
    if _answer_about_templates(write_template, list_variables, report_language, as_json):
        return
    wanted = _parse_formats(formats)
    chosen = common.load_configured(home)
    with kpi.open_store(chosen, scope=rights) as store:
        period = common.read_period_code(period)
        places = tuple(resolve_places(store, district, parse_period(period), geography))
        model = reports.compose_report(
            store, period, places, scope=rights, language=report_language, geography=geography
        )
    # NOTE: a template that is refused leaves no file behind.
    contents = [_render_file(model, format, template, chosen) for format in wanted]
    names = [reports.report_file_name(period, places, store.name, format) for format in wanted]
    files = _choose_files(out, names)
    with publish_together() as aside:
        for file, content in zip(files, contents, strict=True):
            aside(file).write_bytes(content)
        _record_export(chosen, "report", *wanted, period, *places)
    _print_files(files, store.name, as_json)


def _answer_about_templates(
    path: Path | None, list_variables: bool, language: Language, as_json: bool
) -> bool:
    """Write the default Word template, or list its variables; return True for either."""
    if path is not None:
        _write_template(path, language, as_json)
    elif list_variables:
        _print_variables(language, as_json)
    return path is not None or list_variables


def _parse_formats(text: str) -> list[reports.Format]:
    """Return the formats named, separated by commas; raises Refused."""
    words = filter(None, text.replace(" ", "").split(","))
    return [_parse_choice(word, reports.FORMATS) for word in words]


def _choose_files(out: Path, names: list[str]) -> list[Path]:
    """Return where files of these names go: into a folder, or one of them to the file given."""
    if len(names) == 1:
        return [common.choose_file(out, names[0])]
    folder = common.choose_folder(out)
    return [folder / name for name in names]


def _write_template(path: Path, language: Language, as_json: bool) -> None:
    written = _write_whole(path, reports.default_template(language))
    _print_files([written], "", as_json)


def _render_file(
    model: reports.Report, format: reports.Format, template: Path | None, chosen: settings.Settings
) -> bytes:
    """Return one file; raises Refused for a template that was named and cannot be used.

    The office's own template gives way to the built-in one, and that is said.
    """
    if template is not None:
        return reports.render_report(model, format, template)
    content, refused = reports.render_whatever_template(
        model, format, _find_office_template(chosen)
    )
    if refused:
        reason = common.error_message(refused)
        common.say_err(
            common.terminal_text("reports.template_spoilt", reason=reason), style="yellow"
        )
    return content


def _print_variables(language: Language, as_json: bool) -> None:
    variables = reports.describe_template_variables(language)
    if as_json:
        common.print_json({"variables": dict(variables)})
        return
    for path, description in variables:
        common.say_out(f"{{{{ {path} }}}}  {description}")


def _find_office_template(chosen: settings.Settings) -> Path | None:
    """Return the office's own template in its home; None when there is none."""
    path = DataPaths(chosen.home).office_template
    return path if path.is_file() else None


def _parse_choice(text: str, choices: tuple[T, ...]) -> T:
    for choice in choices:
        if choice == text:
            return choice
    raise Refused(
        f"no format is called {text!r}",
        code="unknown_format",
        text=text,
        choices=", ".join(choices),
    )


@app.command("export")
def export(
    kind: Annotated[str, typer.Argument()] = "mart",
    period: Annotated[str, typer.Option()] = "",
    district: PlaceOption = None,
    form: Annotated[str, typer.Option("--format")] = "json",
    source: SourceOption = None,
    out: OutOption = Path(),
    role: RoleOption = "city",
    as_district: AsDistrictOption = None,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Write the mart as a Data Package, a wide table, or returns as DHIS2 data value sets.

    `--from` turns theirs into our returns.
    """
    rights = build_scope(role, as_district)
    chosen = common.load_configured(home)
    if source is not None:
        _convert_data_values(source, out, chosen, as_json)
        return
    with kpi.open_store(chosen, scope=rights) as store:
        span = read_period(period) if period else store.span
        places = resolve_places(store, district, span)
        code = common.read_period_code(period) if period else ""
        wanted = _parse_choice(kind, ("mart", "wide", "dhis2"))
        if wanted == "mart":
            files = package.write_package(store, common.choose_folder(out), scope=rights)
        elif wanted == "wide":
            files = _write_wide(store, code, places, common.choose_folder(out), rights)
        else:
            files = [_write_data_values(store, form, code, places, out, rights)]
    codes = [span.code, *places] if period else places
    _record_export(chosen, kind, *codes)
    _print_files(files, store.name, as_json)


def _write_wide(
    store: kpi.WarehouseReader, period: str, places: Sequence[str], out: Path, scope: Scope
) -> list[Path]:
    wide = wide_table.make_wide_table(store, period or None, places or None, scope=scope)
    return wide_table.write_wide_table(wide, out, f"caunoi_wide_{period or 'all'}_{store.name}")


def _write_data_values(
    store: kpi.WarehouseReader,
    form: str,
    period: str,
    places: Sequence[str],
    out: Path,
    scope: Scope,
) -> Path:
    suffix = _parse_choice(form, ("json", "csv"))
    file = common.choose_file(out, f"caunoi_dhis2_{period or 'all'}_{store.name}.{suffix}")
    values = dhis2.data_values(store, period or None, places or None, scope=scope)
    return _write_whole(file, dhis2.to_csv(values) if suffix == "csv" else dhis2.to_json(values))


def _write_whole(file: Path, content: bytes) -> Path:
    """Write a file that is whole or absent, and return its path."""
    with publish_together() as aside:
        aside(file).write_bytes(content)
    return file


def _record_export(chosen: settings.Settings, *codes: str) -> None:
    """Record an export in the audit trail, with the same kind of codes as those of pages."""
    StateDatabase(chosen.home).record_event(getuser(), "export", *codes)


def _convert_data_values(source: Path, out: Path, chosen: settings.Settings, as_json: bool) -> None:
    values, refused = dhis2.read_data_values(read_given_file(source, DATA_VALUES))
    for sentence in refused:
        common.say_err(sentence)
    folder = common.choose_folder(out)
    _print_files(returns.write_returns(values, folder, chosen), "", as_json)
    if refused:
        raise typer.Exit(common.ExitCode.DATA_HAS_ERRORS)


def _print_files(files: list[Path], build: str, as_json: bool) -> None:
    if as_json:
        common.print_json({"files": files, "build": build})
    else:
        for file in files:
            common.say_out(str(file))
