"""A reader without a browser: speaks the app's protocol and keeps every byte it was sent."""

import json
import secrets
import time
from collections.abc import Iterable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from websockets.sync.client import ClientConnection, connect

from tests.dashboard.security.conftest import SECRET, USERS, Office
from tests.processes import PATIENCE


def cookie(office: Office, subject: str, secret: str = SECRET, **claims: Any) -> str:
    """The cookie that the sign-in library gives `subject`, signed by whoever knows the secret."""
    told = {
        "iss": office.issuer,
        "sub": subject,
        "nonce": secrets.token_hex(8),
        "email": subject,
        "email_verified": True,
        "iat": time.time(),
        "origin": office.address,
        "is_logged_in": True,
    }
    payload = json.dumps({**told, **claims})
    return f"_streamlit_user={create_signed_value(secret, '_streamlit_user', payload).decode()}"


class Wire:
    """One visit; `sent` is everything the server has sent, `session` continues an earlier one."""

    def __init__(
        self, office: Office, name: str = "", cookies: str = "", session: str = "", **headers: str
    ) -> None:
        self.office = office
        self.cookies = cookies or (cookie(office, USERS[name].subject) if name else "")
        self.xsrf = generate_xsrf_token_string()
        self.sent = bytearray()
        self.session = ""
        self.cookies = f"_streamlit_xsrf={self.xsrf}" + (
            f"; {self.cookies}" if self.cookies else ""
        )
        own = {"Origin": office.address, "Cookie": self.cookies, **headers}
        self._opening = connect(
            office.address.replace("http", "ws") + "/_stcore/stream",
            additional_headers={k: v for k, v in own.items() if k != "Origin"},
            origin=own["Origin"],  # type: ignore[arg-type]
            subprotocols=["streamlit", self.xsrf, *([session] if session else [])],  # type: ignore[list-item]
            max_size=None,
        )

    def run(self, page: str = "", query: str = "", opened: Iterable[str] = ()) -> list[ForwardMsg]:
        """Run a page with the popovers in `opened` open; return what came until its end."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        message.rerun_script.context_info.timezone = "Asia/Ho_Chi_Minh"
        message.rerun_script.context_info.locale = "vi-VN"
        for popover in opened:
            message.rerun_script.widget_states.widgets.add(id=popover, bool_value=True)
        return self.ask(message, "script_finished")

    def click(self, file_id: str) -> str:
        """Asks for the file of a button; the link to it, or nothing when it was refused."""
        message = BackMsg()
        message.backend_operation_request.request_id = file_id
        message.backend_operation_request.session_id = self.session
        message.backend_operation_request.deferred_file.file_id = file_id
        return self.ask(message, "backend_operation_response")[
            -1
        ].backend_operation_response.deferred_file.url

    def ask(self, message: BackMsg, until: str) -> list[ForwardMsg]:
        """What comes for a message, up to the first answer of the kind `until`."""
        self.socket.send(message.SerializeToString())
        found = []
        while True:
            data = self.socket.recv(PATIENCE)
            assert isinstance(data, bytes)
            self.sent += data
            got = ForwardMsg.FromString(data)
            if got.WhichOneof("type") == "new_session":
                self.session = got.new_session.initialize.session_id or self.session
            found.append(got)
            if got.WhichOneof("type") == until:
                return found

    def words(self, page: str = "", query: str = "") -> str:
        """Every text of a page, with plain blanks."""
        return "\n".join(texts(m) for m in self.run(page, query)).replace("\xa0", " ")

    def fetch(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """Status and body of one request with this reader's cookies."""
        own = {"Cookie": self.cookies, "X-Xsrftoken": self.xsrf, **headers}
        return fetch(self.office.address + path, method, body, **own)

    def __enter__(self) -> "Wire":
        self.socket: ClientConnection = self._opening.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._opening.__exit__(*error)


def texts(message: ForwardMsg) -> str:
    """The words of one message."""
    element = message.delta.new_element
    return " ".join(
        (element.markdown.body, element.heading.body, element.alert.body, element.metric.body)
    )


def fetch(
    address: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, bytes]:
    request = Request(address, data=body, method=method, headers=headers)
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()
