"""Offer reports of the selection: Word and PDF for the office, workbook and page to brief."""

import streamlit as st

from dashboard.auth import access
from dashboard.components import card as frame
from dashboard.components.card import open_card
from dashboard.components.page_context import PageContext
from dashboard.queries import figures, reports
from pipelines.output.report import Format
from pipelines.present.i18n import translate_markdown

MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
}


def show_heading(page: PageContext) -> None:
    """Write which period and place the reports are about."""
    frame.show_heading(
        page.translate("reports.title", period=page.period),
        page.translate("reports.scope", place=page.place),
    )


def report_card(page: PageContext) -> None:
    """Draw the card of the periodic report, with a word when the office's template is spoilt."""
    chosen = page.chosen
    reason = reports.describe_spoilt_template(page.key, chosen.period, chosen.places, page.language)
    if reason:
        st.warning(translate_markdown("reports.template_spoilt", page.language, reason=reason))
    _format_card(page, "paper", "docx", "pdf")


def briefing_card(page: PageContext) -> None:
    """Draw the card of the briefing pack."""
    _format_card(page, "pack", "xlsx", "html")


def _format_card(page: PageContext, name: str, *formats: Format) -> None:
    face = open_card(
        page,
        page.translate(f"reports.{name}"),
        page.translate(f"reports.{name}_unit"),
        _demo_text(page),
    )
    with face, st.container(horizontal=True, gap="small"):
        for format in formats:
            _format_button(page, format)


def _format_button(page: PageContext, format: Format) -> None:
    period, places, language = page.chosen.period, page.chosen.places, page.language

    def make_report() -> bytes:
        return reports.render_report(page.key, format, period, places, language)

    name = reports.report_name(page.key, format, period, places)
    label = page.translate(f"reports.{format}")
    access.download_button(
        label,
        make_report,
        name,
        MIME[format],
        "report",
        format,
        period,
        *places,
        key=f"report_{format}",
    )


def _demo_text(page: PageContext) -> str:
    return page.translate("card.demo") if figures.is_demo(page.key) else ""
