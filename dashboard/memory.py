"""What one reader's session remembers between runs: the last choice, and what a page just did."""

from typing import Any

import streamlit as st


def memory() -> dict[str, Any]:
    """The session's notes, by name."""
    found: dict[str, Any] = st.session_state.setdefault("memory", {})
    return found


def keep(name: str, value: object) -> None:
    """Remember something of one page while the reader is here, such as the receipts just given."""
    memory()[f"kept_{name}"] = value


def kept(name: str) -> Any:
    """What was remembered; None when nothing was."""
    return memory().get(f"kept_{name}")


def on_paper() -> bool:
    """Is this the form for paper, where nothing is clicked or scrolled?"""
    return "print" in st.query_params
