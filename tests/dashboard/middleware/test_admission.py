"""What a page or an upload may take is settled before it is served, and half requests end."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from starlette.types import Message, Receive, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from dashboard.middleware import admission
from dashboard.middleware.admission import (
    OpenPages,
    UploadReservations,
    client_address,
    receive_body,
)
from dashboard.shared_pool import Holder
from pipelines.settings import MEGABYTE, Settings


def request(peer: str, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", entry.encode()) for entry in forwarded]
    return {"type": "http", "client": (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("scope", "address"),
    [
        (request("127.0.0.1"), "127.0.0.1"),
        (request("127.0.0.1", "192.0.2.7"), "192.0.2.7"),
        # The client wrote the first entry, the proxy the second.
        (request("127.0.0.1", "10.0.0.1, 192.0.2.7"), "192.0.2.7"),
        (request("192.0.2.9", "10.0.0.1"), "192.0.2.9"),
        (request("127.0.0.1", "nonsense"), ""),
        (request("127.0.0.1", "2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"),
    ],
)
def test_an_address_is_believed_from_the_proxy_only(scope: dict[str, Any], address: str) -> None:
    assert client_address(scope, "127.0.0.1") == address


def test_the_newest_stranger_finds_room_and_the_greediest_address_makes_it() -> None:
    pages = OpenPages()
    closed: list[str] = []

    async def open_page(name: str, address: str) -> None:
        async def send(_: Message) -> None:
            closed.append(name)

        assert await pages.serve(Holder(address=address), send, anyio.sleep_forever)

    async def run() -> None:
        async with anyio.create_task_group() as group:
            for n in range(admission.PAGES.address + 1):
                group.start_soon(open_page, f"greedy {n}", "192.0.2.1")
            group.start_soon(open_page, "other", "192.0.2.2")
            await anyio.wait_all_tasks_blocked()
            assert closed == ["greedy 0"]
            assert len(pages.strangers) == admission.PAGES.address + 1
            group.cancel_scope.cancel()

    anyio.run(run)
    assert pages.strangers == []


def answer_to(receive: Receive, most: int) -> int:
    """The status of a request whose body comes from `receive`."""
    statuses: list[int] = []

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    async def serve(receive: Receive, send: Send) -> None:
        from starlette.requests import Request

        await Request({"type": "http", "headers": []}, receive).body()
        await send({"type": "http.response.start", "status": 204, "headers": []})

    anyio.run(receive_body, serve, receive, send, most)
    return statuses[0]


def test_a_body_that_stands_still_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError("unreachable")

    monkeypatch.setattr(admission, "STALLED", 0.01)
    assert answer_to(receive, 10) == 408


@pytest.mark.parametrize(("size", "status"), [(10, 204), (11, 413)])
def test_a_body_ends_at_what_was_reserved(size: int, status: int) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * size, "more_body": False}

    assert answer_to(receive, 10) == status


class Uploads:
    """Reservations over Streamlit's own store of uploads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held = MemoryUploadedFileManager("/_stcore/upload_file")
        self.open_pages = {"page", "second", "third", "other", "fifth"}
        stores = SimpleNamespace(
            uploaded_file_mgr=self.held, is_active_session=self.open_pages.__contains__
        )
        monkeypatch.setattr(runtime, "get_instance", lambda: stores)
        self.reservations = UploadReservations(Settings(home=Path()))

    def begin(self, page: str, name: str, person: str = "lan") -> admission.Reservation | None:
        return self.reservations.reserve(page, name, person, 5 * MEGABYTE)

    def arrive(self, page: str, name: str) -> None:
        """The body is held, its request not answered yet."""
        self.held.add_file(page, UploadedFileRec(name, "a.xlsx", "", b"x" * (5 * MEGABYTE)))

    def send(self, page: str, person: str = "lan") -> int:
        """Send files of 5 MB until one is refused; how many were taken."""
        taken = 0
        while found := self.begin(page, f"{page}{taken}", person):
            self.arrive(page, f"{page}{taken}")
            self.reservations.release(found)
            taken += 1
        return taken


@pytest.fixture
def uploads(monkeypatch: pytest.MonkeyPatch) -> Uploads:
    return Uploads(monkeypatch)


def test_an_upload_counts_once_while_its_request_is_not_answered(uploads: Uploads) -> None:
    for name in "0123456789":
        assert uploads.begin("page", name)
        uploads.arrive("page", name)
    assert uploads.begin("page", "more") is None
    assert uploads.begin("second", "0")


def test_one_file_is_not_sent_twice_at_once(uploads: Uploads) -> None:
    assert uploads.begin("page", "0")
    assert uploads.begin("page", "0") is None
    uploads.arrive("page", "0")
    assert uploads.begin("page", "0") is None


def test_what_waits_for_a_closed_page_makes_room_for_its_sender(uploads: Uploads) -> None:
    assert [uploads.send(page) for page in ("page", "second", "third")] == [10, 10, 0]
    uploads.open_pages.remove("page")
    assert set(uploads.held.file_storage) == {"page", "second"}
    assert uploads.send("third") == 10
    assert set(uploads.held.file_storage) == {"second", "third"}


def test_closed_pages_make_room_for_everybody(uploads: Uploads) -> None:
    assert [uploads.send(page) for page in ("page", "second")] == [10, 10]
    others = ("third", "other")
    assert [uploads.send(page, "minh") for page in others] == [10, 10]
    assert uploads.send("fifth", "hoa") == 0
    uploads.open_pages.difference_update({"page", "third"})
    assert uploads.send("fifth", "hoa") == 10
