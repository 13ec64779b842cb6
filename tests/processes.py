"""Programs that run beside a test: a free port, a start, a first answer, and an end in any case."""

import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

Answer = TypeVar("Answer")

#: Seconds after which something hangs. Nothing is measured by it: a machine may have other work.
PATIENCE = 180
#: Ports below those the system gives to outgoing connections, which could take one in between.
PORTS = range(15_000, 32_000)


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def run_process(
    command: Sequence[str], log: Path = Path("/dev/null"), **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program that writes to `log`, and end it with the block."""
    with log.open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told, **options)
    try:
        yield process
    finally:
        end_process(process)


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and kill it when it does not."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def await_answer(process: subprocess.Popen[bytes], ask: Callable[[], Answer]) -> Answer:
    """Return the first answer of a server that starts; raise what it said when it ended instead."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise
            time.sleep(0.1)
