"""What one reader's session remembers between runs: the last choice, and what a page just did."""

from typing import Any

import streamlit as st


def session_notes() -> dict[str, Any]:
    """The session's notes, by name."""
    found: dict[str, Any] = st.session_state.setdefault("memory", {})
    return found


def remember(name: str, value: object) -> None:
    """Remember something of one page while the reader is here, such as the receipts just given."""
    session_notes()[f"kept_{name}"] = value


def recall(name: str) -> Any:
    """What was remembered; None when nothing was."""
    return session_notes().get(f"kept_{name}")


def is_print_view() -> bool:
    """Is this the form for paper, where nothing is clicked or scrolled?"""
    return "print" in st.query_params
