"""Submit a report: drop files, see what is wrong and what would change, download the marked workbook, send, receipt."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

import polars as pl
import streamlit as st

from dashboard import access, filters, memory, uploads
from dashboard.cards import card as frame
from dashboard.cards.card import card, plain, small
from dashboard.cards.page import Page
from pipelines.intake.inbox import Outcome
from pipelines.present import display, spans, submitted

#: Rows of values that change, shown in a file's card; the rest is counted.
CHANGES = 20
#: Seconds between two looks at whether the new build is there.
PATIENCE = 2
FORMS = ("A", "B")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def heading(page: Page) -> None:
    """What the page is for."""
    frame.heading(page.say("submit.title"), page.say("submit.scope"))


def closed(page: Page) -> bool:
    """A reader who may send nothing is told who may. True when there is no more to show."""
    if not uploads.may_send(page.key.scope):
        with st.container(border=True):
            st.markdown(page.say("submit.closed"))
        return True
    return False


def drop_card(page: Page) -> list[uploads.Upload]:
    """The place to drop files; an empty list while there are none, or too many."""
    limits = uploads.limits()
    rules = page.say("submit.rules", size=uploads.megabytes(), files=limits.upload_files)
    with card(page, page.say("submit.drop"), rules):
        # NOTE: any kind of file may be dropped: it is our own judge who says what is wrong with it, in Vietnamese.
        dropped = st.file_uploader(
            page.say("submit.files"),
            accept_multiple_files=True,
            key=f"w_files_{memory.kept('turn') or 0}",
            max_upload_size=uploads.megabytes(),
            help=page.say("submit.browse"),
        )
    if len(dropped) > limits.upload_files:
        st.warning(page.markdown("submit.too_many", n=len(dropped), limit=limits.upload_files))
        return []
    return [(one.name, one.getvalue()) for one in dropped]


def look(page: Page, files: list[uploads.Upload]) -> tuple[Outcome, ...]:
    """What is said of the files, looked at again only when they, the ledger or the reader changed."""
    asked = (uploads.head(), page.key.scope, tuple((name, hash(data)) for name, data in files))
    if files and memory.kept("asked") != asked:
        with progress(page, "submit.reading") as tell:
            memory.keep("looked", uploads.look(files, page.key.scope, tell))
        memory.keep("asked", asked)
    return said(page, memory.kept("looked")) if files else ()


def said(page: Page, found: uploads.Received) -> tuple[Outcome, ...]:
    """The outcomes; trouble of ours is said above them."""
    if found.trouble:
        st.error(plain(submitted.trouble(found.trouble, page.language)))
    return found.outcomes


@contextmanager
def progress(page: Page, key: str) -> Iterator[uploads.Progress]:
    """A bar that says how many of how many files are done, and goes when all are."""
    bar = st.progress(0.0, page.markdown(key, done=0, whole="…"))

    def tell(done: int, whole: int) -> None:
        bar.progress(done / whole, page.markdown(key, done=done, whole=whole))

    yield tell
    bar.empty()


def file_card(page: Page, number: int, outcome: Outcome) -> None:
    """One file: what it is, what it would change, what is to be mended, what was understood."""
    title = page.say("submit.file", name=outcome.name, status=submitted.status(outcome, page.language))
    with card(page, title, submitted.about(outcome, page.language)):
        if effect := submitted.effect(outcome, page.language):
            st.markdown(plain(effect))
        changes_table(page, outcome)
        mend, left = submitted.to_mend(outcome, page.language, uploads.limits().issues_shown)
        table(page, mend, "submit.mend", left)
        if outcome.ret is not None and mend.height:
            download(page, number, outcome)
        notes, left = submitted.understood(outcome, page.language, uploads.limits().issues_shown)
        if notes.height:
            with st.expander(page.markdown("submit.understood", n=display.number(notes.height + left, page.language))):
                table(page, notes, "", left)


def changes_table(page: Page, outcome: Outcome) -> None:
    """The values that become others, the first of them when there are many."""
    found = submitted.changes(outcome, page.language)
    table(page, found.head(CHANGES), "", max(found.height - CHANGES, 0))


def table(page: Page, found: pl.DataFrame, key: str, left: int) -> None:
    """Texts that may be long, as a table whose cells wrap; officers' text is shown as it is."""
    if found.height:
        if key:
            st.markdown(page.say(key))
        st.table(frame.as_markdown(found), border="horizontal")
    if left:
        small(page.say("submit.left", n=display.number(left, page.language)))


def download(page: Page, number: int, outcome: Outcome) -> None:
    """The officer's workbook with its cells marked, made when it is asked for."""
    access.download(
        page.say("submit.marked"),
        lambda: uploads.marked(outcome, page.key.scope),
        submitted.marked_name(outcome),
        XLSX,
        "marked",
        outcome.unit,
        outcome.period,
        key=f"w_marked_{number}",
        icon=":material/download:",
    )


def send_card(page: Page, files: list[uploads.Upload], outcomes: tuple[Outcome, ...]) -> None:
    """What to do next, and the button that does it."""
    with card(page, page.say("submit.check"), submitted.next_step(outcomes, page.language)):
        sendable = [file for file, o in zip(files, outcomes, strict=True) if submitted.may_be_sent(o)]
        if not sendable or not st.button(page.markdown("submit.send", n=len(sendable)), type="primary", key="w_send"):
            return
        with progress(page, "submit.receiving") as tell:
            found = uploads.receive(sendable, page.key.scope, tell)
        if found.trouble:
            said(page, found)
            return
        memory.keep("received", found.outcomes)
        memory.keep("turn", (memory.kept("turn") or 0) + 1)
        st.rerun()


def receipt_card(page: Page) -> None:
    """The receipts just given, and how far the new build is; nothing before something was sent."""
    received = memory.kept("received")
    if received:
        title = page.say("submit.received", n=display.number(len(received), page.language))
        with card(page, title, page.say("submit.keep")):
            table(page, submitted.receipts(received, page.language), "", 0)
            every = PATIENCE if uploads.building() else None
            access.fragment(partial(build_state, page), page.key.scope, every=every)


def build_state(page: Page) -> None:
    """Is what was sent in the figures yet?"""
    if uploads.building():
        st.markdown(page.say("submit.building"))
    else:
        st.markdown(page.say("submit.built"))
        st.page_link("views/quality.py", label=page.say("menu.quality"), icon=":material/arrow_forward:")


def template_card(page: Page) -> None:
    """An empty form of the chosen commune or district for one of the last quarters."""
    with card(page, page.say("submit.empty"), page.say("submit.empty_unit")):
        named = {form: page.say(f"source.{form}") for form in FORMS}
        form = filters.look("form", named, FORMS[0], page.say("quality.column_form"))
        open_now = {code: spans.span(code, page.language) for code in uploads.open_quarters(date.today())}
        period = filters.look("open", open_now, next(iter(open_now)), page.say("filter.period"))
        places = page.chosen.places
        if len(places) != 1:
            st.markdown(page.say("submit.empty_choose"))
        elif not uploads.existed(places[0], period):
            st.markdown(page.markdown("submit.empty_gone", place=page.place, period=open_now[period]))
        else:
            access.download(
                page.markdown("submit.empty_get", place=page.place),
                lambda: uploads.template(form, places[0], period, page.key.scope),
                f"mau-{form}-{places[0]}-{period}.xlsx",
                XLSX,
                "template",
                places[0],
                period,
                key="w_template",
                icon=":material/download:",
            )
