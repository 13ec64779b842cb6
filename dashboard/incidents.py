"""Our faults: an error in, a code for the reader and a line for the log out; values and names of people in neither."""

import logging
import secrets
import traceback
from typing import Any

LOG = logging.getLogger("caunoi.dashboard")


def code(error: BaseException) -> str:
    """Six letters that lead from the reader's page to the place in the log; the error's own text is left out."""
    found = secrets.token_hex(3).upper()
    LOG.error("%s %s", found, told(error))
    return found


def told(error: BaseException | None) -> str:
    """What kind of error and where, through the whole chain, without any of the values in its text."""
    if error is None:
        return ""
    before = told(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
    return f"{before}{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def quiet() -> None:
    """From now on no library writes an error's text into the log, nor whole addresses: they hold what people asked."""
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    made = logging.getLogRecordFactory()
    if getattr(made, "is_quiet", False):
        return

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        line = made(*args, **kwargs)
        if line.exc_info:
            line.exc_text, line.exc_info = told(line.exc_info[1]), None
        if isinstance(line.args, tuple):
            line.args = tuple(type(a).__name__ if isinstance(a, BaseException) else a for a in line.args)
        return line

    record.is_quiet = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(record)
