"""Find who is reading and their Scope, and hand out files to them.

Both are asked anew in every run and never taken from the link.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import incident_log, url_state
from dashboard.auth import downloads, identity, sign_in_claims
from dashboard.auth.identity import Reader
from dashboard.auth.sign_in_claims import BROWSER_COOKIE, SignInClaim, read_random_cookie
from dashboard.queries import figures
from dashboard.shared_pool import Holder, PoolLimits, SharedPool
from pipelines.errors import Refused
from pipelines.present.i18n import translate_markdown
from pipelines.privacy.scope import Scope
from pipelines.store import sessions
from pipelines.store.state_db import StateDatabase

#: Files that are made at once, of all readers and of one; a click waits so many seconds.
MAKERS, MAKER_SECONDS = SharedPool(PoolLimits(total=6, person=2)), 20.0
#: Clicks whose file is made or waits for that, in threads of the server; it has more than that, so
#: that nobody's clicks keep others from their files and from the rows of tables.
CLICKS, SERVER_THREADS = SharedPool(PoolLimits(total=32, person=4)), 48
#: Pages that are drawn at once, each with its questions.
RUNS, RUN_SECONDS = SharedPool(PoolLimits(total=24, person=8)), 60.0


def current_reader() -> Reader:
    """Return the reader of this page; without a way to sign in, the machine's own user."""
    return _resolve_reader(_session_claim())


def draw_fragment(draw: Callable[[], None], scope: Scope, *, every: float | None = None) -> None:
    """Draw a part of a page that runs again by itself, as long as the reader has `scope`.

    NOTE: such a run does not pass the entry script: somebody who was let in when the page was drawn
    may be out by now, or see less; then the whole page runs again. A part that runs by itself does
    not count as use of the session, which may grow idle.
    """

    def draw_if_allowed() -> None:
        claim = _session_claim()
        now = _resolve_reader(claim, used=False)
        if now.why or now.scope != scope:
            st.rerun()
        draw()

    st.fragment(draw_if_allowed, run_every=every)()


def draw_in_turn(reader: Reader, draw: Callable[[], None]) -> None:
    """Draw a page when the reader's share of the machine has room, or say that it has none."""
    with RUNS.hold(_holder(reader), RUN_SECONDS) as has_place:
        if has_place:
            draw()
        else:
            st.warning(translate_markdown("error.busy", url_state.read_language()))


def _holder(reader: Reader) -> Holder:
    return Holder("" if reader.is_local else reader.subject, is_listed=True)


def current_scope() -> Scope:
    """Return what the reader may see exactly; the public's view for anybody who was not let in."""
    return current_reader().scope


def reader_code(reader: Reader) -> str:
    """Return the keyed code under which something is kept for a reader.

    Where nobody signs in each browser has its own; empty for one that keeps no cookies.
    """
    subject = reader.subject
    if reader.is_local:
        browser = read_random_cookie(st.context.cookies, BROWSER_COOKIE)
        if not browser:
            return ""
        subject = f"{subject}|{browser}"
    return open_state().pseudonym(subject)


def record_event(what: str, *objects: str) -> None:
    """Write into the audit trail that the reader did `what`, such as an upload.

    `objects` are codes only, never values.
    """
    subject = current_reader().subject or identity.LOCAL
    open_state().record_event(subject, what, *objects)


def download_button(
    label: str, make: Callable[[], bytes], name: str, mime: str, *codes: str, **look: Any
) -> None:
    """Draw the one button that hands out a file.

    The file is made on the click, for a reader who may still have it, and written down. `codes` say
    in the audit trail what was taken (the kind of file, the figure, the period), never a value.
    """
    data = _make_on_click(_session_claim(), current_reader(), make, name, mime, codes)
    st.download_button(label, data, file_name=name, mime=mime, on_click="ignore", **look)


def sign_in() -> None:
    """Send the browser to the office's provider."""
    st.login(figures.load_settings().access.provider or None)


def sign_out() -> None:
    """End this visit here and at the provider; a copy of its cookie is then worth nothing.

    NOTE: the guard lets the browser go to the address of signing out only because the visit is over
    by then.
    """
    reader = current_reader()
    if reader.login:
        end_visit(open_state(), reader)
    if can_sign_in():
        st.logout()


def end_visit(state: StateDatabase, reader: Reader) -> None:
    """End a reader's visit, whichever way it was asked for; it is written down first."""
    state.record_event(reader.subject, "sign_out")
    sessions.end_session(state, reader.login, datetime.now(UTC))


def can_sign_in() -> bool:
    """Is there a provider to be sent to? A proxy asks by itself."""
    return figures.load_sign_in().way == "oidc"


def open_state() -> StateDatabase:
    """Open the database of users, sessions and the audit trail of this home."""
    return StateDatabase(figures.load_settings().home)


def _session_claim() -> SignInClaim | None:
    """Return what the sign-in of this session says; None where nobody signed in, or nobody can."""
    access = figures.load_settings().access
    way = figures.load_sign_in().way
    if way == "oidc":
        return sign_in_claims.claim_from_provider(access, st.user.to_dict())
    if way == "header":
        # NOTE: the guard takes the header away from everybody but the proxy.
        subject = st.context.headers.get(access.header)
        return sign_in_claims.claim_from_proxy(subject, st.context.cookies.to_dict())
    return None


def _resolve_reader(claim: SignInClaim | None, *, used: bool = True) -> Reader:
    unnamed = identity.UNNAMED.get(figures.load_sign_in().way)
    if unnamed is not None:
        return unnamed
    return identity.find_reader(figures.load_settings(), claim, used=used)


def _make_in_turn(reader: Reader, make: Callable[[], bytes]) -> bytes:
    """Return the file when the reader's share of its makers has room; raises Refused (busy)."""
    holder = _holder(reader)
    with CLICKS.hold(holder) as may_wait:
        if may_wait:
            with MAKERS.hold(holder, MAKER_SECONDS) as has_place:
                if has_place:
                    return make()
    raise Refused("too many files are being made", code="busy")


def _make_on_click(
    claim: SignInClaim | None,
    asked: Reader,
    make: Callable[[], bytes],
    name: str,
    mime: str,
    codes: tuple[str, ...],
) -> Callable[[], bytes]:
    """Return the function that makes the file on the click and writes it down.

    It raises Refused when the reader's rights have changed since, and RuntimeError with the code
    of an incident when making the file fails. NOTE: a click is no run of the page, so whoever was
    let in when the page was drawn may be out by now.
    """

    def make_content() -> bytes:
        now = _resolve_reader(claim)
        if now.why or now.scope != asked.scope or now.login != asked.login:
            open_state().record_event(asked.subject, "refused", "export", *codes)
            raise Refused("no longer allowed", code="out_of_scope")
        try:
            content = _make_in_turn(now, make)
        except Exception as error:
            incident = incident_log.log_incident(error)
            # NOTE: the library writes this error's text into its log.
            raise RuntimeError(incident) from None
        open_state().record_event(now.subject, "export", *codes)
        downloads.register_owner(content, mime, name, now)
        return content

    return make_content
