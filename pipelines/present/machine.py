"""Facts about the build and the settings in, two tables of names and values out."""

from datetime import datetime
from importlib.metadata import version
from typing import Any

import polars as pl

from pipelines.catalog import Language
from pipelines.present import display, spans
from pipelines.present.text import known, say
from pipelines.settings import Settings

PACKAGES = ("cau-noi", "streamlit", "duckdb", "polars", "plotly")


def title(meta: dict[str, Any], language: Language) -> str:
    """When the build that answers was made."""
    made = meta.get("built_at")
    if made is None:
        return say("empty.title", language)
    return say("system.title", language, day=_text(made, language))


def build(meta: dict[str, Any], language: Language) -> pl.DataFrame:
    """One row a fact of the build, in the order it was given; facts without a name are left out."""
    rows = [(say(f"system.{k}", language), _text(v, language)) for k, v in meta.items() if known(f"system.{k}")]
    return _table(rows, language)


def office(settings: Settings, language: Language) -> pl.DataFrame:
    """One row a setting a reader should know, then the versions in use."""
    o = settings.organisation
    vi = language == "vi"
    rows = [
        (say("system.department", language), o.department if vi else o.department_en),
        (say("system.subdepartment", language), o.subdepartment if vi else o.subdepartment_en),
        (say("system.legal_basis", language), o.legal_basis),
        (say("system.timely_days", language), display.number(settings.timely_days, language)),
        (say("system.team_size", language), f"{settings.team_size[0]}–{settings.team_size[1]}"),
        (say("system.k", language), display.number(settings.k, language)),
    ]
    return _table([*rows, *((name, version(name)) for name in PACKAGES)], language)


def _text(value: Any, language: Language) -> str:
    if isinstance(value, datetime):
        return f"{spans.day(value, language)} {value:%H:%M}"
    if isinstance(value, int):
        return display.number(value, language)
    return str(value)


def _table(rows: list[tuple[str, str]], language: Language) -> pl.DataFrame:
    heads = [say(f"system.column_{h}", language) for h in ("what", "value")]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
