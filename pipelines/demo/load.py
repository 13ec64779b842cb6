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

from pipelines.demo import calibration
from pipelines.demo.network import generate_network
from pipelines.demo.submissions import DemoSubmission, list_submissions
from pipelines.demo.workbooks import write_workbook
from pipelines.errors import NoBuild, Refused
from pipelines.intake.ingest.receive import Receiver
from pipelines.intake.sandbox import NamedFile, ParsedFile, parse_files
from pipelines.reference import places
from pipelines.settings import Settings
from pipelines.store.atomic_files import write_private
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, made_private
from pipelines.warehouse import build, publish

SEED = 2026
ORIGIN = "demo"
#: Where the workbooks lie, to be looked at or sent again.
FOLDER = "demo"
WORKERS = 2
CHUNK = 20

Progress = Callable[[int, int], None]


def load_demo(
    settings: Settings, progress: Progress | None = None, seed: int = SEED
) -> build.Build | None:
    """Load the demonstration into an empty home; None when it is there already.

    An interrupted load goes on where it stopped. Raises Refused in a home that holds anything else.
    """
    if is_loaded(settings):
        return None
    _refuse_real_returns(settings)
    post = list_submissions(_draw_city(seed), seed)
    desk = Receiver(settings, ORIGIN)
    done = 0
    arriving = zip(post, _parse_submissions(post, settings), strict=True)
    for received, group in groupby(arriving, key=lambda pair: pair[0].received):
        desk.received_at = received
        files = [judged for _, judged in group]
        desk.receive(files)
        done += len(files)
        if progress:
            progress(done, len(post))
    return build.build_warehouse(settings)


def is_loaded(settings: Settings) -> bool:
    """Does a build answer from a ledger that holds the whole demonstration?"""
    try:
        current = publish.find_current_build(settings.home)
    except NoBuild:
        return False
    return current.ledger_head == Ledger(settings.home).head() and _read_origins(settings) == {
        ORIGIN
    }


def _read_origins(settings: Settings) -> set[str]:
    found = Ledger(settings.home).frame("submissions").select(pl.col("origin").unique())
    return set(found["origin"].to_list())


def _refuse_real_returns(settings: Settings) -> None:
    if _read_origins(settings) - {ORIGIN}:
        raise Refused(
            "this home holds returns of its own", code="demo_not_here", home=str(settings.home)
        )


def _draw_city(seed: int) -> calibration.DemoCity:
    city = calibration.generate_city(generate_network(places.load_places(), seed), seed)
    if missed := calibration.list_misses(city):
        raise AssertionError(f"the demonstration misses published figures: {missed}")
    return city


def _parse_submissions(post: Sequence[DemoSubmission], settings: Settings) -> Iterator[ParsedFile]:
    """Every letter's workbook, written, kept and judged, in order; on two cores."""
    folder = made_private(DataPaths(settings.home).root / FOLDER)
    chunks = [post[at : at + CHUNK] for at in range(0, len(post), CHUNK)]
    # NOTE: never fork: Polars has threads by now.
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _open_worker, (settings,)) as pool:
        for chunk, answers in zip(chunks, pool.map(_parse_chunk, chunks), strict=True):
            for letter, judged in zip(chunk, answers, strict=True):
                if judged.data is not None:
                    write_private(folder / letter.file_name, judged.data)
                yield judged


class _ParseWorker:
    """What a worker process keeps from chunk to chunk: one judging child, which ends with the worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: deque[NamedFile] = deque()
        self._judged = parse_files(iter(self._waiting.popleft, None), settings)

    def parse_submission(self, letter: DemoSubmission) -> ParsedFile:
        self._waiting.append((letter.file_name, write_workbook(letter, self._settings)))
        return next(self._judged)


_WORKER: list[_ParseWorker] = []


def _open_worker(settings: Settings) -> None:
    _WORKER.append(_ParseWorker(settings))


def _parse_chunk(chunk: Sequence[DemoSubmission]) -> list[ParsedFile]:
    return [_WORKER[0].parse_submission(letter) for letter in chunk]
