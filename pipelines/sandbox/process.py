"""One limited worker process and the channel to it.

NOTE: the worker is a program of its own, neither forked (deadlocks after Polars) nor started by
multiprocessing, whose spawn runs the parent's main module again and with it Polars and DuckDB.
"""

import os
import signal
import socket
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from pipelines.sandbox import limits
from pipelines.sandbox.channel import Channel, Listener
from pipelines.sandbox.watchdog import Watchdog
from pipelines.settings import PROJECT, REFERENCE_VARIABLE

#: The parent waits this much longer than the worker may compute: a sleeping worker is stuck too.
GRACE_SECONDS = 5
#: Variables a worker needs to read the same definitions as we do, and Windows to open a socket.
PASSED_ON = ("CAUNOI_CATALOG", REFERENCE_VARIABLE, "SYSTEMROOT")
#: Does the system hand an open socket to a process that it starts?
INHERITS_SOCKETS = hasattr(os, "fork")
_PROGRAM = (
    "import sys; from importlib import import_module; "
    "from pipelines.sandbox.channel import find_descriptor; "
    "import_module(sys.argv[1]).main(find_descriptor(sys.argv[2]))"
)


class SandboxProcess:
    """Runs `main(descriptor)` of the module `worker`; ends with its `with` block.

    `memory_bytes`: what it may hold, also where it cannot limit itself. Raises EOFError when the
    process does not start.
    """

    def __init__(self, worker: str, memory_bytes: int) -> None:
        if INHERITS_SOCKETS:
            self._start_with_socket(worker)
        else:
            self._start_and_listen(worker)
        self._watchdog = None if limits.IS_ENFORCED else Watchdog(self.pid, memory_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def allow_cpu(self, seconds: int) -> None:
        """Allow so many more seconds of computing where the worker cannot limit itself."""
        if self._watchdog:
            self._watchdog.allow_cpu(seconds)

    def stop(self) -> None:
        """End the process and the channel to it."""
        self.channel.close()
        if self._watchdog:
            self._watchdog.stop()
        self._process.kill()
        self._process.wait()

    @property
    def used_up_cpu(self) -> bool:
        """Has the process been ended because it has computed for too long?"""
        if self._watchdog and self._watchdog.used_up_cpu:
            return True
        number = getattr(signal, "SIGXCPU", None)
        return number is not None and self._process.poll() == -int(number)

    @property
    def pid(self) -> int:
        return self._process.pid

    def _start_with_socket(self, worker: str) -> None:
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        with theirs:
            number = theirs.fileno()
            self._process = _start(
                worker,
                f"open:{number}",
                subprocess.DEVNULL,
                pass_fds=[number],
                start_new_session=True,
            )

    def _start_and_listen(self, worker: str) -> None:
        listener = Listener()
        self._process = _start(worker, f"port:{listener.port}", subprocess.PIPE)
        assert self._process.stdin is not None
        try:
            with self._process.stdin as told:
                told.write(listener.token)
            self.channel = listener.accept(self._process)
        except (OSError, EOFError):
            self._process.kill()
            self._process.wait()
            raise EOFError("the worker did not start") from None


def _start(worker: str, address: str, stdin: int, **options: Any) -> subprocess.Popen[bytes]:
    """Start the program of a worker that finds its channel by `address`."""
    # NOTE: an environment of a few words: what is secret in ours is not in the worker.
    clean = {"PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"}
    clean |= {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM, worker, address],
        # NOTE: what a reader of files says when it fails may hold what stands in the file.
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=clean,
        **options,
    )
