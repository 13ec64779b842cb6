"""Frames of bytes over a socket: eight bytes of length, then the content."""

import socket
import struct
import time

#: The largest frame when the receiver trusts the sender.
ANY_SIZE = 2**62
_LENGTH = struct.Struct(">Q")
_CHUNK = 256 * 1024


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
