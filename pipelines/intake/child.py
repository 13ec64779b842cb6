"""Names and bytes of files in, what a limited child process made of each out; a killed child costs one file.

NOTE: the child is a program of its own, neither forked (deadlocks after Polars) nor started by multiprocessing, whose
spawn runs the parent's main module again and with it Polars and DuckDB.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from multiprocessing import Pipe
from types import TracebackType
from typing import Any

from pipelines.intake.issues import Issue, issue
from pipelines.intake.returns import Return
from pipelines.intake.worker import Answer, Task
from pipelines.settings import PROJECT, Settings

UNDERSTAND = "pipelines.intake.forms:understand"
#: The parent waits this much longer than the child may compute: a sleeping child is stuck too.
GRACE_SECONDS = 5
START_SECONDS = 60

#: NOTE: run as a module, the worker's classes would be pickled under the name __main__.
_PROGRAM = "import sys; from pipelines.intake.worker import main; main(int(sys.argv[1]))"

File = tuple[str, bytes]


@dataclass(frozen=True)
class Judged:
    """One file, judged and understood."""

    name: str
    file_sha256: str
    #: None when the file may not be kept: it holds personal data.
    data: bytes | None
    ret: Return | None
    #: What gate and reader found; the issues of the form stand in `ret`.
    issues: list[Issue] = field(default_factory=list)
    #: True when nothing of the file may be taken.
    refused: bool = False


def judge_files(
    items: Iterable[File],
    settings: Settings,
    understand: str = UNDERSTAND,
    today: date | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Iterator[Judged]:
    """Judge files in order, one result each; never raises for what a file holds.

    `understand` names `module:function(book, places, today, aliases) -> Return`, imported in the child. A file that
    takes too long or too much memory gets F015, its child is replaced and the rest goes on.
    The next file is asked for when the one before it is judged.
    """
    task = Task(settings, understand, today or date.today(), aliases or {})
    waiting = iter(items)
    for first in waiting:
        with Child(task) as child:
            for name, data in chain([first], islice(waiting, settings.limits.files_per_child - 1)):
                answer = child.ask(name, data)
                yield _judged(name, data, answer or Answer(None, [issue("F015")], True))
                if answer is None:
                    break


def _judged(name: str, data: bytes, answer: Answer) -> Judged:
    kept = None if any(one.discards for one in answer.issues) else data
    return Judged(name, hashlib.sha256(data).hexdigest(), kept, answer.ret, answer.issues, answer.refused)


class Child:
    """One worker process and the pipe to it."""

    def __init__(self, task: Task) -> None:
        self._seconds = task.settings.limits.child_seconds + GRACE_SECONDS
        self._pipe, theirs = Pipe()
        command = [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno())]
        # NOTE: an environment of two words: what is secret in ours is not in the child.
        clean = {"PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1"}
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
        self._pipe.send(task)
        #: Modules the child should not have and has.
        self.unwanted: list[str] = self._receive(START_SECONDS)

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, name: str, data: bytes) -> Answer | None:
        """The child's answer, None when it died or took too long."""
        try:
            self._pipe.send((name, data))
            answer: Answer = self._receive(self._seconds)
        except (EOFError, OSError, TimeoutError):
            return None
        return answer

    def _receive(self, seconds: float) -> Any:
        if not self._pipe.poll(seconds):
            raise TimeoutError
        return self._pipe.recv()
