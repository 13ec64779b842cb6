"""Ends a worker that computes or holds more than it may, where the system itself does not.

Linux has limits that the kernel enforces (limits.py). On Windows and macOS a thread of the parent
looks at the worker ten times a second. The promises are those of Linux, a tenth of a second late:
computing, memory, and (by the channel's deadlines) waiting. Open files and the size of written ones
are not limited there.
"""

from threading import Event, Thread
from typing import Any

#: Seconds between two looks.
PAUSE_SECONDS = 0.1


class Watchdog:
    """Watches one process and those it has started until `stop` is called."""

    def __init__(self, pid: int, memory_bytes: int) -> None:
        """Begin to watch: `memory_bytes` is what the process may hold; raises nothing."""
        # Installed where it is needed.
        import psutil

        self._psutil: Any = psutil
        self._memory_bytes = memory_bytes
        self._cpu_end: float | None = None
        #: Was the process ended because it had computed for too long?
        self.used_up_cpu = False
        self._is_over = Event()
        self._root: Any = None
        try:
            self._root = psutil.Process(pid)
        except psutil.NoSuchProcess:
            return
        Thread(target=self._watch, daemon=True).start()

    def allow_cpu(self, seconds: int) -> None:
        """Allow so many more seconds of computing, all processes together."""
        spent, _ = self._measure()
        self._cpu_end = spent + seconds

    def stop(self) -> None:
        """End the process with all it has started, and the watch."""
        self._is_over.set()
        for process in self._list_processes():
            try:
                process.kill()
            except self._psutil.Error:
                continue

    def _watch(self) -> None:
        while not self._is_over.wait(PAUSE_SECONDS):
            spent, held = self._measure()
            self.used_up_cpu = self._cpu_end is not None and spent > self._cpu_end
            if self.used_up_cpu or held > self._memory_bytes:
                self.stop()

    def _measure(self) -> tuple[float, int]:
        """Return the CPU seconds and the bytes of the process and those it has started."""
        spent, held = 0.0, 0
        for process in self._list_processes():
            try:
                times, memory = process.cpu_times(), process.memory_info()
            except self._psutil.Error:
                continue
            spent += times.user + times.system
            # Windows counts what is kept for a process alone, elsewhere it is what lies in memory.
            held += getattr(memory, "private", memory.rss)
        return spent, held

    def _list_processes(self) -> list[Any]:
        """Return the process and its descendants: Python in a venv of Windows starts another."""
        try:
            return [*self._root.children(recursive=True), self._root] if self._root else []
        except self._psutil.Error:
            return []
