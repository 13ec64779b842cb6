"""What a page or an upload may take is settled before it is served, and half requests end."""

from typing import Any

import anyio
import pytest
from starlette.types import Message, Receive, Send

from dashboard.middleware import admission
from dashboard.middleware.admission import OpenPages, client_address, receive_body
from dashboard.shared_pool import Holder


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
