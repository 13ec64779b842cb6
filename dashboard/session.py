"""Keep what one reader's session remembers between runs, such as the last selection."""

from typing import Any

import streamlit as st


def session_notes() -> dict[str, Any]:
    """Return the session's notes, by name; a change of them is kept."""
    notes: dict[str, Any] = st.session_state.setdefault("memory", {})
    return notes


def remember(name: str, value: object) -> None:
    """Remember something of one page while the reader is here, such as the receipts just given."""
    session_notes()[f"kept_{name}"] = value


def recall(name: str) -> Any:
    """Return what was remembered under a name; None when nothing was."""
    return session_notes().get(f"kept_{name}")


def is_print_view() -> bool:
    """Is this the form for paper, where nothing is clicked or scrolled?"""
    return "print" in st.query_params
