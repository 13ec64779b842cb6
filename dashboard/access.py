"""Who is reading, and the Scope that follows: asked anew in every run, never the link; and what readers take away."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import data, files, identity, incidents
from dashboard.identity import Claim, Reader
from pipelines.errors import Refused
from pipelines.privacy.scope import Scope
from pipelines.store import visits
from pipelines.store.state import State


def reader() -> Reader:
    """Whoever sits in front of this page; without a way to sign in, the machine's own user."""
    return _judged(_claim())


def fragment(draw: Callable[[], None], scope: Scope, *, every: float | None = None) -> None:
    """Draw a part of a page that runs again by itself, for whoever still has `scope`.

    NOTE: such a run does not pass the entry script: somebody who was let in when the page was drawn may be out by now,
    or see less. The whole page is asked then. Looking again by itself is no use of the visit: it may grow idle.
    """

    def checked() -> None:
        now = _judged(_claim(), used=False)
        if now.why or now.scope != scope:
            st.rerun()
        draw()

    st.fragment(checked, run_every=every)()


def scope() -> Scope:
    """What the reader may see exactly; the public's view for anybody who was not let in."""
    return reader().scope


def note(what: str, *objects: str) -> None:
    """Write into the audit trail that the reader did `what` (an upload, a look at lines); `objects` are codes only."""
    state().record(reader().subject or identity.LOCAL, what, *objects)


def download(label: str, make: Callable[[], bytes], name: str, mime: str, *codes: str, **look: Any) -> None:
    """The one button that hands out a file: made on the click for whoever may still have it, and written down.

    `codes` say in the audit trail what was taken: the kind of file, the figure, the period; never a value.
    """
    taken = _taken(_claim(), reader(), make, name, mime, codes)
    st.download_button(label, taken, file_name=name, mime=mime, on_click="ignore", **look)


def sign_in() -> None:
    """Send the browser to the office's provider."""
    st.login(data.configured().access.provider or None)


def sign_out() -> None:
    """End this sign-in, here and at the provider; a copy of its cookie is worth nothing any more."""
    found = reader()
    if found.login:
        visits.end(state(), found.login, datetime.now(UTC))
        state().record(found.subject, "sign_out")
    st.logout()


def can_sign_in() -> bool:
    """Is there a provider to be sent to? A proxy asks by itself."""
    return data.entrance().way == "oidc"


def state() -> State:
    """Users, visits and the audit trail of this home."""
    return State(data.configured().home)


def _claim() -> Claim | None:
    """What the sign-in of this session says; None where nobody signed in, or nobody can."""
    access, way = data.configured().access, data.entrance().way
    if way == "oidc":
        return identity.claimed(access, st.user.to_dict())
    if way == "header":
        context = get_script_run_ctx()
        # NOTE: the guard takes the header away from everybody but the proxy.
        return identity.by_proxy(st.context.headers.get(access.header), context.session_id if context else "")
    return None


def _judged(claim: Claim | None, *, used: bool = True) -> Reader:
    return identity.OWN if data.entrance().way == "loopback" else identity.reader(data.configured(), claim, used=used)


def _taken(
    claim: Claim | None, asked: Reader, make: Callable[[], bytes], name: str, mime: str, codes: tuple[str, ...]
) -> Callable[[], bytes]:
    """Makes the file on the click. NOTE: a click is no run: whoever was let in then may be out by now."""

    def made() -> bytes:
        now = _judged(claim)
        if now.why or now.scope != asked.scope:
            state().record(asked.subject, "refused", "export", *codes)
            raise Refused("no longer allowed", code="out_of_scope")
        try:
            content = make()
        except Exception as error:
            # NOTE: the library writes this error's text into its log.
            raise RuntimeError(incidents.code(error)) from None
        files.belongs(content, mime, name, now.subject)
        state().record(now.subject, "export", *codes)
        return content

    return made
