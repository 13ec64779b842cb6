"""Who is reading, and the Scope that follows; never from the link or a cookie."""

import streamlit as st

from pipelines.privacy.scope import CITY, PUBLIC, Scope

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def scope() -> Scope:
    """On loopback without sign-in one works as `city`; anywhere else nobody is known yet and sees what is public."""
    address = st.get_option("server.address") or ""
    return CITY if address in LOOPBACK else PUBLIC
