"""Makes and loads the demonstration: settings in, a home with files, ledger and build out.

The files go the way of real ones: judged in the limited child, decided beside the past, kept in archive and ledger,
built. Only the day of receipt is theirs, and `demo` stands as their origin wherever they are shown.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context

import polars as pl

from pipelines.demo import proof
from pipelines.demo.letters import Letter, letters
from pipelines.demo.network import network
from pipelines.demo.workbooks import workbook
from pipelines.errors import NoBuild, Refused
from pipelines.intake.child import File, Judged, judge_files
from pipelines.intake.inbox.receive import Desk
from pipelines.reference import places
from pipelines.settings import Settings
from pipelines.store.files import write_private
from pipelines.store.home import Home, made_private
from pipelines.store.ledger import Ledger
from pipelines.warehouse import build, publish

SEED = 2026
ORIGIN = "demo"
#: Where the workbooks lie, to be looked at or sent again.
FOLDER = "demo"
WORKERS = 2
CHUNK = 20

Progress = Callable[[int, int], None]


def load(settings: Settings, progress: Progress | None = None, seed: int = SEED) -> build.Build | None:
    """Load the demonstration into an empty home; None when it is there already.

    An interrupted load goes on where it stopped. Raises Refused in a home that holds anything else.
    """
    if loaded(settings):
        return None
    _only_ours(settings)
    post = letters(_drawn(seed), seed)
    desk = Desk(settings, ORIGIN)
    done = 0
    arriving = zip(post, _judged(post, settings), strict=True)
    for received, group in groupby(arriving, key=lambda pair: pair[0].received):
        desk.received_at = received
        files = [judged for _, judged in group]
        desk.receive(files)
        done += len(files)
        if progress:
            progress(done, len(post))
    return build.build(settings)


def loaded(settings: Settings) -> bool:
    """Does a build answer from a ledger that holds the whole demonstration?"""
    try:
        current = publish.current(settings.home)
    except NoBuild:
        return False
    return current.ledger_head == Ledger(settings.home).head() and _origins(settings) == {ORIGIN}


def _origins(settings: Settings) -> set[str]:
    found = Ledger(settings.home).frame("submissions").select(pl.col("origin").unique())
    return set(found["origin"].to_list())


def _only_ours(settings: Settings) -> None:
    if _origins(settings) - {ORIGIN}:
        raise Refused("this home holds returns of its own", code="demo_not_here", home=str(settings.home))


def _drawn(seed: int) -> proof.City:
    city = proof.city(network(places.load(), seed), seed)
    if missed := proof.misses(city):
        raise AssertionError(f"the demonstration misses published figures: {missed}")
    return city


def _judged(post: Sequence[Letter], settings: Settings) -> Iterator[Judged]:
    """Every letter's workbook, written, kept and judged, in order; on two cores."""
    folder = made_private(Home(settings.home).root / FOLDER)
    chunks = [post[at : at + CHUNK] for at in range(0, len(post), CHUNK)]
    # NOTE: never fork: Polars has threads by now.
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _open, (settings,)) as pool:
        for chunk, answers in zip(chunks, pool.map(_of_chunk, chunks), strict=True):
            for letter, judged in zip(chunk, answers, strict=True):
                if judged.data is not None:
                    write_private(folder / letter.name, judged.data)
                yield judged


class _Worker:
    """What a worker process keeps from chunk to chunk: one judging child, which ends with the worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: deque[File] = deque()
        self._judged = judge_files(iter(self._waiting.popleft, None), settings)

    def judged(self, letter: Letter) -> Judged:
        self._waiting.append((letter.name, workbook(letter, self._settings)))
        return next(self._judged)


_WORKER: list[_Worker] = []


def _open(settings: Settings) -> None:
    _WORKER.append(_Worker(settings))


def _of_chunk(chunk: Sequence[Letter]) -> list[Judged]:
    return [_WORKER[0].judged(letter) for letter in chunk]
