"""A small fixed set of combinations of options, in which every two choices stand once."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

#: Option, choice, a later option, its choice; all by their numbers.
Pair = tuple[int, int, int, int]


def covering(*options: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Combinations that hold every pair of choices of two options; the same ones at every call."""
    wanted = {
        (i, a, j, b)
        for i, j in combinations(range(len(options)), 2)
        for a in range(len(options[i]))
        for b in range(len(options[j]))
    }
    chosen = []
    while wanted:
        i, a, j, b = min(wanted)
        picked = {i: a, j: b}
        for option in range(len(options)):
            if option not in picked:
                picked[option] = _most_useful(option, len(options[option]), picked, wanted)
        wanted -= set(_pairs(picked))
        chosen.append(tuple(choices[picked[n]] for n, choices in enumerate(options)))
    return chosen


def _most_useful(option: int, size: int, picked: dict[int, int], wanted: set[Pair]) -> int:
    """The choice that stands beside most of those picked for the first time."""

    def new(choice: int) -> int:
        return sum(pair in wanted for pair in _pairs({**picked, option: choice}))

    return max(range(size), key=new)


def _pairs(picked: dict[int, int]) -> Iterator[Pair]:
    return ((i, picked[i], j, picked[j]) for i, j in combinations(sorted(picked), 2))
