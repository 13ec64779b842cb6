"""Parse files in a limited process; one that is killed or answers nonsense costs one file."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from pipelines import catalog
from pipelines.errors import CatalogError
from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.model import Return
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
_UNIT = re.compile(r"[A-Za-z0-9-]{0,40}")
_PERIOD = re.compile(r"(?:[0-9]{4}-Q[1-4])?")


@dataclass(frozen=True)
class ParsedFile:
    """Hold what was read of one file."""

    name: str
    file_sha256: str
    #: None when the file may not be kept: it holds personal data.
    data: bytes | None
    ret: Return | None
    #: What gate and reader found; the issues of the form stand in `ret`.
    issues: list[Issue] = field(default_factory=list)
    #: True when nothing of the file may be taken.
    refused: bool = False


class ParsingSession:
    """Parse files one by one in a process that stays warm; ends it with its `with` block.

    A file that takes too long or too much memory gets F015 and its process is replaced; so is one
    that has parsed its share of files, or was told another task.
    """

    def __init__(self) -> None:
        self._task: SandboxTask | None = None
        self._process: IntakeSandbox | None = None
        self._parsed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def parse(self, name: str, data: bytes, task: SandboxTask) -> ParsedFile:
        """Parse one file; never raises for what it holds."""
        if task != self._task or self._parsed >= task.settings.limits.files_per_child:
            self._stop()
        if self._process is None:
            self._process, self._task, self._parsed = IntakeSandbox(task), task, 0
        self._process.allow_cpu(task.settings.limits.child_seconds)
        reply = self._process.request_parse(name, data)
        self._parsed += 1
        if reply is None:
            self._stop()
            reply = WorkerReply(None, [make_issue("F015")], True)
        return _build_parsed_file(name, data, reply)

    @property
    def pid(self) -> int:
        """Return the number of the process at work; 0 while there is none."""
        return self._process.pid if self._process else 0

    def _stop(self) -> None:
        if self._process is not None:
            self._process.stop()
        self._process = None


def parse_files(
    items: Iterable[NamedFile],
    settings: Settings,
    parser: str = RETURN_PARSER,
    today: date | None = None,
    aliases: Mapping[str, str] | None = None,
    session: ParsingSession | None = None,
) -> Iterator[ParsedFile]:
    """Parse files in order and yield one result each; never raises for what a file holds.

    `parser` names `module:function(book, places, today, aliases) -> Return`, imported in the
    process. The next file is asked for when the one before it is parsed. `session` keeps the
    process for the files of other calls; without it the process ends with the last file.
    """
    task = SandboxTask(settings, parser, today or settings.today(), aliases or {})
    with nullcontext(session) if session else ParsingSession() as parsing:
        for name, data in items:
            yield parsing.parse(name, data, task)


def _build_parsed_file(name: str, data: bytes, reply: WorkerReply) -> ParsedFile:
    may_be_kept = not any(issue.discards for issue in reply.issues)
    return ParsedFile(
        name,
        hashlib.sha256(data).hexdigest(),
        data if may_be_kept else None,
        reply.ret,
        reply.issues,
        reply.refused,
    )


class IntakeSandbox(SandboxProcess):
    """Run one worker process that parses files."""

    def __init__(self, task: SandboxTask) -> None:
        limits = task.settings.limits
        super().__init__(WORKER, limits.child_bytes)
        self._seconds = limits.child_seconds + GRACE_SECONDS
        try:
            self.channel.send(encode(task, SandboxTask))
            #: Modules the process should not have and has.
            self.unwanted = decode(self.channel.receive(ANSWER_BYTES, START_SECONDS), list[str])
        except BaseException:
            self.stop()
            raise

    def request_parse(self, name: str, data: bytes) -> WorkerReply | None:
        """Return the reply to one file; None when the process died, was late or sent no reply."""
        try:
            self.channel.send(encode_name(name), self._seconds)
            self.channel.send(data, self._seconds)
            return decode_answer(self.channel.receive(ANSWER_BYTES, self._seconds))
        except (EOFError, OSError, MalformedMessage):
            return None


def decode_answer(data: bytes) -> WorkerReply:
    """Decode the reply in `data`: every code, field, unit and period in it must be one we know.

    Raises MalformedMessage when it is no reply, or names what nobody knows.
    """
    try:
        reply = decode(data, WorkerReply)
    except CatalogError as error:
        # An issue cannot be made with a code or a case that the catalogue does not know.
        raise MalformedMessage("unknown code") from error
    if reply.ret and not _knows_return(reply.ret):
        raise MalformedMessage("unknown code")
    return reply


def _knows_return(ret: Return) -> bool:
    """Are the fields and registers those of the catalogue, and do units and periods look right?"""
    fields = {*ret.entries.code} | {claim.field for claim in ret.claims}
    registers = {record.register for record in ret.records}
    if not fields <= catalog.fields().keys():
        return False
    if not registers <= catalog.registers().keys():
        return False
    return all(
        _UNIT.fullmatch(unit) and _PERIOD.fullmatch(period) for unit, period in _list_units(ret)
    )


def _list_units(ret: Return) -> set[tuple[str, str]]:
    """Return every unit a reply names, with its period."""
    named = {(ret.unit, ret.period)}
    named.update((claim.unit, claim.period) for claim in ret.claims)
    named.update((run.reporter, run.period) for run in ret.entries.list_runs())
    named.update((record.reporter, record.period or "") for record in ret.records)
    return named
