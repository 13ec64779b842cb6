"""What readers take away of a whole choice: reports as files, the hash of an answer; keyed like data."""

import streamlit as st

from dashboard.queries.figures import ReadScope, load_figures, load_settings, open_store
from pipelines import kpi
from pipelines.catalog import Language
from pipelines.output import report as reports
from pipelines.output.report import Format


@st.cache_resource(max_entries=4, show_spinner=False)
def _compose_report(
    key: ReadScope, period: str, places: tuple[str, ...], language: Language
) -> reports.Report:
    return reports.compose_report(
        open_store(key), period, places, scope=key.scope, language=language
    )


def render_report(
    key: ReadScope, format: Format, period: str, places: tuple[str, ...], language: Language
) -> bytes:
    """The report of a period and places as a file; Word in the office's own template when the home has one."""
    own = load_settings().home / "report.docx"
    return reports.render_report(
        _compose_report(key, period, places, language), format, own if own.is_file() else None
    )


def report_name(key: ReadScope, format: Format, period: str, places: tuple[str, ...]) -> str:
    return reports.report_file_name(period, places, key.build, format)


def answer_digest(
    key: ReadScope,
    codes: tuple[str, ...],
    by: tuple[str, ...],
    period: str,
    places: tuple[str, ...] = (),
) -> str:
    """The short hash of an answer, as `kpi.digest` gives it in a notebook."""
    return kpi.digest(load_figures(key, codes, by, period, places))
