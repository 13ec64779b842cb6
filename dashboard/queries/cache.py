"""Keep answers in memory for all readers together.

The arguments hold a ReadScope or a PageContext, so build and scope are part of every key.

NOTE: Streamlit's own caches take 250 µs to find an answer and a page looks 150 times; they stay
where they must replay what was drawn. Nobody changes what is handed out.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
_FORGET: list[Callable[[], None]] = []


def cached(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that keeps a function's last `most` answers, by hashable arguments."""

    def keep_answers(function: Callable[P, R]) -> Callable[P, R]:
        caching = lru_cache(most)(function)
        _FORGET.append(caching.cache_clear)
        return cast(Callable[P, R], caching)

    return keep_answers


def clear_cache() -> None:
    """Forget every answer: another home may have a build of the same name."""
    for clear in _FORGET:
        clear()
