"""Draw what can be done for the chosen rows of the worklist: marks, contacts, messages, a file.

Only wards that the reader answers for are marked and have their contact shown.
"""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from dashboard import session
from dashboard.auth import access, user_changes
from dashboard.auth.identity import Reader
from dashboard.components import card as frame
from dashboard.components import export_menu
from dashboard.components.page_content import CardContent, CardTable, current_content
from dashboard.components.page_context import PageContext
from dashboard.queries import figures
from pipelines.output.spreadsheet import write_workbook
from pipelines.present.format import periods
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.panels import comparison, user_table, work_items
from pipelines.present.panels.work_items import WorkItem
from pipelines.reference.periods import parse_period
from pipelines.store import office_contacts, work_marks
from pipelines.store.office_contacts import OfficeContact
from pipelines.store.work_marks import MarkKind

#: What the session remembers of the marks just set: their kind, quarter and wards.
SET = "worklist_set"


def show_bar(page: PageContext, chosen: list[WorkItem], table: CardTable) -> None:
    """Draw the buttons, contacts and messages for the chosen rows, whose table is given."""
    own = _list_own(access.current_reader(), chosen)
    if not page.key.day:
        _draw_mark_buttons(page, chosen, own)
    _show_messages(page, chosen, own)
    if len(own) == 1 and page.key.scope.role == "steward":
        _draw_contact_form(page, own[0])
    _draw_workbook_button(page, chosen, table)


def _draw_mark_buttons(page: PageContext, chosen: list[WorkItem], own: list[WorkItem]) -> None:
    """Draw the buttons that mark the chosen wards, or take their marks off."""
    if len(own) < len(chosen):
        left_out = len(chosen) - len(own)
        frame.small_text(page.translate("worklist.mark_not_yours", n=left_out))
    with st.container(horizontal=True, gap="small"):
        for kind in work_marks.KINDS:
            marked = [item for item in own if kind in item.marks]
            open_items = [item for item in own if kind not in item.marks]
            _mark_button(page, f"mark_{kind}", _set_marks, kind, open_items)
            _mark_button(page, f"mark_{kind}_end", _end_marks, kind, marked)


def _mark_button(
    page: PageContext,
    name: str,
    change: Callable[[PageContext, MarkKind, list[WorkItem]], None],
    kind: MarkKind,
    items: list[WorkItem],
) -> None:
    """Draw a button that changes marks of these wards; none where it would change nothing."""
    if items:
        label = page.translate(f"worklist.{name}")
        st.button(label, key=f"w_{name}", on_click=change, args=(page, kind, items))


def _set_marks(page: PageContext, kind: MarkKind, items: list[WorkItem]) -> None:
    """Mark the wards in the name of the reader, as far as they are still the reader's own."""
    reader = access.current_reader()
    wards = {item.ward: item.submissions for item in _list_own(reader, items)}
    quarter = comparison.last_quarter(page.chosen.period)
    if wards:
        work_marks.add_marks(access.open_state(), quarter, kind, wards, reader.subject)
        session.remember(SET, (kind, quarter, frozenset(wards)))


def _end_marks(page: PageContext, kind: MarkKind, items: list[WorkItem]) -> None:
    """Take the marks off in the name of the reader, as far as the wards are still their own."""
    reader = access.current_reader()
    wards = [item.ward for item in _list_own(reader, items)]
    quarter = comparison.last_quarter(page.chosen.period)
    if wards:
        work_marks.remove_marks(access.open_state(), quarter, kind, wards, reader.subject)
        session.remember(SET, None)


def _list_own(reader: Reader, items: list[WorkItem]) -> list[WorkItem]:
    """Return the wards that a reader answers for; none for who was not let in."""
    if reader.why:
        return []
    return [item for item in items if reader.scope.sees_exactly(item.district_code)]


def show_undo(page: PageContext, items: list[WorkItem]) -> None:
    """Say which marks were just set, with the button that takes them off again."""
    kind: MarkKind
    kind, quarter, wards = session.recall(SET) or ("asked", "", frozenset())
    if not wards or quarter != comparison.last_quarter(page.chosen.period) or page.key.day:
        return
    just_set = [item for item in items if item.ward in wards]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(escape_markdown(page.translate(f"worklist.mark_set_{kind}", n=len(wards))))
        _mark_button(page, "undo", _end_marks, kind, just_set)


def _show_messages(page: PageContext, chosen: list[WorkItem], own: list[WorkItem]) -> None:
    """Draw the message for each chosen ward, ready to copy, with whom to call there."""
    quarter = comparison.last_quarter(page.chosen.period)
    settings = figures.load_settings()
    due = parse_period(quarter).end + timedelta(days=settings.timely_days)
    deadline = periods.format_day(max(due, settings.today() + timedelta(days=7)), page.language)
    st.markdown(f"**{escape_markdown(page.translate('worklist.messages', n=len(chosen)))}**")
    known = office_contacts.list_contacts(access.open_state())
    for item in chosen:
        if item in own:
            whom = _find_contact(known, item)
            frame.small_text(work_items.describe_contact(item, whom, page.language))
        place = figures.place_label(item.ward, quarter)
        message = work_items.write_message(item, place, deadline, page.language)
        st.code(message, language=None, wrap_lines=True)


def _find_contact(known: dict[str, OfficeContact], item: WorkItem) -> OfficeContact | None:
    """Return whom to call in a ward, else in its district."""
    return known.get(item.ward) or known.get(item.district_code)


def _draw_contact_form(page: PageContext, item: WorkItem) -> None:
    """Draw the form by which a steward changes whom to call in a ward, or erases it."""
    now = office_contacts.list_contacts(access.open_state()).get(item.ward)
    given = now or OfficeContact(item.ward, "")
    with (
        st.expander(page.translate("worklist.contact_edit")),
        st.form(f"contact_{item.ward}", border=False),
    ):
        role, telephone, mail = (
            st.text_input(
                page.translate(f"worklist.contact_{name}"),
                getattr(given, name),
                max_chars=office_contacts.LONGEST,
                key=f"w_contact_{name}_{item.ward}",
            )
            for name in ("role", "telephone", "mail")
        )
        is_saved = st.form_submit_button(page.translate("worklist.contact_save"), type="primary")
        label = page.translate("worklist.contact_erase")
        is_erased = st.form_submit_button(label, disabled=now is None)
    if is_saved:
        changed = OfficeContact(item.ward, role, telephone, mail)
        _show_contact_change(page, user_changes.save_contact(changed))
    elif is_erased:
        _show_contact_change(page, user_changes.erase_contact(item.ward))


def _show_contact_change(page: PageContext, refusal: str) -> None:
    """Draw the page anew with the changed contact, or say why it was refused."""
    if not refusal:
        st.rerun()
    st.error(escape_markdown(user_table.format_refusal(refusal, page.language)))


def _draw_workbook_button(page: PageContext, chosen: list[WorkItem], table: CardTable) -> None:
    card = CardContent(table.alt, page.translate("worklist.table_unit", place=page.place), "")
    access.download_button(
        page.translate("worklist.workbook"),
        lambda: write_workbook([export_menu.make_sheet(page, card, table)]),
        f"{export_menu.download_file_name(page, current_content(), card)}.xlsx",
        export_menu.XLSX,
        "xlsx",
        "worklist",
        page.chosen.period,
        *[item.ward for item in chosen],
        key="worklist_file",
    )
