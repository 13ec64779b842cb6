"""Make reports of a whole selection as files, and the short hash of an answer."""

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
    """Return the report of a period and places as a file.

    Word documents take the office's own template when the home has one.
    """
    template = load_settings().home / "report.docx"
    report = _compose_report(key, period, places, language)
    return reports.render_report(report, format, template if template.is_file() else None)


def report_name(key: ReadScope, format: Format, period: str, places: tuple[str, ...]) -> str:
    return reports.report_file_name(period, places, key.build, format)


def answer_digest(
    key: ReadScope,
    codes: tuple[str, ...],
    by: tuple[str, ...],
    period: str,
    places: tuple[str, ...] = (),
) -> str:
    """Return the short hash of an answer, as `kpi.digest` gives it in a notebook."""
    return kpi.digest(load_figures(key, codes, by, period, places))
