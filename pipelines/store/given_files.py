"""Read a file that somebody names on a command line."""

import os
import stat
from pathlib import Path

from pipelines.errors import Refused
from pipelines.settings import MEGABYTE


def read_given_file(path: Path, limit: int, too_large: str = "file_too_large") -> bytes:
    """Return the content of a file of at most `limit` bytes.

    Raises Refused: file_missing for whatever is no file, such as a folder or a pipe, which would
    be waited for; the code `too_large` for one that is; PermissionError for one that is closed.
    """
    missing = Refused(f"no file {path}", code="file_missing", name=str(path))
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError:
        raise
    except OSError:
        raise missing from None
    try:
        content = _read_regular(descriptor, limit + 1)
    finally:
        os.close(descriptor)
    if content is None:
        raise missing
    if len(content) > limit:
        raise Refused("too large", code=too_large, name=path.name, limit=limit // MEGABYTE)
    return content


def _read_regular(descriptor: int, most: int) -> bytes | None:
    """Return at most so many bytes of an open file; None for what is no regular file."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return None
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(most)
