"""Admit open pages and uploads before anything of them is held, and end half requests.

What a page or an upload will take is reserved when it begins and given back when it ends, so that
many that begin together find the same limits as one after the other.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network

import anyio
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from dashboard import streamlit_adapter
from dashboard.shared_pool import Holder, PoolLimits, SharedPool
from pipelines.settings import MEGABYTE, Settings

LOG = logging.getLogger("caunoi.dashboard")
#: Open pages: of all together, of one person, of strangers, of the strangers of one address.
PAGES = PoolLimits(total=500, person=40, strangers=100, address=20)
#: What all uploads that wait or are on their way may hold, and those of one person.
WAITING, WAITING_OF_PERSON = 200 * MEGABYTE, 100 * MEGABYTE
#: Room for what a form wraps around a file.
WRAPPING = 64 * 1024
#: Seconds after which a body of which nothing comes is given up.
STALLED = 20.0
#: How much of a refused body is read and forgotten so that the browser hears why.
DRAINED = 64 * MEGABYTE
#: A page that makes room for another closes as if the server were busy.
TRY_LATER = 1013


def client_address(scope: Scope, proxy: str) -> str:
    """Return the address a request comes from, as the named proxy says it; of IPv6 the network.

    NOTE: the last entry is the proxy's own, all before it are the client's to write.
    """
    client = scope.get("client")
    peer = client[0] if client else "127.0.0.1"
    if peer == proxy:
        peer = Headers(scope=scope).get("x-forwarded-for", "").rpartition(",")[2].strip() or peer
    try:
        address = ip_address(peer)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


@dataclass(eq=False)
class _StrangersPage:
    """An open page of somebody who has not signed in, and the way to close it."""

    address: str
    cancel: Callable[[], None]


@dataclass
class OpenPages:
    """The open pages of a server, each with its share."""

    pool: SharedPool = field(default_factory=lambda: SharedPool(PAGES))
    strangers: list[_StrangersPage] = field(default_factory=list)

    async def serve(self, holder: Holder, send: Send, serve: Callable[[], Awaitable[None]]) -> bool:
        """Serve one page until it ends; False when there is no room for it.

        A stranger always finds room: the oldest page of the address that has most makes it.
        Nobody who only looks at the sign-in can keep others from it.
        """
        if holder.is_listed:
            if not self.pool.take(holder):
                return False
            try:
                await serve()
            finally:
                self.pool.give_back(holder)
            return True
        while not self.pool.take(holder):
            if not self._close_one(holder.address):
                return False
            await anyio.lowlevel.checkpoint()
        await self._serve_stranger(holder, send, serve)
        return True

    async def _serve_stranger(
        self, holder: Holder, send: Send, serve: Callable[[], Awaitable[None]]
    ) -> None:
        with anyio.CancelScope() as running:
            page = _StrangersPage(holder.address, running.cancel)
            self.strangers.append(page)
            try:
                await serve()
            finally:
                if page in self.strangers:
                    self._forget(page)
        if running.cancelled_caught:
            with suppress(RuntimeError, OSError):
                await send({"type": "websocket.close", "code": TRY_LATER})

    def _close_one(self, address: str) -> bool:
        """Close the oldest page of `address` when it has its share, else of whoever has most."""
        addresses = [page.address for page in self.strangers]
        if not addresses:
            return False
        most = max(addresses, key=addresses.count)
        chosen = address if addresses.count(address) >= PAGES.address else most
        page = self.strangers[addresses.index(chosen)]
        self._forget(page)
        page.cancel()
        return True

    def _forget(self, page: _StrangersPage) -> None:
        self.strangers.remove(page)
        self.pool.give_back(Holder(address=page.address))


@dataclass(frozen=True)
class Reservation:
    """What an upload that begins may take: its visit, its file, its sender, its body's bytes."""

    session: str
    file_id: str
    person: str
    size: int


class UploadReservations:
    """Uploads on their way, counted with those that wait in the pages' memory.

    NOTE: asked and written on the server's one loop without a pause between, so that two that begin
    together never see the same free room.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._coming: list[Reservation] = []
        self._owners: dict[str, str] = {}

    def largest_body(self) -> int:
        """Return the most bytes the body of an upload may have."""
        return self._settings.access.upload_bytes + WRAPPING

    def reserve(self, session: str, file_id: str, person: str, size: int) -> Reservation | None:
        """Reserve `size` bytes for an upload; None when visit, person or server have no room.

        What waits for pages that are closed makes room: first the person's own, then all. A file
        that is there, or on its way, is not taken again: it counts once.
        """
        asked = Reservation(session, file_id, person, size)
        if file_id in self._count_waiting().get(session, {}):
            return None
        if not self._has_room(asked) and not (
            self._forget_closed(person) and self._has_room(asked)
        ):
            self._forget_closed(None)
            if not self._has_room(asked):
                return None
        self._coming.append(asked)
        self._owners[session] = person
        return asked

    def release(self, reservation: Reservation) -> None:
        """The upload has ended: what it left behind waits with its page and is counted there."""
        self._coming.remove(reservation)

    def _has_room(self, asked: Reservation) -> bool:
        held = {session: list(files.values()) for session, files in self._count_waiting().items()}
        own = held.get(asked.session, [])
        access, limits = self._settings.access, self._settings.limits
        if len(own) >= limits.upload_files or sum(own) + asked.size > access.waiting_bytes:
            return False
        of_person = asked.size
        for session, sizes in held.items():
            of_person += sum(sizes) if self._owners.get(session, "") == asked.person else 0
        if asked.person and of_person > max(WAITING_OF_PERSON, access.waiting_bytes):
            return False
        return sum(map(sum, held.values())) + asked.size <= WAITING

    def _forget_closed(self, person: str | None) -> bool:
        """Forget what waits for closed pages, of one person or (None) of all; was there any?"""
        closed = []
        for session in streamlit_adapter.waiting_upload_sizes():
            is_meant = person is None or self._owners.get(session, "") == person
            if is_meant and not streamlit_adapter.is_session_open(session):
                closed.append(session)
        for session in closed:
            streamlit_adapter.forget_uploads(session)
        return bool(closed)

    def _count_waiting(self) -> dict[str, dict[str, int]]:
        """Return the bytes of every file that waits or is on its way, by session and file id.

        NOTE: a file is on its way until its request is answered, a little longer than it takes to
        be held.
        """
        waiting = streamlit_adapter.waiting_upload_sizes()
        open_sessions = {*waiting, *(one.session for one in self._coming)}
        self._owners = {one: self._owners.get(one, "") for one in open_sessions}
        for one in self._coming:
            waiting.setdefault(one.session, {}).setdefault(one.file_id, one.size)
        return waiting


class _LimitedBody:
    """The body of a request of at most `most` bytes, and the status that ends one that is not."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._most = receive, send, most
        self._received, self._is_over = 0, False
        self.status = 0
        self.has_begun = False

    async def receive(self) -> Message:
        """Return the next message; a disconnect when the body stands still or is too large."""
        if self.status:
            return {"type": "http.disconnect"}
        if self._is_over:
            return await self._receive()
        message: Message | None = None
        with anyio.move_on_after(STALLED):
            message = await self._receive()
        if message is None:
            self.status = 408
            return {"type": "http.disconnect"}
        self._received += len(message.get("body", b""))
        self._is_over = not message.get("more_body")
        if self._received <= self._most:
            return message
        self.status = 413
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Send an answer, unless it comes from a body that was given up."""
        if not self.status or self.has_begun:
            self.has_begun = True
            await self._send(message)


async def receive_body(
    serve: Callable[[Receive, Send], Awaitable[None]], receive: Receive, send: Send, most: int
) -> None:
    """Serve a request whose body may have `most` bytes and may not stand still.

    A larger one is answered with 413 when it is, and one of which nothing comes with 408.
    """
    body = _LimitedBody(receive, send, most)
    try:
        await serve(body.receive, body.send)
    except ClientDisconnect:
        if not body.status:
            raise
    if body.status and not body.has_begun:
        LOG.warning("gave up a body %s", body.status)
        await _answer_before_end(receive, send, body.status, drains=body.status == 413)


async def refuse_with_body(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    """Answer with `status` before anything of the body is read; then read it and forget it.

    A browser looks at the answer only when it has sent everything. Whoever asked whether to go on
    (`Expect: 100-continue`) is told at once.
    """
    drains = "expect" not in Headers(scope=scope)
    await _answer_before_end(receive, send, status, drains=drains)


async def _answer_before_end(receive: Receive, send: Send, status: int, *, drains: bool) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if drains:
        await _drain_body(receive)
    await send({"type": "http.response.body", "body": b""})


async def _drain_body(receive: Receive) -> None:
    read, more_body = 0, True
    while more_body and read < DRAINED:
        message: Message = {}
        with anyio.move_on_after(STALLED):
            message = await receive()
        read += len(message.get("body", b""))
        more_body = bool(message.get("more_body"))
