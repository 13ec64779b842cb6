"""A connection whose head does not come to its end is closed."""

import socket
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import uvicorn

from dashboard.middleware import request_timer
from pipelines.privacy.sign_in import SERVING
from tests.processes import PATIENCE


async def answer(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_half_a_head_is_given_up(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_timer, "HEAD_SECONDS", 0.2)
    options = {**SERVING, "lifespan": "off", "log_level": "critical"}
    server = uvicorn.Server(uvicorn.Config(answer, **options))

    def ask(port: int) -> tuple[bytes, bytes]:
        address = ("127.0.0.1", port)
        with socket.create_connection(address, PATIENCE) as whole:
            whole.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            first = whole.recv(12)
        with socket.create_connection(address, PATIENCE) as half:
            half.sendall(sent)
            return first, half.recv(100)

    async def run(listening: socket.socket) -> tuple[bytes, bytes]:
        async with anyio.create_task_group() as group:
            group.start_soon(server.serve, [listening])
            answers = await anyio.to_thread.run_sync(ask, listening.getsockname()[1])
            server.should_exit = True
        return answers

    # NOTE: a browser of another test keeps a loop of its own in this thread.
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:
        answers = thread.submit(anyio.run, run, listening).result()
    assert answers == (b"HTTP/1.1 204", b"")
