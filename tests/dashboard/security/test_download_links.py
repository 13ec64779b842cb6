"""The link to a file made for one reader works as long as needed, and for nobody else."""

from collections.abc import Iterator

import pytest

from tests.dashboard.security.conftest import USERS, Office
from tests.dashboard.security.downloads import cards
from tests.dashboard.security.socket_client import Wire, fetch

LINK = "district=002&period=2022-Q4&kpi=K01"


@pytest.fixture
def lan(office: Office) -> Iterator[Wire]:
    with Wire(office, "lan") as wire:
        yield wire


def buttons(wire: Wire) -> list[str]:
    """The ids of the buttons of a page whose cards are open."""
    came = wire.run("clients", LINK, cards(wire.run("clients", LINK)))
    return [b for m in came if (b := m.delta.new_element.download_button.deferred_file_id)]


def test_a_link_is_worth_nothing_to_anybody_else(office: Office, lan: Wire) -> None:
    link = lan.click(buttons(lan)[0])
    assert lan.fetch(link)[0] == 200
    with (
        Wire(office, "minh") as minh,
        Wire(office, "guest") as guest,
        Wire(office, "chief") as chief,
    ):
        assert [wire.fetch(link)[0] for wire in (minh, guest, chief)] == [404, 404, 404]
    with Wire(office, "lan") as another_visit:
        assert another_visit.fetch(link)[0] == 404
    assert fetch(office.address + link)[0] == 401
    assert fetch(office.address + link, **{"X-Caunoi-User": USERS["lan"].subject})[0] == 401


def test_a_link_works_after_others_have_read_pages(office: Office, lan: Wire) -> None:
    link = lan.click(buttons(lan)[0])
    with Wire(office, "minh") as minh:
        for page in ("teams", "clients", "points"):
            minh.run(page)
    assert lan.fetch(link)[0] == 200


def test_a_button_of_another_reader_makes_a_file_for_that_reader_only(
    office: Office, lan: Wire
) -> None:
    button = buttons(lan)[0]
    with Wire(office, "minh") as minh:
        minh.run("clients", LINK)
        link = minh.click(button)
        assert not link or minh.fetch(link)[0] == 404
