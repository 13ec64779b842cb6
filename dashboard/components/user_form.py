"""Draw the list of users for stewards, the forms that change it, and the audit trail."""

from datetime import date

import polars as pl
import streamlit as st

from dashboard.auth import user_changes
from dashboard.components import card as frame
from dashboard.components.card import open_card
from dashboard.components.page_context import PageContext
from dashboard.queries import figures
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.panels import user_table as words
from pipelines.privacy.scope import ROLES


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
    names = dict(figures.load_options(page.key).districts) if page.key.build else {}
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
    """Draw the form that adds somebody, or changes role, districts and last day."""
    names = dict(figures.load_options(page.key).districts) if page.key.build else {}
    with (
        open_card(page, page.translate("users.change"), page.translate("users.change_unit")),
        st.form("change", border=False),
    ):
        subject = st.text_input(page.translate("users.subject"), max_chars=200)
        role = st.selectbox(
            page.translate("users.role"), ROLES, format_func=lambda r: page.translate(f"users.{r}")
        )
        which, choose = page.translate("users.districts"), page.translate("users.choose")
        districts = st.multiselect(
            which, list(names), format_func=names.__getitem__, placeholder=choose
        )
        until = st.date_input(
            page.translate("users.until"), None, min_value=date(2020, 1, 1), format="DD/MM/YYYY"
        )
        if st.form_submit_button(page.translate("users.save"), type="primary"):
            refusal = user_changes.grant_role(subject, role, districts, until)
            _show_result(page, "users.saved", refusal, subject)


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
        st.success(escape_markdown(page.translate(done, name=name)))
