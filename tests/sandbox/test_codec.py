"""A message comes back as it went, and anything else than its type is refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from pipelines.sandbox import MalformedMessage, decode, encode


@dataclass(frozen=True)
class Point:
    name: str
    value: int | None
    kind: Literal["a", "b"] = "a"
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    points: list[Point]
    first: Point | None
    day: date = date(2022, 3, 1)
    folder: Path = Path("x")
    size: tuple[int, int] = (5, 10)
    ratio: float = 0.5
    done: bool = False
    values: Mapping[str, str | int] = field(default_factory=dict)


WHOLE = Message(
    [Point("Hà Nội", 3), Point("", None, "b", ("A1", "B2"))],
    Point("x", 1),
    values={"n": 1, "t": "đ"},
)


@pytest.mark.parametrize("message", [WHOLE, Message([], None)])
def test_a_message_comes_back_as_it_went(message: Message) -> None:
    assert decode(encode(message, Message), Message) == message


#: Where in the message something else is put.
WRONG: list[tuple[str, object]] = [
    ("points", {}),
    ("points", [["x"], [1], ["a"]]),
    ("points", [["x"], [1], ["a"], [[]], []]),
    ("points", [["x", "y"], [1], ["a"], [[]]]),
    ("points", [["x"], [True], ["a"], [[]]]),
    ("points", [["x"], [1.0], ["a"], [[]]]),
    ("points", [["x"], [2**63], ["a"], [[]]]),
    ("points", [["x"], [1], ["c"], [[]]]),
    ("points", [["x"], [1], [["a"]], [[]]]),
    ("points", [["x"], [1], ["a"], [[1]]]),
    ("points", [[None], [1], ["a"], [[]]]),
    ("points", ["x", "1", "a", "b"]),
    ("first", ["x", 1, "a"]),
    ("first", {"name": "x"}),
    ("first", 5),
    ("day", "1 March"),
    ("day", 20220301),
    ("size", [5]),
    ("size", [5, "10"]),
    ("ratio", True),
    ("done", 0),
    ("values", []),
    ("values", {"n": [1]}),
    ("values", {"n": None}),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    parts = json.loads(encode(WHOLE, Message))
    parts[[*vars(WHOLE)].index(name)] = value
    with pytest.raises(MalformedMessage):
        decode(json.dumps(parts).encode(), Message)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04N.",
        b"\xff",
        b"[",
        b"[" * 100_000,
        b"NaN",
        b"1e999",
        b'"\\ud800"',
        b"9" * 5_000,
        b"null",
        b"[]",
    ],
    ids=lambda data: repr(data[:8]),
)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    for kind in (Message, float, str):
        with pytest.raises(MalformedMessage):
            decode(data, kind)
