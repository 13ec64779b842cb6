"""Messages of a browser: none clears others' caches; rubbish and excess end one page."""

import time
from contextlib import suppress

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from pipelines.settings import MEGABYTE
from tests.dashboard.security.conftest import Office
from tests.dashboard.security.socket_client import Wire

LINK = "district=002&period=2022-Q4&kpi=K01"


def told(wire: Wire, message: BackMsg) -> None:
    wire.socket.send(message.SerializeToString())


def message(kind: str) -> BackMsg:
    asked = BackMsg()
    if kind in ("install_skills", "dismiss_skills_nudge"):
        getattr(asked.backend_operation_request, kind).SetInParent()
    elif kind != "nothing":
        setattr(asked, kind, True)
    return asked


@pytest.mark.parametrize("name", ["", "lan"], ids=["signed out", "signed in"])
def test_nobody_clears_the_caches_of_all(office: Office, name: str) -> None:
    with Wire(office, "minh") as minh, Wire(office, name) as wire:
        minh.run("clients", LINK)
        wire.run()
        before = refused(office)
        told(wire, message("clear_cache"))
        wire.run()
    assert refused(office) == before + 1


def refused(office: Office) -> int:
    return (office.home / "log.txt").read_text(encoding="utf-8").count("refused WS message")


@pytest.mark.parametrize(
    "kind",
    [
        "set_run_on_save",
        "load_git_info",
        "install_skills",
        "dismiss_skills_nudge",
        "debug_shutdown_runtime",
    ],
)
def test_what_no_page_asks_for_is_not_heard(office: Office, kind: str) -> None:
    with Wire(office, "chief") as wire:
        wire.run("definitions")
        before = refused(office)
        told(wire, message(kind))
        assert wire.run("definitions")
    assert refused(office) == before + 1


@pytest.mark.parametrize("data", [b"", b"\xff" * 40, b"\x00", b"rubbish" * 100])
def test_rubbish_ends_one_page_and_nobody_elses(office: Office, data: bytes) -> None:
    with Wire(office, "minh") as minh:
        with Wire(office, "lan") as wire, suppress(ConnectionClosed):
            wire.run("definitions")
            wire.socket.send(data)
            wire.run("definitions")
        assert minh.run("definitions")
    assert b"Traceback" not in wire.sent and b"DecodeError" not in wire.sent


def test_a_message_that_is_too_large_ends_one_page_and_holds_nothing(office: Office) -> None:
    with pytest.raises(ConnectionClosed), Wire(office, "lan") as wire:
        for _ in range(20):
            wire.socket.send(b"\x00" * (3 * MEGABYTE))
            time.sleep(0.05)
    with Wire(office, "minh") as minh:
        assert minh.run("definitions")
