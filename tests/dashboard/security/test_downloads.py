"""A download belongs to whoever asked: made on the click, written down, refused later."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.memory_media_file_storage import _calculate_file_id

from dashboard.auth import access, downloads, identity
from dashboard.auth.identity import Reader
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.store.state_db import StateDatabase

LAN = Reader(Scope("district", frozenset({"002"})), "lan@hanoi.example", "code")
Offered = Callable[..., Callable[[], bytes]]


@pytest.fixture
def offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[list[Any], list[Reader], StateDatabase]]:
    """What the button was given, and who the reader is: the last of a list that tests add to."""
    given: list[Any] = []
    readers = [LAN]
    monkeypatch.setenv("CAUNOI_HOME", str(tmp_path))
    monkeypatch.setattr(access, "_resolve_reader", lambda claim: readers[-1])
    monkeypatch.setattr(st, "download_button", lambda label, data, **look: given.append(data))
    st.cache_resource.clear()
    access.download_button("Tải", lambda: b"7100037", "a.csv", "text/csv", "csv", "K01")
    yield given, readers, StateDatabase(tmp_path)
    st.cache_resource.clear()


def test_a_file_is_made_on_the_click_belongs_to_one_reader_and_is_written_down(
    offered: Any,
) -> None:
    given, _, state = offered
    assert state.list_events() == []
    assert given[0]() == b"7100037"
    made = _calculate_file_id(b"7100037", "text/csv", "a.csv")
    assert downloads.may_fetch(made, LAN)
    assert not downloads.may_fetch(made, Reader(LAN.scope, LAN.subject, "another visit"))
    assert not downloads.may_fetch(made, Reader(PUBLIC, LAN.subject, LAN.login))
    assert not downloads.may_fetch(made, Reader(LAN.scope, LAN.subject, LAN.login, "idle"))
    event = state.list_events()[0]
    assert (event.what, event.objects, event.who) == (
        "export",
        ("csv", "K01"),
        state.pseudonym(LAN.subject),
    )


@pytest.mark.parametrize(
    "now", [identity.NOBODY, Reader(CITY, LAN.subject, "code"), Reader(why="idle")]
)
def test_a_click_after_the_rights_have_changed_makes_nothing(offered: Any, now: Reader) -> None:
    given, readers, state = offered
    readers.append(now)
    with pytest.raises(Exception, match="no longer allowed"):
        given[0]()
    assert [e.what for e in state.list_events()] == ["refused"]


def test_a_fault_while_making_it_tells_a_code_and_no_value(
    offered: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given, _, _ = offered

    def broken() -> bytes:
        raise ValueError(f"09{12345678}")

    access.download_button("Tải", broken, "a.csv", "text/csv", "csv")
    with pytest.raises(RuntimeError) as caught:
        given[1]()
    assert "0912345678" not in caplog.text + str(caught.value) and str(caught.value) in caplog.text
    assert caught.value.__suppress_context__


def test_who_makes_many_files_takes_nobody_else_s_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "_visits", OrderedDict())
    monkeypatch.setattr(downloads, "HELD_PER_VISIT", 25)
    minh = Reader(LAN.scope, "minh@hanoi.example", "minh's visit")
    downloads.register_owner(b"minh's", "text/csv", "a.csv", minh)
    for number in range(downloads.KEPT_PER_VISIT + 1):
        downloads.register_owner(b"%010d" % number, "text/csv", "a.csv", LAN)
    names = [_calculate_file_id(b"%010d" % n, "text/csv", "a.csv") for n in (0, 1, 500)]
    assert [downloads.may_fetch(name, LAN) for name in names] == [False, True, True]
    assert downloads.may_fetch(_calculate_file_id(b"minh's", "text/csv", "a.csv"), minh)
    held = [f.content for visit in downloads._visits.values() for f in visit.values() if f.content]
    assert held == [b"minh's", b"0000000499", b"0000000500"]


def test_downloads_are_handed_out_by_one_door_only() -> None:
    root = Path(access.__file__).parent
    using = {
        p.name for p in root.rglob("*.py") if "download_button" in p.read_text(encoding="utf-8")
    }
    assert using == {"access.py"}
