"""Whom to call in an office: a role, a telephone number and an address for mail, by place.

They stand in the state database alone: no ledger, build, release or export holds them, and the
audit trail only says which place's were changed. What is erased is overwritten on the disk.
"""

import re
from dataclasses import dataclass

from pipelines.errors import Refused
from pipelines.store.state_db import StateDatabase

#: Characters of a role or an address at most.
LONGEST = 120
TELEPHONE = re.compile(r"\+?[0-9][0-9 .()-]{6,22}[0-9]", re.ASCII)
MAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]+\.[^\s@<>,;\".]{2,}")


@dataclass(frozen=True)
class OfficeContact:
    """Whom to call; `place` is the code of a ward or a district."""

    place: str
    role: str
    telephone: str = ""
    mail: str = ""


def save_contact(state: StateDatabase, contact: OfficeContact, by: str) -> OfficeContact:
    """Keep whom to call in a place, instead of who stood there; raises Refused.

    A contact is a role with a telephone number, an address for mail, or both.
    """
    trimmed = OfficeContact(
        contact.place, contact.role.strip(), contact.telephone.strip(), contact.mail.strip()
    )
    _check_contact(trimmed)
    state.record_event(by, "contact", trimmed.place)
    state.execute_without_trace(
        "contact_put",
        place=trimmed.place,
        role=trimmed.role,
        telephone=trimmed.telephone,
        mail=trimmed.mail,
    )
    return trimmed


def erase_contact(state: StateDatabase, place: str, by: str) -> None:
    """Erase whom to call in a place; raises Refused when nobody stood there."""
    if place not in list_contacts(state):
        raise Refused(f"no contact of {place}", code="unknown_contact", text=place)
    state.record_event(by, "contact_end", place)
    state.execute_without_trace("contact_drop", place=place)


def list_contacts(state: StateDatabase) -> dict[str, OfficeContact]:
    """Return every contact by the code of its place, in the codes' order."""
    rows = state.query_all("contacts")
    return {row["place"]: OfficeContact(*row) for row in rows}


def _is_plain(text: str) -> bool:
    return len(text) <= LONGEST and text.isprintable()


def _check_contact(contact: OfficeContact) -> None:
    if not contact.role or not (contact.telephone or contact.mail):
        raise Refused("a role and a way to reach it", code="contact_incomplete")
    if not (_is_plain(contact.role) and _is_plain(contact.mail)):
        raise Refused("too long, or unreadable", code="contact_text")
    if contact.telephone and not TELEPHONE.fullmatch(contact.telephone):
        raise Refused("no telephone number", code="contact_telephone")
    if contact.mail and not MAIL.fullmatch(contact.mail):
        raise Refused("no address for mail", code="contact_mail")
