"""The ASGI app: pages with security headers, compressed static files, closed metrics, a frozen collector.

`caunoi serve` runs it by name under uvicorn. Settings stand in .streamlit/config.toml: STREAMLIT_* variables are not
read here.
"""

import gc
import logging
import os
import secrets
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.starlette import App

from dashboard import filters
from pipelines.present.text import say
from pipelines.settings import PROJECT

# NOTE: Streamlit looks for .streamlit/config.toml where the process stands; without it look and limits are gone.
if home := os.environ.get("CAUNOI_HOME"):
    os.environ["CAUNOI_HOME"] = str(Path(home).expanduser().resolve())
os.chdir(PROJECT)

LOG = logging.getLogger("caunoi.dashboard")
APP = Path(__file__).with_name("app.py")
#: Never served: what an office's machine room needs, it reads from the machine.
CLOSED = ("/_stcore/metrics", "/_stcore/agent")
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"content-security-policy": (
        b"default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        b"script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; connect-src 'self' ws: wss:; "
        b"frame-ancestors 'none'; object-src 'none'; base-uri 'none'"
    ),
}


class Guard:
    """Adds the security headers to every answer and keeps machine pages closed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"].startswith(CLOSED):
            await PlainTextResponse("", 404)(scope, receive, self._with_headers(send, scope["path"]))
        else:
            await self.app(scope, receive, self._with_headers(send, scope["path"]))

    @staticmethod
    def _with_headers(send: Send, path: str) -> Send:
        # NOTE: file names of the bundle hold their hash, so those may be kept; pages with figures may not.
        kept = path.startswith("/static/")
        extra = list(HEADERS.items()) + ([] if kept else [(b"cache-control", b"no-store")])
        names = {name for name, _ in extra}

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(k, v) for k, v in message.get("headers", []) if k.lower() not in names]
                message = {**message, "headers": [*given, *extra]}
            await send(message)

        return sent


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[dict[str, Any]]:
    """Loads what pages need before the first reader comes, then takes it out of the collector's rounds.

    NOTE: without the freeze every rerun ends with a full collection of 70 ms.
    """
    for room in sorted(APP.parent.glob("cards/*.py")):
        import_module(f"dashboard.cards.{room.stem}")
    gc.collect()
    gc.freeze()
    yield {}


def failed(error: Exception) -> bool:
    """Instead of a technical page: a sentence with a code; the log holds the code and where it happened, no values."""
    code = secrets.token_hex(3).upper()
    where = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("%s %s\n%s", code, type(error).__name__, where)
    st.error(say("error.page", filters.language(), code=code))
    return True


app = App(
    APP,
    on_script_error=failed,
    middleware=[Middleware(Guard), Middleware(GZipMiddleware, minimum_size=1000)],
    lifespan=lifespan,
)
