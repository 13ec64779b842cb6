"""Our faults: an error in, a code for the reader and a line for the log out; values and names of people in neither."""

import logging
import secrets
import traceback
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.catalog import LANGUAGES
from pipelines.present.i18n import translate

LOG = logging.getLogger("caunoi.dashboard")


def log_incident(error: BaseException) -> str:
    """Six letters that lead from the reader's page to the place in the log; the error's own text is left out."""
    found = secrets.token_hex(3).upper()
    LOG.error("%s %s", found, traceback_without_values(error))
    return found


def traceback_without_values(error: BaseException | None) -> str:
    """What kind of error and where, through the whole chain, without any of the values in its text."""
    if error is None:
        return ""
    before = traceback_without_values(
        error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    )
    return f"{before}{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


class AnswerErrors:
    """What fell before there was an answer is answered with its code and goes no further; no page, no file, no visit.

    NOTE: a handshake is refused in the same words; an answer that has begun can only be broken off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        except Exception as error:
            if begun:
                raise
            await _error_response(error)(scope, receive, send)


def _error_response(error: Exception) -> PlainTextResponse:
    """The sentence of a page that fell, in every language: who asks for a file has chosen none."""
    found = log_incident(error)
    return PlainTextResponse(
        "\n".join(translate("error.page", each, code=found) for each in LANGUAGES), 500
    )


def silence_libraries() -> None:
    """From now on no library writes an error's text into the log, nor whole addresses: they hold what people asked."""
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    made = logging.getLogRecordFactory()
    if getattr(made, "is_quiet", False):
        return

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        line = made(*args, **kwargs)
        if line.exc_info:
            line.exc_text, line.exc_info = traceback_without_values(line.exc_info[1]), None
        if isinstance(line.args, tuple):
            line.args = tuple(
                type(a).__name__ if isinstance(a, BaseException) else a for a in line.args
            )
        return line

    record.is_quiet = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record)
