"""Seeded random draws and whole-number shares.

The same seed gives the same demonstration on every machine, so the order of draws must not change.
"""

import math
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def make_rng(seed: int, name: str) -> random.Random:
    """Return the generator of one part of the demonstration.

    Changing one part leaves the others as they were.
    """
    return random.Random(f"{seed}:{name}")


def draw_skewed(chance: random.Random, spread: float) -> float:
    """Draw a positive factor around 1 with a long right tail."""
    return math.exp(chance.gauss(0.0, spread) - spread * spread / 2)


def count_hits(chance: random.Random, tries: int, probability: float) -> int:
    """Draw how many of `tries` events happen; asks the generator once for each."""
    return sum(chance.random() < probability for _ in range(tries))


def round_randomly(chance: random.Random, value: float) -> int:
    """Draw a whole number whose mean is `value`: 2.3 is 2, or 3 three times in ten."""
    return math.floor(value) + (chance.random() < value % 1)


def share_out(total: int, weights: Sequence[float], caps: Sequence[int] | None = None) -> list[int]:
    """Share `total` out in whole numbers by weight (largest remainders), none above its cap.

    Raises ValueError when the caps leave no room for the total.
    """
    limits = _list_limits(caps, total, len(weights))
    if sum(limits) < total:
        raise ValueError(f"caps of {sum(limits)} leave no room for {total}")
    given = [0] * len(weights)
    left = total
    while left:
        added = _share_round(left, weights, given, limits)
        given = [before + count for before, count in zip(given, added, strict=True)]
        left = total - sum(given)
    return given


def _list_limits(caps: Sequence[int] | None, total: int, size: int) -> list[int]:
    if caps is None:
        return [total] * size
    return list(caps)


def _share_round(
    left: int, weights: Sequence[float], given: Sequence[int], limits: Sequence[int]
) -> list[int]:
    """Return what one round gives to each.

    Single ones are given by largest remainder when no whole part is left.
    """
    shares = _open_weights(weights, given, limits)
    whole = sum(shares)
    exact = [left * share / whole for share in shares]
    added = []
    for part, count, limit in zip(exact, given, limits, strict=True):
        added.append(min(math.floor(part), limit - count))
    if any(added):
        return added
    by_remainder = sorted(range(len(exact)), key=lambda i: (-exact[i], i))
    open_indexes = [i for i in by_remainder if given[i] < limits[i]]
    singles = [0] * len(exact)
    for i in open_indexes[:left]:
        singles[i] = 1
    return singles


def _open_weights(
    weights: Sequence[float], given: Sequence[int], limits: Sequence[int]
) -> list[float]:
    """Return the weights of those below their limit, 0 for the others.

    All those below their limit count the same when none of them has a weight.
    """
    is_open = [count < limit for count, limit in zip(given, limits, strict=True)]
    shares = [weight if below else 0.0 for weight, below in zip(weights, is_open, strict=True)]
    if sum(shares):
        return shares
    return list(map(float, is_open))


def scatter_events(
    chance: random.Random, total: int, weights: Sequence[float], caps: Sequence[int] | None = None
) -> list[int]:
    """Let `total` single events fall by chance, likelier where the weight is.

    Returns many zeros and a few large counts, none above its cap.
    """
    limits = _list_limits(caps, total, len(weights))
    given = [0] * len(weights)
    left = total
    while left:
        for i in chance.choices(range(len(weights)), weights=weights, k=left):
            given[i] += given[i] < limits[i]
        left = total - sum(given)
    return given


def sample_weighted(
    chance: random.Random, items: Sequence[T], count: int, weight: Callable[[T], float]
) -> list[T]:
    """Draw `count` different items, likelier by weight, in their own order.

    Raises ValueError when there are too few items.
    """
    if count > len(items):
        raise ValueError(f"{count} of {len(items)} cannot be chosen")
    keys = [-(chance.random() ** (1.0 / max(weight(item), 1e-9))) for item in items]
    ranked = sorted(range(len(items)), key=keys.__getitem__)
    return [items[i] for i in sorted(ranked[:count])]
