"""Messages written by hand: others' visits, forged widgets and pages, odd addresses."""

import shutil
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from random import Random

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash

from pipelines.present.i18n import translate
from pipelines.store.state_db import StateDatabase
from tests.dashboard.security.conftest import USERS, Office, signed
from tests.dashboard.security.hostile_strings import strings
from tests.dashboard.security.planted_numbers import secrets_of, shown
from tests.dashboard.security.socket_client import Wire
from tests.dashboard.security.test_scope import PAGES
from tests.processes import PATIENCE

DISTRICT = translate("entrance.role_district", "vi", districts="Hoàn Kiếm")


@pytest.fixture(scope="module")
def headed(tmp_path_factory: pytest.TempPathFactory, unopened_city: Path) -> Iterator[Office]:
    """An office whose proxy, at this machine's address, says who is there."""
    home = tmp_path_factory.mktemp("headed")
    shutil.copytree(unopened_city, home, dirs_exist_ok=True)
    for user in USERS.values():
        StateDatabase(home).save_user(user)
    with signed(home, "http://127.0.0.1:9", sign_in="header", remember=False) as found:
        yield found


def named(name: str) -> dict[str, str]:
    return {"X-Caunoi-User": USERS[name].subject}


@pytest.mark.parametrize("still", [True, False], ids=["open", "closed"])
def test_nobody_goes_on_with_anothers_visit_where_a_provider_signs_in(
    office: Office, still: bool
) -> None:
    with Wire(office, "lan") as lan:
        lan.run("clients", "district=002&period=2022-Q4")
        if still:
            taken_over(office, lan.session, cookies_of="minh")
    if not still:
        taken_over(office, lan.session, cookies_of="minh")


@pytest.mark.parametrize("still", [True, False], ids=["open", "closed"])
def test_nobody_goes_on_with_anothers_visit_where_a_proxy_names_people(
    headed: Office, still: bool
) -> None:
    with Wire(headed, **named("lan")) as lan:
        lan.run("clients", "district=002&period=2022-Q4")
        if still:
            taken_over(headed, lan.session, **named("minh"))
    if not still:
        taken_over(headed, lan.session, **named("minh"))
    with Wire(headed, session=lan.session, **named("lan")) as lan_again:
        lan_again.run("clients")
        assert lan_again.session == lan.session


def taken_over(office: Office, session: str, cookies_of: str = "", **headers: str) -> None:
    """Somebody else who knows a visit's id gets a visit of their own."""
    with Wire(office, cookies_of, session=session, **headers) as thief:
        said = thief.words("clients")
        assert thief.session and thief.session != session
        assert DISTRICT not in said


@pytest.mark.parametrize("name", ["guest", "lan", "city"])
def test_the_hash_of_a_page_opens_no_page_that_is_not_offered(office: Office, name: str) -> None:
    with Wire(office, name) as wire:
        offered = {
            p.url_pathname: p.page_script_hash for m in wire.run() for p in m.navigation.app_pages
        }
        assert "users" not in offered
        for view in ("users", "submit", "system"):
            for guess in (calc_hash(view), calc_hash(f"views/{view}.py"), view):
                message = BackMsg()
                message.rerun_script.page_script_hash = guess
                wire.ask(message, "script_finished")
    assert b"chief@hanoi.example" not in wire.sent


def widgets(messages: list[ForwardMsg]) -> list[str]:
    """The ids of everything that can be clicked, typed into or chosen from."""
    found = []
    for message in messages:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind and hasattr(getattr(element, kind), "id") and getattr(element, kind).id:
            found.append(getattr(element, kind).id)
    return found


@pytest.mark.parametrize("page", [p for p in PAGES if p not in ("submit", "reports")])
def test_forged_widgets_show_no_more_and_no_raw_error(
    office: Office, planted_home: Path, page: str
) -> None:
    draw, texts = Random(page), strings(200)
    theirs = secrets_of(planted_home, "004") - secrets_of(planted_home, "002")
    with Wire(office, "lan") as wire:
        ids = widgets(wire.run(page, "district=002&period=2022-Q4"))
        for _ in range(12):
            message = BackMsg()
            message.rerun_script.page_name, message.rerun_script.query_string = (
                page,
                "district=002&period=2022-Q4",
            )
            for widget in draw.sample(ids, min(3, len(ids))):
                forge(message, widget, draw, texts)
            wire.ask(message, "script_finished")
        assert wire.run(page)
    sent = bytes(wire.sent)
    assert shown(sent, theirs) == set()
    assert b"Traceback" not in sent and b"site-packages" not in sent and b"Error:" not in sent


def forge(message: BackMsg, widget: str, draw: Random, texts: list[str]) -> None:
    state = message.rerun_script.widget_states.widgets.add(id=widget)
    text = draw.choice([*texts, "004", "00118", "2022-Q4", "K01"])
    marks = (
        '{"selection": {"points": [{"customdata": ["004"]}],'
        ' "point_indices": [999999], "rows": [999999]}}'
    )
    kind = draw.choice(("string", "strings", "json", "int", "bool", "trigger", "bytes", "numbers"))
    if kind == "string":
        state.string_value = text
    elif kind == "strings":
        state.string_array_value.data.extend([text, "004", "Long Biên"])
    elif kind == "json":
        state.json_value = draw.choice([marks, text, "[]", "null"])
    elif kind == "int":
        state.int_value = draw.choice([-1, 10**6, 2**62])
    elif kind == "bytes":
        state.bytes_value = text.encode()
    elif kind == "numbers":
        state.int_array_value.data.extend([0, 99, -1])
    else:
        setattr(state, "bool_value" if kind == "bool" else "trigger_value", True)


ODD = (
    "//media/x.png", "/media//x.png", "/./media/x.png", "/%6dedia/x.png", "/x/../media/x.png",
    "/MEDIA/x.png", "//app/static/icon.svg", "/app//static/icon.svg", "/app/%73tatic/icon.svg",
    "/app/./static/icon.svg", "/app/static%2ficon.svg", "/APP/static/icon.svg",
    "/teams/../app/static/icon.svg", "/app/static;/icon.svg", "//boundaries/x.json",
    "/_stcore//metrics", "//_stcore/metrics", "/_stcore/%6detrics", "/_stcore/./metrics",
    "http://127.0.0.1/app/static/icon.svg", "/app/static/icon.svg?x=/_stcore/health",
    "/app/static/icon.svg%00.html",
)  # fmt: skip


@pytest.mark.parametrize("path", ODD)
def test_an_odd_address_is_no_way_around_the_door(office: Office, path: str) -> None:
    connection = HTTPConnection(office.address.removeprefix("http://"), timeout=PATIENCE)
    for method in ("GET", "HEAD", "POST"):
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        assert b"<svg" not in body and b"process_" not in body and b"cache_memory" not in body
        # What is no address of ours is the page itself, which asks who is there.
        assert answer.status >= 300 or "text/html" in answer.headers["content-type"], answer.status
    connection.close()
