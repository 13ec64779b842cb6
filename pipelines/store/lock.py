"""One writer at a time: a lock file in, the only pen out, or StoreBusy after a while."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import StoreBusy
from pipelines.store.files import make_folder, open_private

WAIT_SECONDS = 30.0


@contextmanager
def locked(path: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock at `path`; raises StoreBusy (Y002) when another process or thread keeps it too long.

    The lock goes with the process that held it, however that ends.
    """
    make_folder(path.parent)
    with open_private(path) as handle:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise StoreBusy(f"another process holds {path.name}") from error
                time.sleep(0.05)
        yield
