"""Find planted numbers: as digits in any writing, as eight bytes, and inside base64."""

import base64
import re
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

import numpy as np

from pipelines import catalog, kpi, settings
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import CITY

CUTS: tuple[tuple[str, ...], ...] = (
    (),
    ("quarter",),
    ("year",),
    ("ward",),
    ("ward", "quarter"),
    ("ward", "year"),
)
PERIODS = ("2021-Y..2022-Y", "2021-Y", "2022-Y", "2022-Q4", "2022-H1")
#: Planted cells have eleven digits.
SMALLEST = 10**10
#: No sum of planted cells is larger.
LARGEST = 10**15
#: More letters than any number needs.
LONGEST = 30
_NUMBER = re.compile(rb"\d[\d.,]{9,}\d")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{32,}={0,2}")


def codes_of(protection: catalog.Protection) -> list[str]:
    """The KPIs and fields with this protection."""
    every = [*catalog.kpis().values(), *catalog.fields().values()]
    return [one.code for one in every if one.protected == protection]


@cache
def secrets_of(home: Path, place: str | None) -> frozenset[int]:
    """Every protected number of a district, or with None of the city, in an exact answer.

    What is open for a whole district is no secret, also where one commune makes up the district.
    """
    cuts = CUTS if place else CUTS[:3]
    with kpi.open_store(settings.load_settings(home)) as store:
        closed, open_above = (
            {by: _numbers_in(store, codes_of(kind), by, place) for by in cuts}
            for kind in (True, "below_district")
        )
    below = set().union(*(found for by, found in open_above.items() if "ward" in by))
    above = set().union(*(found for by, found in open_above.items() if "ward" not in by))
    return frozenset().union(*closed.values()) | (below - above)


def _numbers_in(
    store: WarehouseReader, codes: list[str], by: tuple[str, ...], place: str | None
) -> set[int]:
    found: set[int] = set()
    for period in PERIODS:
        rows = kpi.figures(codes, by, period, [place] if place else None, scope=CITY, store=store)
        for column in ("value", "numerator", "denominator"):
            found |= {int(n) for n in rows[column].drop_nulls() if n >= SMALLEST and n == int(n)}
    return found


def shown(sent: bytes, secrets: AbstractSet[int]) -> set[int]:
    """Which of the secrets can be read out of these bytes."""
    found = written(sent, secrets)
    runs = {run.rstrip(b"=") for run in _BASE64.findall(sent)}
    unpacked = [base64.b64decode(run[: len(run) // 4 * 4]) for run in runs]
    # Each run begins at an eighth byte of its own, so that whole numbers stay whole.
    joined = b"".join(part + bytes(-len(part) % 8) for part in unpacked)
    return found | _packed(sent, secrets) | _packed(joined, secrets)


def written(sent: bytes, secrets: AbstractSet[int]) -> set[int]:
    """Which of the secrets stand there in digits: all that an unpacked file can hold."""
    return {n for token in set(_NUMBER.findall(sent)) for n in _readings(token)} & secrets


def _readings(token: bytes) -> set[int]:
    """71.000.000.037, 71000000037.0 and 71.000.000.037,00 are all 71000000037, also in a list."""
    text = token.decode()
    pieces = {text, *text.split(",")}
    return {
        n for piece in pieces if len(piece) <= LONGEST for n in _numbers(re.split(r"[.,]", piece))
    }


def _numbers(parts: list[str]) -> set[int]:
    return {int("".join(parts) or "0"), int("".join(parts[:-1]) or "0")}


def _packed(sent: bytes, secrets: AbstractSet[int]) -> set[int]:
    found: set[int] = set()
    for offset in range(8):
        usable = (len(sent) - offset) // 8 * 8
        for kind in ("<f8", "<i8"):
            numbers = np.frombuffer(sent[offset : offset + max(usable, 0)], dtype=kind)
            found |= {int(n) for n in numbers[(numbers >= SMALLEST) & (numbers < LARGEST)]}
    return found & secrets
