"""Answers kept in memory for all readers together; what asks for them takes a Key or a Page, so scope and build count.

NOTE: Streamlit's own caches take 250 µs to find an answer and a page looks 150 times; they stay where they must replay
what was drawn. Nobody changes what is handed out.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
_FORGET: list[Callable[[], None]] = []


def cached(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keeps the last `most` answers of a function of hashable arguments."""

    def keep_answers(asked: Callable[P, R]) -> Callable[P, R]:
        found = lru_cache(most)(asked)
        _FORGET.append(found.cache_clear)
        return cast(Callable[P, R], found)

    return keep_answers


def clear_cache() -> None:
    """Forgets every answer: another home may have a build of the same name."""
    for clear in _FORGET:
        clear()
