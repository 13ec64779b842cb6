"""Log errors of our own under a code that the reader is shown.

Neither the reader's sentence nor the log holds values or names of people.
"""

import logging
import secrets
import traceback
from collections.abc import Callable
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.catalog import LANGUAGES
from pipelines.present.i18n import translate

LOG = logging.getLogger("caunoi.dashboard")


def log_incident(error: BaseException) -> str:
    """Log an error without its text; return six letters that lead from the page to the log."""
    code = secrets.token_hex(3).upper()
    LOG.error("%s %s", code, traceback_without_values(error))
    return code


def traceback_without_values(error: BaseException | None) -> str:
    """Return the kinds and places of an error and its causes, without the text of any of them."""
    if error is None:
        return ""
    cause = error.__cause__
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
    places = "".join(traceback.format_tb(error.__traceback__))
    return f"{traceback_without_values(cause)}{type(error).__name__}\n{places}"


class AnswerErrors:
    """Answer an error that comes before any answer with its code, and let it go no further.

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
    """Log an error and return its sentence in every language: a file is asked for in none."""
    code = log_incident(error)
    sentences = [translate("error.page", language, code=code) for language in LANGUAGES]
    return PlainTextResponse("\n".join(sentences), 500)


class QuietRecordFactory:
    """Make log records that hold neither the text of an error nor its values."""

    def __init__(self, make_record: Callable[..., logging.LogRecord]) -> None:
        self.make_record = make_record

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self.make_record(*args, **kwargs)
        if record.exc_info:
            record.exc_text = traceback_without_values(record.exc_info[1])
            record.exc_info = None
        if isinstance(record.args, tuple):
            record.args = tuple(map(_hide_error_text, record.args))
        return record


def _hide_error_text(value: object) -> object:
    """Return the kind of an error in place of it, and anything else as it is."""
    return type(value).__name__ if isinstance(value, BaseException) else value


def silence_libraries() -> None:
    """Keep the texts of errors and whole addresses out of the log, whoever writes into it.

    Both hold what people asked for. Calling it again changes nothing.
    """
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, QuietRecordFactory):
        logging.setLogRecordFactory(QuietRecordFactory(factory))
