"""Thirty managers of a district each read random links and files: nobody's numbers leak.

    nice uv run python -m tests.dashboard.security.managers --links 1000 --minutes 20

Prints what was read and every number of somebody else in it; exit 1 when there was one.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipelines import catalog
from pipelines.reference import places
from pipelines.store.state_db import StateDatabase, User
from tests.dashboard.conftest import small_city
from tests.dashboard.security.conftest import USERS, Office, planted, signed
from tests.dashboard.security.downloads import cards, files, unpacked
from tests.dashboard.security.hostile_strings import SEEDS
from tests.dashboard.security.planted_numbers import secrets_of, shown, written
from tests.dashboard.security.socket_client import Wire, cookie
from tests.dashboard.security.test_scope import PAGES

DAY = date(2022, 12, 1)
PERIODS = (
    "2021-Y..2022-Y",
    "2021-Y",
    "2022-Y",
    "2022-H1",
    "2022-H2",
    *(f"202{y}-Q{q}" for y in (1, 2) for q in range(1, 5)),
)
#: One link in this many is read with its files.
FILES = 40
#: Links of one visit: all managers are heard in turn, however soon the time is over.
VISIT = 5
#: Own numbers a manager must have seen, or the search proves nothing.
ENOUGH = 3


@dataclass
class Read:
    """What one manager has read, what was found in it, and the dice that choose the next link."""

    district: str
    draw: random.Random
    links: int = 0
    files: int = 0
    bytes: int = 0
    own: set[int] = field(default_factory=set)
    foreign: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Flood:
    """The served city and whose numbers are whose."""

    office: Office
    wards: dict[str, str]
    secrets: dict[str, set[int]]
    every: set[int]
    ends: float

    def visit(self, read: Read, links: int) -> None:
        """One more visit of a manager, until so many links are read or the time is over."""
        with Wire(self.office, cookies=cookie(self.office, subject(read.district))) as wire:
            while read.links < links and time.monotonic() < self.ends:
                page, link = read.draw.choice(PAGES), self.link(read.draw, read.district)
                came = wire.run(page, link)
                taken = {}
                if read.links % FILES == 0 and (opened := cards(came)):
                    taken = files(wire, wire.run(page, link, opened))
                self.judge(read, f"{page}?{link}", bytes(wire.sent), shown)
                for name, content in taken.items():
                    self.judge(read, f"{page}?{link} {name}", unpacked(content), written)
                read.links, read.files = read.links + 1, read.files + len(taken)
                wire.sent.clear()

    def judge(
        self, read: Read, what: str, content: bytes, find: Callable[[bytes, set[int]], set[int]]
    ) -> None:
        found, own = find(content, self.every), self.secrets[read.district]
        read.bytes += len(content)
        read.own |= found & own
        if theirs := found - own:
            read.foreign[f"{what}: {sorted(theirs)[:3]}"] += len(theirs)

    def link(self, draw: random.Random, own: str) -> str:
        """A selection that widgets can make, often of the own district, or one that is forged."""
        several = draw.sample(sorted(self.wards), draw.choice((0, 1, 1, 2, 3, 30)))
        if draw.random() < 0.3:
            several = draw.choice(([own], [own], [own, *several]))
        told = {"district": ",".join(several), "period": draw.choice(PERIODS)}
        told["kpi"] = draw.choice([*catalog.kpis(), *catalog.fields()])
        if draw.random() < 0.4:
            told["ward"] = ",".join(
                draw.sample(sorted(self.wards.values()), draw.choice((1, 1, 2)))
            )
        if draw.random() < 0.3:
            told["lang"] = draw.choice(("vi", "en"))
        if draw.random() < 0.1:
            told[draw.choice(("role", "user", "scope", "x", "period", "ward"))] = draw.choice(
                SEEDS
            )[:80]
        return "&".join(f"{name}={code}" for name, code in told.items() if code)


def subject(district: str) -> str:
    return f"m{district}@hanoi.example"


def made(home: Path) -> dict[str, str]:
    """A planted city with a team, a point and a manager in every district; district → ward."""
    known = places.load_places()
    wards = {d.code: known.communes_of(d.code, DAY)[0].code for d in known.districts_on(DAY)}
    small_city(home, tuple(wards.values()), planted, tuple(wards.values()))
    StateDatabase(home).save_user(USERS["chief"])
    for district in wards:
        StateDatabase(home).save_user(User(subject(district), "district", frozenset({district})))
    return wards


def told_apart(home: Path, wards: dict[str, str]) -> dict[str, set[int]]:
    """Each district's protected numbers, less those shared with another; the city's under ""."""
    found = {code: secrets_of(home, code or None) for code in ("", *wards)}
    seen = Counter(n for numbers in found.values() for n in numbers)
    return {code: {n for n in numbers if seen[n] == 1} for code, numbers in found.items()}


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--links", type=int, default=1000)
    asked.add_argument("--minutes", type=float, default=20)
    asked.add_argument("--at-once", type=int, default=6)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        wards = made(home)
        secrets = told_apart(home, wards)
        with signed(home, "http://127.0.0.1:9", remember=False) as office:
            began = time.monotonic()
            flood = Flood(
                office, wards, secrets, set().union(*secrets.values()), began + options.minutes * 60
            )
            read = parallel(flood, options.links, options.at_once)
            seconds = time.monotonic() - began
    return report(read, secrets, seconds)


def parallel(flood: Flood, links: int, at_once: int) -> dict[str, Read]:
    """All managers in turn, `at_once` at a time, with some links a visit until all are read."""
    read = {d: Read(d, random.Random(d)) for d in flood.wards}
    with ThreadPoolExecutor(at_once) as pool:
        for goal in range(VISIT, links + VISIT, VISIT):
            if time.monotonic() > flood.ends:
                break
            list(pool.map(lambda one: flood.visit(one, min(goal, links)), read.values()))  # noqa: B023
    return read


def report(read: dict[str, Read], secrets: dict[str, set[int]], seconds: float) -> int:
    links, files_, size = (
        sum(getattr(r, name) for r in read.values()) for name in ("links", "files", "bytes")
    )
    blind = [d for d, r in read.items() if len(r.own) < ENOUGH]
    foreign: Counter[str] = sum((r.foreign for r in read.values()), Counter())
    numbers = sum(map(len, secrets.values()))
    sys.stdout.write(
        f"{len(read)} managers, {links} links, {files_} files, {size / 1e6:.0f} MB searched for "
        f"{numbers} numbers in {seconds:.0f} s; own numbers found by each: "
        f"{min(len(r.own) for r in read.values())} or more; "
        f"foreign numbers: {sum(foreign.values())}\n"
    )
    for what, many in foreign.most_common(20):
        sys.stdout.write(f"  {many} × {what}\n")
    return 1 if foreign or blind else 0


if __name__ == "__main__":
    sys.exit(main())
