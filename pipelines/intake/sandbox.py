"""Judge files in a limited child process; a child that is killed or answers nonsense costs one file."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.model import Return
from pipelines.intake.sandbox_answers import decode_answer
from pipelines.intake.sandbox_worker import SandboxTask, WorkerReply, encode_name
from pipelines.sandbox import MalformedMessage, SandboxProcess, decode, encode
from pipelines.sandbox.process import GRACE_SECONDS
from pipelines.settings import MEGABYTE, Settings

RETURN_PARSER = "pipelines.intake.parsing:parse_return"
WORKER = "pipelines.intake.sandbox_worker"
START_SECONDS = 60
#: A district's book with every cell filled answers with about one megabyte.
ANSWER_BYTES = 32 * MEGABYTE

NamedFile = tuple[str, bytes]


@dataclass(frozen=True)
class ParsedFile:
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


def parse_files(
    items: Iterable[NamedFile],
    settings: Settings,
    parser: str = RETURN_PARSER,
    today: date | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Iterator[ParsedFile]:
    """Judge files in order, one result each; never raises for what a file holds.

    `understand` names `module:function(book, places, today, aliases) -> Return`, imported in the child. A file that
    takes too long or too much memory gets F015, its child is replaced and the rest goes on.
    The next file is asked for when the one before it is judged.
    """
    task = SandboxTask(settings, parser, today or date.today(), aliases or {})
    waiting = iter(items)
    for first in waiting:
        with IntakeSandbox(task) as child:
            for name, data in chain([first], islice(waiting, settings.limits.files_per_child - 1)):
                answer = child.request_parse(name, data)
                yield _build_parsed_file(
                    name, data, answer or WorkerReply(None, [make_issue("F015")], True)
                )
                if answer is None:
                    break


def _build_parsed_file(name: str, data: bytes, reply: WorkerReply) -> ParsedFile:
    kept = None if any(one.discards for one in reply.issues) else data
    return ParsedFile(
        name, hashlib.sha256(data).hexdigest(), kept, reply.ret, reply.issues, reply.refused
    )


class IntakeSandbox(SandboxProcess):
    """One worker process that judges files."""

    def __init__(self, task: SandboxTask) -> None:
        super().__init__(WORKER)
        self._seconds = task.settings.limits.child_seconds + GRACE_SECONDS
        try:
            self.channel.send(encode(task, SandboxTask))
            #: Modules the child should not have and has.
            self.unwanted = decode(self.channel.receive(ANSWER_BYTES, START_SECONDS), list[str])
        except BaseException:
            self.stop()
            raise

    def request_parse(self, name: str, data: bytes) -> WorkerReply | None:
        """The child's answer; None when it died, took too long or sent something else than an answer."""
        try:
            self.channel.send(encode_name(name), self._seconds)
            self.channel.send(data, self._seconds)
            return decode_answer(self.channel.receive(ANSWER_BYTES, self._seconds))
        except (EOFError, OSError, MalformedMessage):
            return None
