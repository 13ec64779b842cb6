"""Many uploads and many open pages at once: what exceeds a share is refused, the others go on.

CAUNOI_FULL=1 sends 120 uploads of 5 MB and 1,000 anonymous pages, as promised; CI some of them.
"""

import os
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from websockets.exceptions import ConnectionClosed

from dashboard.middleware import admission
from pipelines.present.i18n import translate
from pipelines.settings import MEGABYTE
from pipelines.store.state_db import User
from tests.dashboard.security.conftest import USERS, Office
from tests.dashboard.security.socket_client import Wire, cookie
from tests.dashboard.security.test_access_guard import form, memory
from tests.processes import PATIENCE

IS_FULL = bool(os.environ.get("CAUNOI_FULL"))
UPLOADS, VISITS = (120, 6) if IS_FULL else (30, 2)
STRANGERS = 1000 if IS_FULL else 150
BODY, KIND = form(b"x" * (5 * MEGABYTE - 1000))
#: Ten uploads fill one visit; two visits fill what one person may hold.
FITTING = 20


class Upload:
    """One request whose head is sent, and whose body is sent when asked for."""

    def __init__(self, wire: Wire, number: int, length: str) -> None:
        host, _, port = wire.office.address.removeprefix("http://").partition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        head = {
            "Host": f"{host}:{port}",
            "Cookie": wire.cookies,
            "X-Xsrftoken": wire.xsrf,
            **KIND,
        }
        lines = [f"PUT /_stcore/upload_file/{wire.session}/n{number} HTTP/1.1", length]
        lines += [f"{name}: {value}" for name, value in head.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def status(self) -> int:
        """Return the status of the answer, which is waited for."""
        with self.socket.makefile("rb") as answer:
            return int(answer.readline().split()[1])

    def __enter__(self) -> "Upload":
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()


@contextmanager
def visits(office: Office, subject: str, count: int) -> Iterator[list[Wire]]:
    """Visits of somebody of whom nothing else waits."""
    office.state.save_user(User(subject, "city"))
    with ExitStack() as opened:
        opened.callback(office.state.delete_user, subject)
        wires = [
            opened.enter_context(Wire(office, cookies=cookie(office, subject)))
            for _ in range(count)
        ]
        for wire in wires:
            wire.run("submit")
        yield wires


def test_uploads_that_begin_together_find_one_limit(office: Office) -> None:
    length = f"Content-Length: {len(BODY)}"
    with visits(office, "flood@hanoi.example", VISITS) as wires, ExitStack() as opened:
        before = memory(office)
        uploads = []
        for n in range(UPLOADS):
            uploads.append(opened.enter_context(Upload(wires[n % VISITS], n, length)))
        # What exceeds the share is answered although nothing of its body was sent.
        refused: set[Upload] = set()
        while len(refused) < UPLOADS - FITTING:
            waiting = {one.socket: one for one in uploads if one not in refused}
            ready, _, _ = select.select(list(waiting), [], [], PATIENCE)
            assert ready, f"only {len(refused)} were refused"
            refused |= {waiting[one] for one in ready}
        assert {one.status() for one in refused} == {429}
        fitting = [one for one in uploads if one not in refused]
        for one in fitting:
            one.socket.sendall(BODY)
        assert [one.status() for one in fitting] == [204] * FITTING
        assert memory(office) - before < 2 * admission.WAITING_OF_PERSON
    # The pages are closed: what they sent takes no room from their reader.
    with visits(office, "flood@hanoi.example", 1) as (wire,), Upload(wire, 0, length) as again:
        again.socket.sendall(BODY)
        assert again.status() == 204


def test_an_upload_without_a_length_ends_at_the_limit(office: Office) -> None:
    with visits(office, "endless@hanoi.example", 1) as (wire,):
        with Upload(wire, 1, "Transfer-Encoding: chunked") as small:
            body, _ = form()
            small.socket.sendall(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
            assert small.status() == 204
        with Upload(wire, 2, "Transfer-Encoding: chunked") as large:
            for _ in range(6):
                large.socket.sendall(b"%x\r\n%b\r\n" % (MEGABYTE, BODY[:MEGABYTE]))
            assert large.status() == 413


def test_strangers_do_not_shut_the_door_for_people_on_the_list(office: Office) -> None:
    with ExitStack() as opened:
        strangers = [opened.enter_context(Wire(office)) for _ in range(STRANGERS)]
        # Room for the newest is made by closing the oldest.
        with pytest.raises(ConnectionClosed):
            strangers[0].run()
        assert "dành cho người có tên" in strangers[-1].words()
        with Wire(office) as door:
            assert "dành cho người có tên" in door.words()
        with Wire(office, "lan") as lan:
            assert translate("menu.overview", "vi") in str(lan.run())


@pytest.mark.parametrize("name", ["", "minh"] if IS_FULL else [""])
def test_closed_pages_of_others_push_nobodys_out(office: Office, name: str) -> None:
    own = cookie(office, USERS["lan"].subject)
    with Wire(office, cookies=own) as lan:
        lan.run("teams")
    others = cookie(office, USERS[name].subject) if name else ""
    for _ in range(130):
        with Wire(office, cookies=others):
            pass
    with Wire(office, cookies=own, session=lan.session) as again:
        again.run()
        assert again.session == lan.session


def test_a_person_has_a_share_of_the_open_pages(office: Office) -> None:
    with ExitStack() as opened:
        for _ in range(admission.PAGES.person):
            opened.enter_context(Wire(office, "minh"))
        with pytest.raises(Exception, match=r"403|503|rejected"):
            opened.enter_context(Wire(office, "minh"))
        with Wire(office, "lan") as lan:
            assert lan.run() and lan.session
