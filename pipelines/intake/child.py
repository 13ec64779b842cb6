"""Judge files in a limited child process; a child that is killed or answers nonsense costs one file."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from pipelines.intake.answers import decode_answer
from pipelines.intake.issues import Issue, issue
from pipelines.intake.returns import Return
from pipelines.intake.worker import Answer, Task, encode_name
from pipelines.sandbox import MalformedMessage, SandboxProcess, decode, encode
from pipelines.sandbox.process import GRACE_SECONDS
from pipelines.settings import MEGABYTE, Settings

UNDERSTAND = "pipelines.intake.forms:understand"
WORKER = "pipelines.intake.worker"
START_SECONDS = 60
#: A district's book with every cell filled answers with about one megabyte.
ANSWER_BYTES = 32 * MEGABYTE

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


class Child(SandboxProcess):
    """One worker process that judges files."""

    def __init__(self, task: Task) -> None:
        super().__init__(WORKER)
        self._seconds = task.settings.limits.child_seconds + GRACE_SECONDS
        try:
            self.channel.send(encode(task, Task))
            #: Modules the child should not have and has.
            self.unwanted = decode(self.channel.receive(ANSWER_BYTES, START_SECONDS), list[str])
        except BaseException:
            self.stop()
            raise

    def ask(self, name: str, data: bytes) -> Answer | None:
        """The child's answer; None when it died, took too long or sent something else than an answer."""
        try:
            self.channel.send(encode_name(name), self._seconds)
            self.channel.send(data, self._seconds)
            return decode_answer(self.channel.receive(ANSWER_BYTES, self._seconds))
        except (EOFError, OSError, MalformedMessage):
            return None
