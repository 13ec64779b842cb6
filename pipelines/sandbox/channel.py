"""Frames of bytes over a socket: eight bytes of length, then the content."""

import hmac
import secrets
import socket
import struct
import subprocess
import sys
import time

#: The largest frame when the receiver trusts the sender.
ANY_SIZE = 2**62
_LENGTH = struct.Struct(">Q")
_CHUNK = 256 * 1024
LOOPBACK = "127.0.0.1"
TOKEN_BYTES = 32
#: Seconds a worker may take to start, and a stranger to say the token.
START_SECONDS, TOKEN_SECONDS = 60.0, 5.0


class OversizedFrame(OSError):
    """The sender announced more bytes than the receiver takes."""


class Channel:
    """One end of a pair of sockets."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end

    @classmethod
    def from_descriptor(cls, descriptor: int) -> "Channel":
        """Return the end that was handed to this process as an open file."""
        return cls(socket.socket(fileno=descriptor))

    def close(self) -> None:
        self._socket.close()

    def send(self, content: bytes, seconds: float | None = None) -> None:
        """Send one frame; raises TimeoutError when the other side does not take it in time."""
        self._socket.settimeout(seconds)
        self._socket.sendall(_LENGTH.pack(len(content)))
        self._socket.sendall(content)

    def receive(self, limit: int = ANY_SIZE, seconds: float | None = None) -> bytes:
        """Return the next frame, whole.

        Raises EOFError when the other side is gone, TimeoutError when the frame is not whole after
        `seconds`, OversizedFrame when it is announced with more than `limit` bytes.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        (size,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        if size > limit:
            raise OversizedFrame(f"a frame of {size} bytes")
        return self._read(size, deadline)

    def _read(self, size: int, deadline: float | None) -> bytes:
        """Return exactly `size` bytes; raises EOFError when the other side is gone."""
        content = bytearray()
        while len(content) < size:
            self._socket.settimeout(_seconds_left(deadline))
            missing = size - len(content)
            piece = self._socket.recv(min(missing, _CHUNK))
            if not piece:
                raise EOFError
            content += piece
        return bytes(content)


def _seconds_left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class Listener:
    """A door of this machine for one worker, where a system hands no open socket to a process.

    Other users of the machine can knock: only who knows the token comes in.
    """

    def __init__(self) -> None:
        self._socket = socket.create_server((LOOPBACK, 0), backlog=1)
        self.port: int = self._socket.getsockname()[1]
        #: What the worker is told where nobody else can read it.
        self.token = secrets.token_bytes(TOKEN_BYTES)

    def accept(self, worker: "subprocess.Popen[bytes]") -> Channel:
        """Return the channel to the worker; raises EOFError when it does not come."""
        give_up = time.monotonic() + START_SECONDS
        self._socket.settimeout(1)
        with self._socket:
            while worker.poll() is None and time.monotonic() < give_up:
                try:
                    end, _ = self._socket.accept()
                except TimeoutError:
                    continue
                if self._knows_token(end):
                    return Channel(end)
                end.close()
        raise EOFError("the worker did not come")

    def _knows_token(self, end: socket.socket) -> bool:
        try:
            told = Channel(end).receive(TOKEN_BYTES, TOKEN_SECONDS)
        except (OSError, EOFError):
            return False
        return hmac.compare_digest(told, self.token)


def find_descriptor(address: str) -> int:
    """Return a worker's end: a descriptor it has inherited, or a connection that it makes.

    `address` is `open:3`, or `port:50000` with the token on stdin.
    """
    kind, _, number = address.partition(":")
    if kind == "open":
        return int(number)
    token = sys.stdin.buffer.read(TOKEN_BYTES)
    end = socket.create_connection((LOOPBACK, int(number)))
    Channel(end).send(token)
    return end.detach()
