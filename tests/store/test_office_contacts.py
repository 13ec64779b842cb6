"""Whom to call in a place: kept in the state alone, erased from the disk, nameless in the trail."""

from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.store import office_contacts
from pipelines.store.office_contacts import OfficeContact
from pipelines.store.state_db import StateDatabase

CHAIR = OfficeContact("00046", "Phó Chủ tịch", "024 3825 1234", "ngocthuy@hanoi.example")


def _read_disk(state: StateDatabase) -> bytes:
    folder = state.home.state.parent
    return b"".join(path.read_bytes() for path in folder.glob("state.sqlite*"))


def test_what_is_erased_or_replaced_is_no_longer_on_the_disk(tmp_path: Path) -> None:
    state = StateDatabase(tmp_path)
    office_contacts.save_contact(state, CHAIR, "lan")
    assert office_contacts.list_contacts(state) == {"00046": CHAIR}
    assert b"3825 1234" in _read_disk(state)
    office_contacts.save_contact(state, OfficeContact("00046", "Văn phòng", "024 1111 2222"), "lan")
    assert b"3825 1234" not in _read_disk(state)
    office_contacts.erase_contact(state, "00046", "lan")
    assert b"1111 2222" not in _read_disk(state)


def test_the_trail_names_the_place_and_never_the_telephone(tmp_path: Path) -> None:
    state = StateDatabase(tmp_path)
    office_contacts.save_contact(state, CHAIR, "lan")
    office_contacts.erase_contact(state, "00046", "lan")
    events = [(event.what, event.objects) for event in state.list_events()]
    assert events == [("contact", ("00046",)), ("contact_end", ("00046",))]


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (OfficeContact("00046", "", "024 3825 1234"), "contact_incomplete"),
        (OfficeContact("00046", "Văn phòng"), "contact_incomplete"),
        (OfficeContact("00046", "Văn phòng", "gọi sau"), "contact_telephone"),
        (OfficeContact("00046", "Văn phòng", "", "ngocthuy"), "contact_mail"),
        (OfficeContact("00046", "Văn\x1b[31mphòng", "024 3825 1234"), "contact_text"),
    ],
)
def test_what_nobody_can_call_is_refused(tmp_path: Path, contact: OfficeContact, code: str) -> None:
    with pytest.raises(Refused) as refused:
        office_contacts.save_contact(StateDatabase(tmp_path), contact, "lan")
    assert refused.value.code == code
