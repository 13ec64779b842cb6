"""The list of users as a steward keeps it: who is on it, a form to add or change, a form to end."""

from datetime import date

import polars as pl
import streamlit as st

from dashboard import data, people
from dashboard.cards import card as frame
from dashboard.cards.card import card, plain
from dashboard.cards.page import Page
from pipelines.present import people as words
from pipelines.privacy.scope import ROLES


def allowed(page: Page) -> bool:
    """Is a steward here? Anybody else is told so and sees nothing."""
    steward = page.key.scope.role == "steward"
    if not steward:
        frame.heading(page.say("users.title"), page.say("users.not_yours"))
    return steward


def heading(page: Page) -> None:
    frame.heading(page.say("users.title"), page.say("users.scope"))


def list_card(page: Page) -> None:
    """Everybody on the list, with the code the audit trail knows them by."""
    users = people.users()
    names = dict(data.offer(page.key).districts) if page.key.build else {}
    table = words.table([(u, people.code(u.subject), people.is_active(u)) for u in users], names, page.language)
    with card(page, page.say("users.list", n=sum(map(people.is_active, users))), page.say("users.list_unit")):
        frame.sheet(table, page.say("users.title"), left=table.width)


def change_card(page: Page) -> None:
    """Adds somebody, or changes role, districts and last day."""
    names = dict(data.offer(page.key).districts) if page.key.build else {}
    with card(page, page.say("users.change"), page.say("users.change_unit")), st.form("change", border=False):
        subject = st.text_input(page.say("users.subject"), max_chars=200)
        role = st.selectbox(page.say("users.role"), ROLES, format_func=lambda r: page.say(f"users.{r}"))
        which, choose = page.say("users.districts"), page.say("users.choose")
        districts = st.multiselect(which, list(names), format_func=names.__getitem__, placeholder=choose)
        until = st.date_input(page.say("users.until"), None, min_value=date(2020, 1, 1), format="DD/MM/YYYY")
        if st.form_submit_button(page.say("users.save"), type="primary"):
            _say(page, "users.saved", people.give(subject, role, districts, until), subject)


def end_card(page: Page) -> None:
    """Ends somebody's access at once."""
    subjects = [u.subject for u in people.users() if people.is_active(u)]
    with card(page, page.say("users.end_title"), page.say("users.end_unit")), st.form("end", border=False):
        subject = st.selectbox(page.say("users.subject"), subjects, index=None, placeholder=page.say("users.choose"))
        if st.form_submit_button(page.say("users.end")) and subject:
            _say(page, "users.ended", people.end(subject), subject)


def trail_card(page: Page) -> None:
    """The audit trail, newest first, and whether its chain is whole."""
    events, broken = people.trail()
    whole = page.say("trail.broken", n=broken[0]) if broken else page.say("trail.whole", n=len(events))
    with card(page, page.say("trail.title"), page.say("trail.unit"), whole):
        table: pl.DataFrame = words.trail(events, page.language)
        frame.sheet(table, page.say("trail.title"), left=table.width)


def _say(page: Page, done: str, refused: str, name: str) -> None:
    """What came of it: a sentence of the catalogue when it was refused."""
    if refused:
        st.error(plain(words.refusal(refused, page.language)))
    else:
        st.success(plain(page.say(done, name=name)))
