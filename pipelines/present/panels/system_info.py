"""The tables of the system page: facts about the build, settings, versions."""

import re
from datetime import datetime
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.catalog import Language
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import has_text, translate, translate_each
from pipelines.reference.office_names import find_office
from pipelines.reference.periods import Quarter
from pipelines.settings import MEGABYTE, Settings
from pipelines.store.backup import StorageState

_TIME = re.compile(r"\d{4}-\d\d-\d\dT")
#: Signs of the content's hash that are shown: enough to compare two builds by eye.
HASH = 16
PACKAGES = ("cau-noi", "streamlit", "duckdb", "polars", "plotly")


def build_title(meta: dict[str, Any], language: Language, zone: ZoneInfo) -> str:
    """Write when the build that answers was made."""
    built_at = meta.get("built_at")
    if not built_at:
        return translate("empty.title", language)
    return translate("system.title", language, day=_format_fact(built_at, language, zone))


def build_table(meta: dict[str, Any], language: Language, zone: ZoneInfo) -> pl.DataFrame:
    """Return one row a fact of the build, in the given order; facts without a name are left out."""
    rows = []
    for name, value in meta.items():
        key = f"system.{name}"
        if value is not None and has_text(key):
            said = _format_build_fact(name, value, language, zone)
            rows.append((translate(key, language), said))
    return _fact_table(rows, language)


def _format_build_fact(name: str, value: Any, language: Language, zone: ZoneInfo) -> str:
    if name == "content_hash":
        return str(value)[:HASH]
    if name.endswith("_quarter"):
        return periods.format_quarter(Quarter(value), language)
    return _format_fact(value, language, zone)


def settings_table(settings: Settings, language: Language) -> pl.DataFrame:
    """Return one row a setting a reader should know."""
    names = find_office(settings.organisation, settings.today())
    rows = [
        (translate("system.department", language), names.department.of(language)),
        (translate("system.subdepartment", language), names.subdepartment.of(language)),
        (translate("system.legal_basis", language), names.legal_basis.of(language)),
        (
            translate("system.timely_days", language),
            numbers.format_number(settings.timely_days, language),
        ),
        (
            translate("system.team_size", language),
            f"{settings.team_size[0]}–{settings.team_size[1]}",
        ),
        (translate("system.k", language), numbers.format_number(settings.k, language)),
        (translate("system.timezone", language), settings.timezone),
    ]
    return _fact_table(rows, language)


def storage_table(state: StorageState, language: Language, zone: ZoneInfo) -> pl.DataFrame:
    """Return the last backup, the room left and the sizes of ledger and builds, in megabytes."""
    never = translate("system.never", language)
    backed_up = _format_fact(state.backed_up, language, zone) if state.backed_up else never
    rows = [("backed_up", backed_up)]
    for name, size in (("free", state.free), ("ledger", state.ledger), ("builds", state.builds)):
        count = numbers.format_number(max(1, round(size / MEGABYTE)), language)
        rows.append((name, f"{count}{numbers.NBSP}MB"))
    return _fact_table(
        [(translate(f"system.{name}", language), text) for name, text in rows], language
    )


def version_table(language: Language) -> pl.DataFrame:
    """Return one row a package: its version in use."""
    return _fact_table([(name, version(name)) for name in PACKAGES], language)


def _format_fact(value: Any, language: Language, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return translate("system.yes" if value else "system.no", language)
    if isinstance(value, str) and _TIME.match(value):
        value = datetime.fromisoformat(value).astimezone(zone)
    if isinstance(value, datetime):
        return f"{periods.format_day(value, language)} {value:%H:%M}"
    if isinstance(value, int):
        return numbers.format_number(value, language)
    return numbers.NOT_REPORTED if value is None else str(value)


def _fact_table(rows: list[tuple[str, str]], language: Language) -> pl.DataFrame:
    heads = translate_each("system.column_", ("what", "value"), language)
    return text_table(heads, rows)
