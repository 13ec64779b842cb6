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
from typing import Self

from pipelines.sandbox.channel import Channel
from pipelines.settings import PROJECT, REFERENCE_VARIABLE

#: The parent waits this much longer than the worker may compute: a sleeping worker is stuck too.
GRACE_SECONDS = 5
#: Variables a worker needs to read the same definitions as we do.
PASSED_ON = ("CAUNOI_CATALOG", REFERENCE_VARIABLE)
_PROGRAM = (
    "import sys; from importlib import import_module; "
    "import_module(sys.argv[1]).main(int(sys.argv[2]))"
)


class SandboxProcess:
    """Runs `main(descriptor)` of the module `worker`; ends with its `with` block."""

    def __init__(self, worker: str) -> None:
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        command = [sys.executable, "-P", "-c", _PROGRAM, worker, str(theirs.fileno())]
        # NOTE: an environment of a few words: what is secret in ours is not in the worker.
        clean = {"PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"}
        clean |= {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno()],
            # NOTE: what a reader of files says when it fails may hold what stands in the file.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean,
            start_new_session=True,
        )
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process and the channel to it."""
        self.channel.close()
        self._process.kill()
        self._process.wait()

    @property
    def used_up_cpu(self) -> bool:
        """Has the kernel ended the process because it has computed for too long?"""
        return self._process.poll() == -signal.SIGXCPU

    @property
    def pid(self) -> int:
        return self._process.pid
