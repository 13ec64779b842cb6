"""Draw the list of users for stewards, the forms that change it, and the audit trail."""

from datetime import date

import polars as pl
import streamlit as st

from dashboard import session
from dashboard.auth import user_changes
from dashboard.components import card as frame
from dashboard.components.card import open_card
from dashboard.components.page_context import PageContext
from dashboard.queries import figures
from pipelines.present.format.escaping import escape_markdown, quote_markdown
from pipelines.present.panels import user_table as words
from pipelines.privacy.scope import ROLES
from pipelines.store.state_db import User

#: The change that waits to be confirmed.
ASKED = "user_asked"


def is_allowed(page: PageContext) -> bool:
    """Is the reader a steward? Anybody else is told so and sees nothing."""
    steward = page.key.scope.role == "steward"
    if not steward:
        frame.show_heading(page.translate("users.title"), page.translate("users.not_yours"))
    return steward


def show_heading(page: PageContext) -> None:
    frame.show_heading(page.translate("users.title"), page.translate("users.scope"))


def list_card(page: PageContext) -> None:
    """Draw everybody on the list, with the code that the audit trail has for them."""
    users = user_changes.list_users()
    names = user_changes.list_districts()
    rows = [(u, user_changes.pseudonym_of(u.subject), user_changes.is_active(u)) for u in users]
    table = words.user_table(rows, names, page.language)
    title = page.translate("users.list", n=sum(active for _, _, active in rows))
    with open_card(page, title, page.translate("users.list_unit")):
        zone = figures.load_settings().zone
        for refused in user_changes.list_second_accounts():
            sentence = words.format_second_account(refused, page.language, zone)
            st.warning(escape_markdown(sentence))
        frame.show_table(table, page.translate("users.title"), left=table.width)


def change_card(page: PageContext) -> None:
    """Draw the form that adds somebody, or changes role, districts and last day, and the change."""
    with open_card(page, page.translate("users.change"), page.translate("users.change_unit")):
        subject = st.text_input(page.translate("users.subject"), max_chars=200, key="w_subject")
        known = user_changes.find_user(subject)
        if subject.strip():
            st.markdown(page.translate("users.known" if known else "users.new"))
        asked = _show_rights(page, subject, known)
        if asked is not None:
            session.remember(ASKED, asked)
        pending: User | None = session.recall(ASKED)
        if pending is not None and pending.subject == subject:
            _show_change(page, known, pending)


def _show_rights(page: PageContext, subject: str, known: User | None) -> User | None:
    """Draw role, districts and last day, which begin with those on the list.

    Return what was asked for in this run, None unless the form was sent.
    """
    names = user_changes.list_districts()
    now = known or User(subject, ROLES[0])
    # NOTE: for another name these are other widgets, which begin anew.
    owner = now.subject if known else ""
    with st.form("change", border=False):
        role = st.selectbox(
            page.translate("users.role"),
            ROLES,
            index=ROLES.index(now.role) if now.role in ROLES else 0,
            format_func=lambda r: page.translate(f"users.{r}"),
            key=f"w_role_{owner}",
        )
        districts = st.multiselect(
            page.translate("users.districts"),
            list(names),
            default=[code for code in names if code in now.districts],
            format_func=names.__getitem__,
            placeholder=page.translate("users.choose"),
            key=f"w_districts_{owner}",
        )
        until = st.date_input(
            page.translate("users.until"),
            now.until,
            min_value=date(2020, 1, 1),
            format="DD/MM/YYYY",
            key=f"w_until_{owner}",
        )
        if not st.form_submit_button(page.translate("users.review"), type="primary"):
            return None
    return User(subject, role, frozenset(districts), until)


def _show_change(page: PageContext, known: User | None, asked: User) -> None:
    """Draw what would change, from which value to which, and the button that saves it."""
    refusal = user_changes.review_user(asked)
    if refusal:
        st.error(escape_markdown(words.format_refusal(refusal, page.language)))
        return
    table = words.change_table(known, asked, user_changes.list_districts(), page.language)
    if table.is_empty():
        st.info(page.translate("users.no_change"))
        return
    st.markdown(page.translate("users.ask", name=quote_markdown(asked.subject)))
    st.table(frame.as_markdown(table), border="horizontal", hide_index=True)
    if st.button(page.translate("users.save"), type="primary", key="w_confirm"):
        session.remember(ASKED, None)
        _show_result(page, "users.saved", user_changes.grant_role(asked), asked.subject)


def end_card(page: PageContext) -> None:
    """Draw the form that ends somebody's access at once."""
    subjects = [u.subject for u in user_changes.list_users() if user_changes.is_active(u)]
    with (
        open_card(page, page.translate("users.end_title"), page.translate("users.end_unit")),
        st.form("end", border=False),
    ):
        subject = st.selectbox(
            page.translate("users.subject"),
            subjects,
            index=None,
            placeholder=page.translate("users.choose"),
        )
        if st.form_submit_button(page.translate("users.end")) and subject:
            _show_result(page, "users.ended", user_changes.end_user(subject), subject)


def trail_card(page: PageContext) -> None:
    """Draw the audit trail, newest first, and say whether its chain is unbroken."""
    events, faults = user_changes.load_trail()
    note = page.translate("trail.whole", n=len(events))
    if faults:
        note = words.format_fault(faults[0], page.language)
    with open_card(page, page.translate("trail.title"), page.translate("trail.unit"), note):
        table: pl.DataFrame = words.audit_table(events, page.language, figures.load_settings().zone)
        frame.show_table(table, page.translate("trail.title"), left=table.width)


def _show_result(page: PageContext, done: str, refusal: str, name: str) -> None:
    """Say that it is done, or why it was refused."""
    if refusal:
        st.error(escape_markdown(words.format_refusal(refusal, page.language)))
    else:
        st.success(page.translate(done, name=quote_markdown(name)))
