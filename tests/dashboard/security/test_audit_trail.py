"""Every act of a reader stands once in the audit trail, which stewards read in two places."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.cli import run_command
from pipelines.present.i18n import has_text, translate
from pipelines.store import users
from pipelines.store.state_db import AuditEvent
from tests.dashboard.components.test_upload_form import dropped, form
from tests.dashboard.security.conftest import TODAY, USERS, Office, back
from tests.dashboard.security.downloads import cards
from tests.dashboard.security.socket_client import Wire, cookie
from tests.dashboard.security.test_access_guard import put

KINDS = ("sign_in", "sign_out", "refused", "export", "lines", "upload", "role", "role_end")
LINK = "district=002&period=2022-Q4&kpi=K01"


class Since:
    """What the trail holds since this began."""

    def __init__(self, office: Office) -> None:
        self.office, self.before = office, len(office.state.list_events())

    @property
    def events(self) -> list[AuditEvent]:
        return self.office.state.list_events()[self.before :]

    def told(self, name: str) -> list[tuple[str, ...]]:
        """Verb and codes of what somebody did."""
        who = self.office.state.pseudonym(USERS[name].subject)
        return [(event.what, *event.objects) for event in self.events if event.who == who]


@pytest.fixture
def since(office: Office) -> Iterator[Since]:
    yield Since(office)
    assert office.state.verify_audit() == []


def test_one_sign_in_is_one_line_however_many_pages_are_read(office: Office, since: Since) -> None:
    with Wire(office, "lan") as wire, Wire(office, cookies=wire.cookies) as copy:
        for page in ("", "teams", "clients"):
            wire.run(page)
            copy.run(page)
    assert since.told("lan") == [("sign_in", "district")]


def test_one_refusal_is_one_line_however_often_it_is_tried(office: Office, since: Since) -> None:
    stale = cookie(office, USERS["minh"].subject, iat=1_700_000_000)
    for _ in range(3):
        with Wire(office, cookies=stale) as wire:
            wire.run()
            wire.run("teams")
    assert since.told("minh") == [("refused", "too_old")]


def test_a_click_on_a_file_is_one_line_with_its_codes(office: Office, since: Since) -> None:
    with Wire(office, "lan") as wire:
        offered = wire.run("clients", LINK, cards(wire.run("clients", LINK)))
        button = next(
            b for m in offered if (b := m.delta.new_element.download_button.deferred_file_id)
        )
        link = wire.click(button)
        assert [wire.fetch(link)[0] for _ in range(3)] == [200] * 3
    assert since.told("lan")[1:] == [("export", "page", "clients", "clients", "2022-Q4", "002")]


def test_an_upload_into_somebody_elses_visit_is_one_refusal(office: Office, since: Since) -> None:
    with Wire(office, "lan") as lan, Wire(office, "minh") as minh:
        lan.run("submit")
        minh.run("submit")
        assert put(minh, lan.session) == 403
    assert since.told("minh")[1:] == [("refused", "upload")]


def test_a_role_given_and_ended_are_a_line_each_by_codes_only(office: Office, since: Since) -> None:
    users.end_user(office.state, USERS["guest"].subject, USERS["chief"].subject, TODAY)
    back(office, "guest")
    guest = office.state.pseudonym(USERS["guest"].subject)
    assert since.told("chief") == [("role_end", guest), ("role", guest, "public", "-")]


def test_a_return_sent_is_one_line_with_its_receipt(
    reader: Callable[..., AppTest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = dropped(reader(tmp_path, "submit"), ("Nguyen Van A 0912345678.xlsx", form()))
    page.button(key="w_send").click().run()
    page.run()
    events = [
        e for e in Since(Office(tmp_path, "")).office.state.list_events() if e.what == "upload"
    ]
    assert len(events) == 1 and len(events[0].objects) == 1
    assert "0912345678" not in str(events)


@pytest.fixture(scope="module")
def every(office: Office) -> Office:
    """An office in whose trail every kind of act stands."""
    for kind in KINDS:
        office.state.record_event(USERS["lan"].subject, kind, f"code-{kind}")
    return office


def test_a_steward_reads_every_kind_on_the_system_page(every: Office) -> None:
    with Wire(every, "chief") as wire:
        wire.run("system")
        sent = bytes(wire.sent).decode("utf-8", "ignore")
    assert [
        kind
        for kind in KINDS
        if translate(f"trail.{kind}", "vi") not in sent or f"code-{kind}" not in sent
    ] == []
    assert "lan@hanoi" not in sent
    with Wire(every, "city") as wire:
        wire.run("system")
        assert b"code-" not in wire.sent


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_by_command_and_has_words(
    every: Office, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["audit", "--what", kind, "--json", "--home", str(every.home)]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["what"] for row in rows} == {kind} and [r["objects"] for r in rows].count(
        [f"code-{kind}"]
    ) == 1
    assert "hanoi.example" not in str(rows)
    assert has_text(f"trail.{kind}") and translate(f"trail.{kind}", "vi") != translate(
        f"trail.{kind}", "en"
    )
