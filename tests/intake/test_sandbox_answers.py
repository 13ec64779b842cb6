"""Whatever the limited child sends up, no code runs, and what is no answer costs one file."""

import json
import pickle
import socket
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.intake import sandbox, sandbox_worker
from pipelines.intake.issues import make_issue
from pipelines.intake.model import FieldValue, FieldValues, Return
from pipelines.intake.sandbox import IntakeSandbox, parse_files
from pipelines.intake.sandbox_worker import SandboxTask, WorkerReply
from pipelines.sandbox import Channel, encode
from pipelines.settings import Settings

ROOM = Settings(home=Path())
HERE = "tests.intake.test_sandbox_answers"
ENTRY = FieldValue("D-00646", "2022-Q4", "a20", "7", 7, None, "accepted", "Biểu A", "D20")
GOOD = WorkerReply(
    Return(
        "A", 1, "single", "D-00646", "2022-Q4", entries=FieldValues.from_entries([ENTRY, ENTRY])
    ),
    [make_issue("C005")],
    False,
)


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.mark,))


def changed(*path: int, to: object) -> bytes:
    """The good answer with another value at one place."""
    parts = json.loads(encode(GOOD, WorkerReply))
    inner = parts
    for at in path[:-1]:
        inner = inner[at]
    inner[path[-1]] = to
    return json.dumps(parts).encode()


RET, ISSUES, REFUSED = 0, 1, 2
ENTRIES, RECORDS, CLAIMS = 7, 8, 9
CRAFTED = {
    "nothing": b"",
    "no JSON": b"cos\nsystem\n(S'touch x'\ntR.",
    "half an answer": encode(GOOD, WorkerReply)[:-1],
    "an answer and more": encode(GOOD, WorkerReply) + b"[]",
    "deep": b"[" * 100_000,
    "no list": b"{}",
    "a number": b"1",
    "one field less": json.dumps(json.loads(encode(GOOD, WorkerReply))[:2]).encode(),
    "one field more": json.dumps([*json.loads(encode(GOOD, WorkerReply)), 1]).encode(),
    "a return by name": changed(RET, to="pipelines.intake.model:Return"),
    "an object by name": changed(RET, to={"py/object": "subprocess.Popen", "args": ["true"]}),
    "refused by word": changed(REFUSED, to="false"),
    "refused by number": changed(REFUSED, to=0),
    "form of another type": changed(RET, 0, to=["A"]),
    "version as text": changed(RET, 1, to="1"),
    "a kind nobody knows": changed(RET, 2, to="shell"),
    "a unit with a path": changed(RET, 3, to="../../D-00646"),
    "a period that is none": changed(RET, 4, to="2022-Q5"),
    "a state nobody knows": changed(RET, ENTRIES, 6, to=["accepted", "root"]),
    "columns of two lengths": changed(RET, ENTRIES, 0, to=["D-00646"]),
    "a field nobody knows": changed(RET, ENTRIES, 2, to=["a20", "__class__"]),
    "a value as text": changed(RET, ENTRIES, 4, to=[7, "7"]),
    "a value too large": changed(RET, ENTRIES, 4, to=[7, 2**64]),
    "a truth for a value": changed(RET, ENTRIES, 4, to=[7, True]),
    "half a letter": changed(RET, ENTRIES, 3, to=["7", "\ud800"]),
    "an issue nobody knows": changed(ISSUES, 0, to=["F999"]),
    "issues that are no table": changed(ISSUES, to="F015"),
    "records that are no table": changed(RET, RECORDS, to=[[]]),
    "claims without an end": changed(RET, CLAIMS, to=float("inf")),
}


class TakenChild(IntakeSandbox):
    """A child that somebody has taken over: what it answers is what it was told to."""

    def __init__(self, channel: Channel) -> None:
        self.channel, self._seconds = channel, 5


def ask_taken(reply: bytes) -> WorkerReply | None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Channel(theirs).send(reply, 5)
        return TakenChild(Channel(ours)).request_parse("a.xlsx", b"PK")


def test_an_answer_comes_up_as_it_was_given() -> None:
    assert sandbox.decode_answer(encode(GOOD, WorkerReply)) == GOOD


@pytest.mark.parametrize("name", CRAFTED)
def test_what_is_no_answer_is_none(name: str) -> None:
    assert ask_taken(CRAFTED[name]) is None


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_is_never_read(tmp_path: Path, protocol: int) -> None:
    mark = tmp_path / "ran"
    assert ask_taken(pickle.dumps(Bomb(mark), protocol)) is None
    assert not mark.exists()


def test_an_answer_too_large_is_not_even_received(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "ANSWER_BYTES", 100)
    assert ask_taken(b"[" + b" " * 100 + b"]") is None


def main(descriptor: int) -> None:
    """A worker that answers the second file with what is no answer."""
    channel = Channel.from_descriptor(descriptor)
    channel.receive()
    channel.send(encode([], list[str]))
    while True:
        name, _ = channel.receive(), channel.receive()
        channel.send(b"[" * 1_000_000 if name == b"b.xlsx" else encode(GOOD, WorkerReply))


def test_an_answer_that_is_none_costs_its_own_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WORKER", HERE)
    judged = list(parse_files([(f"{letter}.xlsx", b"PK") for letter in "abc"], ROOM))
    assert [[one.code for one in j.issues] for j in judged] == [["C005"], ["F015"], ["C005"]]
    assert [j.refused for j in judged] == [False, True, False]


@pytest.mark.parametrize("name", ["Biểu A.xlsx", "b\udcff.xlsx", "../x\n.xlsx"])
def test_a_name_goes_down_as_it_is_on_the_disk(name: str) -> None:
    assert sandbox_worker.decode_name(sandbox_worker.encode_name(name)) == name


def test_the_child_answers_for_a_name_that_is_not_utf8() -> None:
    with IntakeSandbox(SandboxTask(ROOM, sandbox.RETURN_PARSER, date.today())) as judging:
        answer = judging.request_parse("b\udcff.csv", "một,1\n".encode())
    assert answer is not None
