"""Seeded chance and whole-number shares: the same seed gives the same demonstration on every machine."""

import math
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def make_rng(seed: int, name: str) -> random.Random:
    """The chance of one part of the demonstration: changing one part leaves the others as they were."""
    return random.Random(f"{seed}:{name}")


def draw_skewed(chance: random.Random, spread: float) -> float:
    """A positive factor around 1 with a long right tail."""
    return math.exp(chance.gauss(0.0, spread) - spread * spread / 2)


def round_randomly(chance: random.Random, value: float) -> int:
    """A whole number whose mean is `value`: 2.3 is 2, or 3 three times in ten."""
    return math.floor(value) + (chance.random() < value % 1)


def share_out(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """`total` shared out in whole numbers by weight (largest remainders), none above its cap.

    Raises ValueError when the caps leave no room for the total.
    """
    limit = list(caps) if caps is not None else [total] * len(weights)
    if sum(limit) < total:
        raise ValueError(f"caps of {sum(limit)} leave no room for {total}")
    given = [0] * len(weights)
    while left := total - sum(given):
        given = [
            g + more
            for g, more in zip(given, _share_round(left, weights, given, limit), strict=True)
        ]
    return given


def _share_round(
    left: int, weights: Sequence[float], given: Sequence[int], limit: Sequence[int]
) -> list[int]:
    """What one round gives: whole parts, or single ones by largest remainder when no whole part is left."""
    room = [w if g < most else 0.0 for w, g, most in zip(weights, given, limit, strict=True)]
    if not sum(room):
        room = [float(g < most) for g, most in zip(given, limit, strict=True)]
    whole = sum(room)
    exact = [left * w / whole for w in room]
    added = [min(math.floor(e), most - g) for e, g, most in zip(exact, given, limit, strict=True)]
    if any(added):
        return added
    first = sorted(range(len(room)), key=lambda i: (-exact[i], i))
    singles = set([i for i in first if given[i] < limit[i]][:left])
    return [int(i in singles) for i in range(len(room))]


def scatter_events(
    chance: random.Random, total: int, weights: Sequence[float], caps: Sequence[int] | None = None
) -> list[int]:
    """`total` single events that fall by chance, likelier where the weight is: many zeros, a few large counts."""
    given = [0] * len(weights)
    limit = list(caps) if caps is not None else [total] * len(weights)
    while left := total - sum(given):
        for i in chance.choices(range(len(weights)), weights=weights, k=left):
            given[i] += given[i] < limit[i]
    return given


def sample_weighted(
    chance: random.Random, items: Sequence[T], count: int, weight: Callable[[T], float]
) -> list[T]:
    """`count` different items, likelier by weight, in their own order; raises ValueError when there are too few."""
    if count > len(items):
        raise ValueError(f"{count} of {len(items)} cannot be chosen")
    keyed = sorted(
        range(len(items)), key=lambda i: -(chance.random() ** (1.0 / max(weight(items[i]), 1e-9)))
    )
    return [items[i] for i in sorted(keyed[:count])]
