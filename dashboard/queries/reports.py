"""Make reports of a whole selection as files, and the short hash of an answer."""

from pathlib import Path

import streamlit as st

from dashboard.queries.figures import ReadScope, load_figures, load_settings, open_store
from pipelines import catalog, kpi
from pipelines.catalog import Language
from pipelines.output import report as reports
from pipelines.output.report import Format
from pipelines.store.paths import DataPaths


@st.cache_resource(max_entries=4, show_spinner=False)
def _compose_report(
    key: ReadScope, period: str, places: tuple[str, ...], language: Language
) -> reports.Report:
    return reports.compose_report(
        open_store(key),
        period,
        places,
        scope=key.scope,
        language=language,
        geography=key.geography,
    )


def render_report(
    key: ReadScope, format: Format, period: str, places: tuple[str, ...], language: Language
) -> bytes:
    """Return the report of a period and places as a file.

    Word documents take the office's own template when the home has one.
    """
    template = DataPaths(load_settings().home).office_template
    report = _compose_report(key, period, places, language)
    office = template if template.is_file() else None
    return reports.render_whatever_template(report, format, office)[0]


def describe_spoilt_template(
    key: ReadScope, period: str, places: tuple[str, ...], language: Language
) -> str:
    """Return why the office's own template is not used; empty when it is, or there is none.

    It is filled once whenever the file has changed: what is wrong shows in no other way.
    """
    template = DataPaths(load_settings().home).office_template
    if not template.is_file():
        return ""
    status = template.stat()
    stamp = f"{status.st_mtime_ns} {status.st_size} {language}"
    return _find_template_fault(
        key, stamp, template, _compose_report(key, period, places, language)
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _find_template_fault(
    key: ReadScope, stamp: str, _template: Path, _report: reports.Report
) -> str:
    refused = reports.render_whatever_template(_report, "docx", _template)[1]
    if refused is None:
        return ""
    return catalog.format_sentence(refused.code, _report.language, **refused.values)


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
