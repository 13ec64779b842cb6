"""A worker is limited and knows no secret; the parent waits for no worker longer than it says."""

import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.sandbox import Channel, OversizedFrame, SandboxProcess, limits, process
from pipelines.sandbox.channel import Listener
from pipelines.sandbox.limits import set_resource_limits
from pipelines.settings import MEGABYTE

#: Each test starts programs or makes builds.
pytestmark = pytest.mark.slow

ROOM = 512 * MEGABYTE
HERE = "tests.sandbox.test_process"


def main(descriptor: int) -> None:
    """Do as the first frame says, as a worker that somebody else has taken over."""
    channel = Channel.from_descriptor(descriptor)
    act: Callable[[int, Channel], None] = globals()[channel.receive().decode()]
    act(descriptor, channel)


def echo(descriptor: int, channel: Channel) -> None:
    set_resource_limits(ROOM)
    channel.send(channel.receive())
    channel.receive()


def announce_much(descriptor: int, channel: Channel) -> None:
    os.write(descriptor, (2**40).to_bytes(8, "big"))
    time.sleep(60)


def stop_half_way(descriptor: int, channel: Channel) -> None:
    os.write(descriptor, (10).to_bytes(8, "big") + b"five!")
    time.sleep(60)


def read_nothing(descriptor: int, channel: Channel) -> None:
    time.sleep(60)


def burn(descriptor: int, channel: Channel) -> None:
    while True:
        pass


def hoard(descriptor: int, channel: Channel) -> None:
    held = b"x" * 2 * ROOM
    channel.receive()
    channel.send(held)


def hang_up(descriptor: int, channel: Channel) -> None:
    os.write(descriptor, (10).to_bytes(8, "big") + pickle.dumps(0)[:4])


def test_a_frame_comes_back_as_it_went() -> None:
    with SandboxProcess(HERE, ROOM) as worker:
        for frame in (b"echo", b"\x00" * MEGABYTE):
            worker.channel.send(frame)
        assert worker.channel.receive(MEGABYTE, 60) == b"\x00" * MEGABYTE


def test_a_worker_is_limited_and_has_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUNOI_SECRET", "x")
    with SandboxProcess(HERE, ROOM) as worker:
        for frame in (b"echo", b""):
            worker.channel.send(frame)
        worker.channel.receive(0, 60)
        assert b"CAUNOI_SECRET" not in Path(f"/proc/{worker.pid}/environ").read_bytes()
        limits = Path(f"/proc/{worker.pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
    assert rows["Max address space"] == [str(ROOM)] * 2
    assert rows["Max core file size"] == ["0", "0"]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        ("announce_much", OversizedFrame),
        ("stop_half_way", TimeoutError),
        ("read_nothing", TimeoutError),
        ("hang_up", EOFError),
    ],
)
def test_what_is_no_whole_frame_in_time_is_an_error(act: str, error: type[Exception]) -> None:
    with SandboxProcess(HERE, ROOM) as worker:
        worker.channel.send(act.encode())
        with pytest.raises(error):
            worker.channel.receive(MEGABYTE, 3 if error is TimeoutError else 60)


def test_a_worker_that_reads_nothing_does_not_hold_the_parent() -> None:
    with SandboxProcess(HERE, ROOM) as worker:
        worker.channel.send(b"read_nothing")
        with pytest.raises(TimeoutError):
            worker.channel.send(b"\x00" * 16 * MEGABYTE, 1)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that hands no socket to a process and limits none, as Windows is."""
    monkeypatch.setattr(process, "INHERITS_SOCKETS", False)
    monkeypatch.setattr(limits, "IS_ENFORCED", False)


@pytest.mark.usefixtures("elsewhere")
def test_a_worker_that_inherits_nothing_comes_back_to_its_parent() -> None:
    with SandboxProcess(HERE, ROOM) as worker:
        for frame in (b"echo", b"\x00" * MEGABYTE):
            worker.channel.send(frame)
        assert worker.channel.receive(MEGABYTE, 60) == b"\x00" * MEGABYTE


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(("act", "is_cpu"), [("burn", True), ("hoard", False)])
def test_a_worker_that_takes_too_much_is_ended_where_the_kernel_does_not(
    act: str, is_cpu: bool
) -> None:
    with SandboxProcess(HERE, ROOM) as worker:
        worker.channel.send(act.encode())
        worker.allow_cpu(1 if is_cpu else 60)
        with pytest.raises((EOFError, ConnectionError)):
            worker.channel.receive(MEGABYTE, 120)
        assert worker.used_up_cpu is is_cpu


@pytest.mark.usefixtures("elsewhere")
def test_a_worker_that_does_not_start_is_said_at_once() -> None:
    with pytest.raises(EOFError):
        SandboxProcess("tests.sandbox.no_such_worker", ROOM).stop()


def test_a_stranger_without_the_token_does_not_come_in() -> None:
    listener = Listener()
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with sleeper, socket.create_connection(("127.0.0.1", listener.port)) as stranger:
        Channel(stranger).send(b"?" * len(listener.token))
        with socket.create_connection(("127.0.0.1", listener.port)) as known:
            Channel(known).send(listener.token)
            channel = listener.accept(sleeper)
            Channel(known).send(b"here")
            assert channel.receive(10, 60) == b"here"
        assert stranger.recv(1) == b""
        channel.close()
        sleeper.kill()
