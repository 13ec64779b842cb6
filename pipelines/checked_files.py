"""Which definition files a home has already seen checked, by the hash of their bytes.

A check imports pydantic and costs 0.3 s; a file that has not changed is not checked again.
"""

import contextlib
import os
from pathlib import Path

from pipelines.operating_system import WRITING

FOLDER = "checked"


def is_checked(home: Path, name: str, digest: str) -> bool:
    """Return True when the file `name` with this hash has been checked for this home."""
    try:
        return (home / FOLDER / name).read_text(encoding="ascii") == digest
    except (OSError, ValueError):
        return False


def remember_check(home: Path, name: str, digest: str) -> None:
    """Note that the file `name` with this hash is right; a home nobody may write to forgets it."""
    if not home.is_dir():
        return
    note = home / FOLDER / name
    with contextlib.suppress(OSError):
        note.parent.mkdir(mode=0o700, exist_ok=True)
        # NOTE: half a hash agrees with no file, so a write that is cut short only costs a check.
        descriptor = os.open(note, WRITING | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(digest)
