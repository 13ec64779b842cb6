"""Draw a manual as delivered with the product, and hand it out as a PDF.

Manuals are written in Vietnamese, the language of the forms; a reader of English is told so.
"""

from functools import partial

import streamlit as st

from dashboard import filters
from dashboard.auth import access
from dashboard.components import card as frame
from dashboard.components.page_context import PageContext
from pipelines.output.manual import PDF_NAMES, ManualPicture, render_manual_pdf, split_manual

PDF = "application/pdf"
#: Pixels of a picture beside which text is still read easily.
PICTURE_WIDTH = 860


def show_heading(page: PageContext) -> None:
    """Write what the page holds."""
    frame.show_heading(page.translate("manual.title"), page.translate("manual.scope"))


def manual_card(page: PageContext) -> None:
    """Draw the manual of the chosen reader, its PDF first."""
    readers = page.translate_by_name("manual.for.", PDF_NAMES)
    with st.container(border=True):
        names = list(PDF_NAMES)
        label = page.translate("manual.reader")
        name = filters.card_control("manual", readers, names[0], label)
        access.download_button(
            page.translate("manual.pdf"),
            partial(render_manual_pdf, name),
            PDF_NAMES[name],
            PDF,
            "manual",
            name,
            key=f"manual_{name}",
        )
        for piece in split_manual(name):
            draw_piece(piece)


def draw_piece(piece: str | ManualPicture) -> None:
    """Draw Markdown, or a picture with its words under it."""
    if isinstance(piece, str):
        st.markdown(piece)
    else:
        st.image(str(piece.path), piece.alt, PICTURE_WIDTH, alt=piece.alt)
