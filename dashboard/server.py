"""Build the ASGI app: Streamlit's pages behind the guard, with security headers and compression.

`caunoi serve` runs it by name under uvicorn. Settings stand in .streamlit/config.toml: STREAMLIT_*
variables are not read here.
"""

import asyncio
import base64
import gc
import hashlib
import os
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from streamlit.starlette import App

from dashboard import incident_log, url_state
from dashboard.auth import access
from dashboard.auth.identity import UNNAMED
from dashboard.middleware.access_guard import AccessGuard, add_headers
from dashboard.middleware.html_shell import HtmlShell
from dashboard.middleware.sign_in_routes import SignInRoutes
from dashboard.queries import boundaries
from dashboard.streamlit_adapter import (
    INDEX_PAGE,
    TRUSTED_NAME,
    require_pkce,
    set_server_option,
    share_closed_pages,
)
from pipelines import settings
from pipelines.present.i18n import translate_markdown
from pipelines.privacy.sign_in import load_sign_in
from pipelines.settings import PROJECT

# NOTE: Streamlit looks for .streamlit/config.toml in the working directory; without it theme and
# limits are gone.
if home := os.environ.get("CAUNOI_HOME"):
    os.environ["CAUNOI_HOME"] = str(Path(home).expanduser().resolve())
os.chdir(PROJECT)

incident_log.silence_libraries()
SETTINGS = settings.load_settings()
#: NOTE: raises before anything is served when the secrets of sign-in are weak, missing or readable
#: by others.
ENTRANCE = load_sign_in(SETTINGS)
set_server_option("server.allowedHosts", list(dict.fromkeys(ENTRANCE.hosts)))
set_server_option("server.maxUploadSize", max(1, SETTINGS.access.upload_bytes // settings.MEGABYTE))
if ENTRANCE.way == "header":
    # NOTE: without it every session is the same nobody to Streamlit, and goes on for whoever
    # sends its id.
    set_server_option("server.trustedUserHeaders", {SETTINGS.access.header: TRUSTED_NAME})
require_pkce()
if ENTRANCE.secrets:
    set_server_option("secrets.files", [str(ENTRANCE.secrets)])
#: Pages of one person that a browser may come back to after its connection broke.
CLOSED_PAGES = 10
APP = Path(__file__).with_name("app.py")


def content_policy() -> bytes:
    """Return what a page may load and run: its own files, and Streamlit's own inline scripts."""
    inline = re.findall(rb"<script>(.*?)</script>", INDEX_PAGE.read_bytes(), re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text).digest()) for text in inline]
    hashes = b" ".join(b"'sha256-%s'" % digest for digest in digests)
    return (
        b"default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
        b"style-src 'self' 'unsafe-inline'; script-src 'self' %s 'wasm-unsafe-eval'; "
        b"worker-src 'self' blob:; connect-src 'self'; form-action 'self'; "
        b"frame-ancestors 'none'; object-src 'none'; base-uri 'none'" % hashes
    )


#: What browsers offer to pages and no page of ours asks for. Copying a link to the clipboard stays.
UNUSED_FEATURES = (
    b"accelerometer",
    b"autoplay",
    b"camera",
    b"clipboard-read",
    b"display-capture",
    b"encrypted-media",
    b"geolocation",
    b"gyroscope",
    b"hid",
    b"idle-detection",
    b"local-fonts",
    b"magnetometer",
    b"microphone",
    b"midi",
    b"payment",
    b"publickey-credentials-get",
    b"screen-wake-lock",
    b"serial",
    b"usb",
    b"xr-spatial-tracking",
)
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b", ".join(b"%s=()" % feature for feature in UNUSED_FEATURES),
    b"content-security-policy": content_policy(),
}


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[dict[str, Any]]:
    """Load what pages need before the first reader comes, then freeze it for the collector.

    Files made on a click and rows of tables have threads of their own number: Python's is four more
    than there are cores.

    NOTE: without the freeze every rerun ends with a full collection of 70 ms.
    """
    # NOTE: once more: Streamlit has set up its own loggers meanwhile.
    incident_log.silence_libraries()
    workers = ThreadPoolExecutor(access.SERVER_THREADS, "worker")
    asyncio.get_running_loop().set_default_executor(workers)
    if ENTRANCE.way != "loopback":
        share_closed_pages(CLOSED_PAGES)
    for module in sorted(APP.parent.glob("components/*.py")):
        import_module(f"dashboard.components.{module.stem}")
    gc.collect()
    gc.freeze()
    yield {}


def answer_failure(error: Exception) -> bool:
    """Show a sentence with a code that leads to the log, in place of a technical page."""
    code = incident_log.log_incident(error)
    st.error(translate_markdown("error.page", url_state.read_language(), code=code))
    return True


app = App(
    APP,
    on_script_error=answer_failure,
    routes=boundaries.ROUTES,
    middleware=[
        Middleware(add_headers(HEADERS, ENTRANCE.https)),
        Middleware(incident_log.AnswerErrors),
        Middleware(AccessGuard, settings=SETTINGS, entrance=ENTRANCE),
        Middleware(SignInRoutes, settings=SETTINGS, entrance=ENTRANCE),
        Middleware(GZipMiddleware, minimum_size=1000),
        Middleware(HtmlShell, names_browsers=ENTRANCE.way in UNNAMED),
    ],
    lifespan=lifespan,
)
