"""What readers take away of a whole choice: reports as files, the hash of an answer; keyed like data."""

import streamlit as st

from dashboard.data import Key, configured, figures, store
from pipelines import kpi
from pipelines.catalog import Language
from pipelines.output import report as reports
from pipelines.output.report import Format


@st.cache_resource(max_entries=4, show_spinner=False)
def _report(key: Key, period: str, places: tuple[str, ...], language: Language) -> reports.Report:
    return reports.compose(store(key), period, places, scope=key.scope, language=language)


def written(key: Key, format: Format, period: str, places: tuple[str, ...], language: Language) -> bytes:
    """The report of a period and places as a file; Word in the office's own template when the home has one."""
    own = configured().home / "report.docx"
    return reports.written(_report(key, period, places, language), format, own if own.is_file() else None)


def name(key: Key, format: Format, period: str, places: tuple[str, ...]) -> str:
    return reports.file_name(period, places, key.build, format)


def digest(key: Key, codes: tuple[str, ...], by: tuple[str, ...], period: str, places: tuple[str, ...] = ()) -> str:
    """The short hash of an answer, as `kpi.digest` gives it in a notebook."""
    return kpi.digest(figures(key, codes, by, period, places))
