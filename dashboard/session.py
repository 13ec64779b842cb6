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


def widget_value(key: str) -> str:
    """Return what a widget holds now, for callbacks of other modules."""
    return str(st.session_state.get(key) or "")


def find_picked_cell(key: str) -> tuple[int, str] | None:
    """Return row and column of the cell picked in a table; None when none is."""
    cells = st.session_state[key].selection.cells
    return (int(cells[0][0]), str(cells[0][1])) if cells else None


def clear_text(key: str) -> None:
    """Clear a text box whose text has led somewhere."""
    st.session_state[key] = ""


def remember_widget(key: str) -> None:
    """Remember what a widget holds while the reader is here, for when it is drawn again."""
    session_notes()[key] = st.session_state[key]


def set_widget(key: str, value: object) -> None:
    """Set a widget's value.

    NOTE: a widget that is set before it is drawn follows the link, whatever it held before.
    """
    st.session_state[key] = value
