"""Reports to take away: Word and PDF for the office, workbook and page for the briefing, of what is chosen above."""

import streamlit as st

from dashboard import access, data, papers
from dashboard.cards import card as frame
from dashboard.cards.card import card
from dashboard.cards.page import Page
from pipelines.output.report import Format

MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
}


def heading(page: Page) -> None:
    """What is in them: the period and place chosen, as the reader may see them."""
    frame.heading(page.say("reports.title", period=page.period), page.say("reports.scope", place=page.place))


def paper_card(page: Page) -> None:
    """The periodic report."""
    _card(page, "paper", "docx", "pdf")


def pack_card(page: Page) -> None:
    """The briefing pack."""
    _card(page, "pack", "xlsx", "html")


def _card(page: Page, name: str, *formats: Format) -> None:
    face = card(page, page.say(f"reports.{name}"), page.say(f"reports.{name}_unit"), _said(page))
    with face, st.container(horizontal=True, gap="small"):
        for format in formats:
            _button(page, format)


def _button(page: Page, format: Format) -> None:
    period, places, language = page.chosen.period, page.chosen.places, page.language

    def made() -> bytes:
        return papers.written(page.key, format, period, places, language)

    name = papers.name(page.key, format, period, places)
    label = page.say(f"reports.{format}")
    access.download(label, made, name, MIME[format], "report", format, period, *places, key=f"report_{format}")


def _said(page: Page) -> str:
    return page.say("card.demo") if data.is_demo(page.key) else ""
