"""Facts about the build and the settings in, two tables of names and values out."""

import re
from datetime import datetime
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.catalog import Language
from pipelines.present import display, spans
from pipelines.present.text import known, say
from pipelines.reference.periods import Quarter
from pipelines.settings import Settings

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT")
#: Signs of the content's hash that are shown: enough to compare two builds by eye.
HASH = 16
PACKAGES = ("cau-noi", "streamlit", "duckdb", "polars", "plotly")


def title(meta: dict[str, Any], language: Language) -> str:
    """When the build that answers was made."""
    made = meta.get("built_at")
    return say("system.title", language, day=_text(made, language)) if made else say("empty.title", language)


def build(meta: dict[str, Any], language: Language) -> pl.DataFrame:
    """One row a fact of the build, in the order it was given; facts without a name are left out."""
    meta = {**meta, "content_hash": str(meta["content_hash"])[:HASH]} if "content_hash" in meta else meta
    meta = {k: v for k, v in meta.items() if v is not None}
    told = {k: _quarter(v, language) if k.endswith("_quarter") else _text(v, language) for k, v in meta.items()}
    rows = [(say(f"system.{k}", language), v) for k, v in told.items() if known(f"system.{k}")]
    return _table(rows, language)


def office(settings: Settings, language: Language) -> pl.DataFrame:
    """One row a setting a reader should know."""
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
    return _table(rows, language)


def versions(language: Language) -> pl.DataFrame:
    """One row a package: its version in use."""
    return _table([(name, version(name)) for name in PACKAGES], language)


def _quarter(index: int, language: Language) -> str:
    return spans.quarter(Quarter(index), language)


def _text(value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return say("system.yes" if value else "system.no", language)
    if isinstance(value, str) and _TIME.match(value):
        value = datetime.fromisoformat(value).astimezone(HANOI)
    if isinstance(value, datetime):
        return f"{spans.day(value, language)} {value:%H:%M}"
    if isinstance(value, int):
        return display.number(value, language)
    return display.NOT_REPORTED if value is None else str(value)


def _table(rows: list[tuple[str, str]], language: Language) -> pl.DataFrame:
    heads = [say(f"system.column_{h}", language) for h in ("what", "value")]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
