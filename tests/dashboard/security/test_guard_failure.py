"""The guard fails, as the list of users is damaged: nobody comes in, and a code is shown."""

import shutil
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from pipelines.store.accounts import release_account
from tests.dashboard.security.conftest import USERS, Office, signed
from tests.dashboard.security.socket_client import Wire, cookie
from tests.dashboard.security.test_access_guard import PROMISED
from tests.dashboard.security.test_incident_log import CODE, INSIDE
from tests.processes import PATIENCE

PICTURE = "/app/static/icon.svg"


@pytest.fixture(scope="module")
def alone(planted_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("alone")
    shutil.copytree(planted_home, home, dirs_exist_ok=True)
    with signed(home, "http://127.0.0.1:9", remember=False) as found:
        # NOTE: in other tests these names belong to accounts of another provider.
        for user in USERS.values():
            release_account(found.state, user.subject)
        yield found


@pytest.fixture(scope="module", params=["rubbish", "a folder", "written over"])
def hurt(alone: Office, request: pytest.FixtureRequest) -> Iterator[Office]:
    """The same office while its state cannot be read; whole again afterwards."""
    state, kept = alone.state.home.state, alone.home / "kept"
    comes_in(alone)
    shutil.copy(state, kept)
    if request.param == "written over":
        state.write_bytes(b"rubbish" * 5000)
    else:
        state.unlink()
        state.mkdir() if request.param == "a folder" else state.write_bytes(b"rubbish" * 5000)
    yield alone
    state.rmdir() if state.is_dir() else state.unlink()
    shutil.copy(kept, state)
    comes_in(alone)


def comes_in(office: Office) -> None:
    with Wire(office, "lan") as lan:
        assert lan.run("teams") and lan.fetch(PICTURE)[0] == 200


def answer(
    office: Office, path: str, method: str = "GET", **headers: str
) -> tuple[int, HTTPMessage, bytes]:
    """What a manager who is signed in hears, with what stands above it."""
    connection = HTTPConnection(office.address.removeprefix("http://"), timeout=PATIENCE)
    connection.request(
        method, path, headers={"Cookie": cookie(office, USERS["lan"].subject), **headers}
    )
    told = connection.getresponse()
    body = told.read()
    connection.close()
    return told.status, told.headers, body


def told(office: Office, headers: HTTPMessage, body: bytes) -> None:
    """A sentence with a code that leads to the log, every header, and nothing of the inside."""
    assert {name: headers[name] for name in PROMISED} == PROMISED
    assert (
        "frame-ancestors 'none'" in headers["content-security-policy"]
        and headers["cache-control"] == "no-store"
    )
    found = CODE.findall(body)
    log = (office.home / "log.txt").read_text(encoding="utf-8")
    assert len(found) == 1 and log.count(found[0].decode()) == 1
    assert "dashboard/middleware/access_guard.py" in log.split(found[0].decode())[1]
    assert [sign for sign in (*INSIDE, b"sqlite", b"state", b"hanoi.example") if sign in body] == []
    assert "hanoi.example" not in log


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", PICTURE, "image/*"),
        ("GET", "/media/x.xlsx", "*/*"),
        ("PUT", "/_stcore/upload_file/a/b", "*/*"),
        ("GET", "/teams?district=002", "text/html,*/*;q=0.8"),
    ],
)
def test_whoever_asks_is_told_a_code_and_given_nothing(
    hurt: Office, method: str, path: str, accept: str
) -> None:
    status, headers, body = answer(hurt, path, method, Accept=accept)
    assert status == 500
    told(hurt, headers, body)


def test_a_visit_is_refused_and_nothing_is_sent_into_it(hurt: Office) -> None:
    with pytest.raises(InvalidStatus) as refused, Wire(hurt, "lan"):
        pass
    said = refused.value.response
    message = HTTPMessage()
    for name, value in said.headers.raw_items():
        message[name] = value
    assert said.status_code == 500
    told(hurt, message, said.body or b"")


def test_what_needs_no_list_is_answered_still(hurt: Office) -> None:
    assert answer(hurt, "/_stcore/health")[0] == 200
    assert answer(hurt, "/_stcore/metrics")[0] == 404
    assert answer(hurt, PICTURE, Cookie="")[0] == 401
