"""A column is written shortly and comes back as it was; what is none of ours is refused."""

import pytest

from pipelines.sandbox import MalformedMessage, decode, encode
from pipelines.sandbox.columns import MAX_ROWS

Column = list[str | int | float | bool | None]
TEXTS: list[str | None] = [str(number) for number in range(40)]


@pytest.mark.parametrize(
    "column",
    [
        TEXTS,
        [None, *TEXTS, None],
        ["a\x1fb", *TEXTS],
        ["\x00", None, *TEXTS],
        ["", *TEXTS],
        ["x"] * 20 + [None] * 20,
        [*range(40)],
        [1, True, 1.0] * 20,
        [0.0, -0.0] * 20,
        [1] * 20 + ["1"] * 20,
        [],
    ],
)
def test_a_column_comes_back_as_it_was(column: Column) -> None:
    back = decode(encode(column, Column), Column)
    assert list(map(repr, back)) == list(map(repr, column))


def test_a_column_of_one_value_is_short() -> None:
    assert len(encode(["D-00646"] * 1000, list[str])) < 40
    assert encode(TEXTS, list[str | None]).count(b'"') == 4


@pytest.mark.parametrize(
    "message",
    [
        b"{}",
        b'{"runs":[["x"],[40]],"texts":"x"}',
        b'{"pickle":"x"}',
        b'{"texts":["x"]}',
        b'{"runs":[["x"],[0]]}',
        b'{"runs":[["x"],[-1]]}',
        b'{"runs":[["x"],[true]]}',
        b'{"runs":[["x"],["4"]]}',
        b'{"runs":[["x"],[4,4]]}',
        b'{"runs":[["x"]]}',
        b'{"runs":[[5],[4]]}',
        b'{"runs":{"x":4}}',
    ],
)
def test_what_is_no_column_is_refused(message: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode(message, list[str])


def test_runs_may_not_ask_for_all_the_memory() -> None:
    with pytest.raises(MalformedMessage):
        decode(b'{"runs":[["x"],[%d]]}' % (MAX_ROWS + 1), list[str])
