"""Draw the steps of a submission: drop files, check them, send them, keep the receipt."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import polars as pl
import streamlit as st

from dashboard import filters, session, uploads
from dashboard.auth import access
from dashboard.components import card as frame
from dashboard.components.card import open_card, small_text
from dashboard.components.page_context import PageContext
from pipelines.intake.ingest import IngestResult
from pipelines.present.format import numbers, periods
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.panels import submissions

#: Rows of values that change, shown in a file's card; the rest is counted.
CHANGES = 20
#: Seconds between two looks at whether the new build is there.
PATIENCE = 2
FORMS = ("A", "B")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_heading(page: PageContext) -> None:
    """Write what the page is for."""
    frame.show_heading(page.translate("submit.title"), page.translate("submit.scope"))


def show_closed(page: PageContext) -> bool:
    """Tell a reader who may send nothing who may, and return True; False for anybody else."""
    if uploads.can_send(page.key.scope):
        return False
    with st.container(border=True):
        st.markdown(page.translate("submit.closed"))
    return True


def drop_card(page: PageContext) -> list[uploads.Upload]:
    """Draw the place to drop files; return them, or none while there are too many."""
    limits = uploads.upload_limits()
    rules = page.translate("submit.rules", size=uploads.max_megabytes(), files=limits.upload_files)
    with open_card(page, page.translate("submit.drop"), rules):
        # NOTE: any kind of file may be dropped: our own check says in Vietnamese what is wrong.
        dropped = st.file_uploader(
            page.translate("submit.files"),
            accept_multiple_files=True,
            key=f"w_files_{session.recall('turn') or 0}",
            max_upload_size=uploads.max_megabytes(),
            help=page.translate("submit.browse"),
        )
    if len(dropped) > limits.upload_files:
        st.warning(page.markdown("submit.too_many", n=len(dropped), limit=limits.upload_files))
        return []
    return [(file.name, file.getvalue()) for file in dropped]


def check_files(page: PageContext, files: list[uploads.Upload]) -> tuple[IngestResult, ...]:
    """Return what sending the files would do; empty without files.

    They are read again only when they, the ledger or the reader's scope changed.
    """
    if not files:
        return ()
    hashes = tuple((name, hash(data)) for name, data in files)
    question = uploads.ledger_head(), page.key.scope, hashes
    if session.recall("asked") != question:
        with progress_bar(page, "submit.reading") as show_progress:
            preview = uploads.preview_files(files, page.key.scope, show_progress)
            session.remember("looked", preview)
        session.remember("asked", question)
    return show_trouble(page, session.recall("looked"))


def show_trouble(page: PageContext, found: uploads.ReceivedUploads) -> tuple[IngestResult, ...]:
    """Say what trouble of our own there was, and return the outcomes."""
    if found.trouble:
        st.error(escape_markdown(submissions.describe_trouble(found.trouble, page.language)))
    return found.outcomes


@contextmanager
def progress_bar(page: PageContext, key: str) -> Iterator[uploads.Progress]:
    """Draw a bar that says how many files are done, and goes when all are."""
    bar = st.progress(0.0, page.markdown(key, done=0, whole="…"))

    def show_progress(done: int, whole: int) -> None:
        bar.progress(done / whole, page.markdown(key, done=done, whole=whole))

    yield show_progress
    bar.empty()


def file_card(page: PageContext, number: int, outcome: IngestResult) -> None:
    """Draw one file: what it is, what it would change, what to correct, what was understood."""
    status = submissions.format_status(outcome, page.language)
    title = page.translate("submit.file", name=outcome.name, status=status)
    shown = uploads.upload_limits().issues_shown
    with open_card(page, title, submissions.describe_file(outcome, page.language)):
        effect = submissions.describe_effect(outcome, page.language, uploads.office_zone())
        if effect:
            st.markdown(escape_markdown(effect))
        changes_table(page, outcome)
        corrections, left = submissions.correction_table(outcome, page.language, shown)
        text_table(page, corrections, "submit.mend", left)
        if outcome.ret is not None and corrections.height:
            download_marked(page, number, outcome)
        notes, left = submissions.interpretation_table(outcome, page.language, shown)
        if notes.height:
            count = numbers.format_number(notes.height + left, page.language)
            with st.expander(page.markdown("submit.understood", n=count)):
                text_table(page, notes, "", left)


def changes_table(page: PageContext, outcome: IngestResult) -> None:
    """Draw the values that would change, the first of them when there are many."""
    found = submissions.change_table(outcome, page.language)
    text_table(page, found.head(CHANGES), "", max(found.height - CHANGES, 0))


def text_table(page: PageContext, found: pl.DataFrame, key: str, left: int) -> None:
    """Draw texts that may be long as a table whose cells wrap; officers' text stays as it is."""
    if found.height:
        if key:
            st.markdown(page.translate(key))
        st.table(frame.as_markdown(found), border="horizontal")
    if left:
        small_text(page.translate("submit.left", n=numbers.format_number(left, page.language)))


def download_marked(page: PageContext, number: int, outcome: IngestResult) -> None:
    """Draw the button for the officer's workbook with its cells marked."""
    access.download_button(
        page.translate("submit.marked"),
        lambda: uploads.marked_copy(outcome, page.key.scope),
        submissions.marked_file_name(outcome),
        XLSX,
        "marked",
        outcome.unit,
        outcome.period,
        key=f"w_marked_{number}",
        icon=":material/download:",
    )


def send_card(
    page: PageContext, files: list[uploads.Upload], outcomes: tuple[IngestResult, ...]
) -> None:
    """Draw what to do next, and the button that does it."""
    with open_card(
        page,
        page.translate("submit.check"),
        submissions.describe_next_step(outcomes, page.language),
    ):
        checked = zip(files, outcomes, strict=True)
        sendable = [file for file, outcome in checked if submissions.can_be_sent(outcome)]
        if not sendable:
            return
        label = page.markdown("submit.send", n=len(sendable))
        if not st.button(label, type="primary", key="w_send"):
            return
        with progress_bar(page, "submit.receiving") as show_progress:
            received = uploads.receive_files(sendable, page.key.scope, show_progress)
        if received.trouble:
            show_trouble(page, received)
            return
        session.remember("received", received.outcomes)
        turn = session.recall("turn") or 0
        session.remember("turn", turn + 1)
        st.rerun()


def receipt_card(page: PageContext) -> None:
    """Draw the receipts just given and how far the new build is; nothing before the first."""
    received = session.recall("received")
    if not received:
        return
    count = numbers.format_number(len(received), page.language)
    title = page.translate("submit.received", n=count)
    with open_card(page, title, page.translate("submit.keep")):
        text_table(page, submissions.receipt_table(received, page.language), "", 0)
        every = PATIENCE if uploads.is_building() else None
        access.draw_fragment(partial(show_build_state, page), page.key.scope, every=every)


def show_build_state(page: PageContext) -> None:
    """Say whether the figures hold what was sent yet."""
    if uploads.is_building():
        st.markdown(page.translate("submit.building"))
    else:
        st.markdown(page.translate("submit.built"))
        st.page_link(
            "views/quality.py",
            label=page.translate("menu.quality"),
            icon=":material/arrow_forward:",
        )


def steps_card(page: PageContext) -> None:
    """Draw the first steps of an office without a build; nothing once there is one."""
    if page.is_empty:
        with open_card(page, page.translate("submit.steps"), page.translate("submit.steps_unit")):
            st.markdown(page.translate("submit.steps_do"))


def template_card(page: PageContext) -> None:
    """Draw an empty form of a commune or district for one of the last quarters."""
    with open_card(page, page.translate("submit.empty"), page.translate("submit.empty_unit")):
        names = page.translate_by_name("source.", FORMS)
        form = filters.card_control("form", names, FORMS[0], page.translate("quality.column_form"))
        codes = uploads.open_quarters()
        quarters = {code: periods.format_period(code, page.language) for code in codes}
        label = page.translate("filter.period")
        period = filters.card_control("open", quarters, codes[0], label)
        unit, units = _unit_control(page, period)
        if not unit:
            st.markdown(page.translate("submit.empty_choose"))
            return
        access.download_button(
            page.markdown("submit.empty_get", place=units[unit]),
            lambda: uploads.make_template(form, unit, period, page.key.scope),
            f"mau-{form}-{unit}-{period}.xlsx",
            XLSX,
            "template",
            unit,
            period,
            key="w_template",
            icon=":material/download:",
        )


def _unit_control(page: PageContext, period: str) -> tuple[str, dict[str, str]]:
    """Draw the list of units that a form can be for; return the chosen one, and all by code.

    It begins with the page's place, where there is one and the period has it.
    """
    units = uploads.list_units(period)
    named = page.chosen.wards or page.chosen.districts
    start = named[0] if len(named) == 1 else ""
    if start and start not in units:
        when = periods.format_period(period, page.language)
        st.markdown(page.markdown("submit.empty_gone", place=page.place, period=when))
    label, hint = page.translate("submit.unit"), page.translate("submit.unit_hint")
    return filters.card_choice("unit", units, start, label, hint), units
