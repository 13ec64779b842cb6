"""Close connections whose request head does not come to its end: whoever stalls holds nothing.

NOTE: uvicorn waits for a first request, and for the rest of one that has begun, for ever.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

#: Seconds in which a request's head must have come.
HEAD_SECONDS = 20.0


class TimedProtocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's protocol with a clock for every head."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        if self._is_between_requests():
            self._await_head()
        super().data_received(data)
        if not self._is_between_requests():
            self._stop_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _is_between_requests(self) -> bool:
        """True while no request is answered: the next head has not come, or not as a whole."""
        return self.cycle is None or self.cycle.response_complete

    def _await_head(self) -> None:
        """Start the clock; a head that comes drop by drop does not start it anew."""
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self._close_if_stalled)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close_if_stalled(self) -> None:
        self._timer = None
        # NOTE: an open page has taken the connection over.
        is_ours = self.transport.get_protocol() is self
        if is_ours and self._is_between_requests() and not self.transport.is_closing():
            self.transport.close()
