"""The demonstration loaded into a home: its workbooks written, received and built.

The workbooks are our own templates, filled in, and go the way of real ones: parsed in the sandbox,
assessed against prior returns, kept in archive and ledger, built. Only the day of receipt is set,
and `demo` is their origin wherever they are shown.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from itertools import chain, groupby
from multiprocessing import get_context
from pathlib import Path

from pipelines.demo import calibration
from pipelines.demo.network import generate_network
from pipelines.demo.submissions import DemoSubmission, list_submissions
from pipelines.errors import NoBuild, Refused
from pipelines.intake.ingest.receive import Receiver
from pipelines.intake.sandbox import NamedFile, ParsedFile, parse_files
from pipelines.intake.templates import write_district, write_form, write_register
from pipelines.reference import events, places
from pipelines.settings import REFERENCE_FOLDER, Settings
from pipelines.store.atomic_files import write_private
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, made_private
from pipelines.warehouse import build, publish

SEED = 2026
ORIGIN = "demo"
#: Where the workbooks lie, to be looked at or sent again.
FOLDER = "demo"
#: The events of the invented city, copied into its home.
EVENTS = Path(__file__).with_name("events.toml")
#: Invented provinces by name, each a folder beside this file.
PROVINCES = {"minh-hoa": "minh_hoa"}
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
    receiver = Receiver(settings, ORIGIN)
    done = 0
    arriving = zip(post, _parse_submissions(post, settings), strict=True)
    for received_at, group in groupby(arriving, key=lambda pair: pair[0].received):
        receiver.received_at = received_at
        files = [parsed for _, parsed in group]
        receiver.receive(files)
        done += len(files)
        if progress:
            progress(done, len(post))
    if not (settings.home / events.FILE).exists():
        write_private(settings.home / events.FILE, EVENTS.read_bytes())
    return build.build_warehouse(settings)


def copy_province(home: Path, name: str) -> None:
    """Copy the tables of a delivered invented province into a home that has none of its own.

    Raises Refused for an unknown name, and in a home that describes another province.
    """
    if name not in PROVINCES:
        known = ", ".join(PROVINCES)
        raise Refused(f"no province {name!r}", code="unknown_province", text=name, choices=known)
    source, target = Path(__file__).with_name(PROVINCES[name]), home / REFERENCE_FOLDER
    ours = {file.name: file.read_bytes() for file in source.iterdir() if file.is_file()}
    if target.is_dir():
        theirs = {file.name: file.read_bytes() for file in target.iterdir() if file.is_file()}
        if theirs != ours:
            raise Refused("another province", code="province_there", home=str(target))
        return
    for file, content in ours.items():
        write_private(made_private(target) / file, content)


def is_loaded(settings: Settings) -> bool:
    """Does a build answer from a ledger that holds the whole demonstration?"""
    try:
        current = publish.find_current_build(settings.home)
    except NoBuild:
        return False
    if current.ledger_head != Ledger(settings.home).head():
        return False
    return _read_origins(settings) == {ORIGIN}


def _read_origins(settings: Settings) -> set[str]:
    """Return the origins of all submissions in the ledger."""
    submissions = Ledger(settings.home).frame("submissions")
    return set(submissions["origin"].unique().to_list())


def _refuse_real_returns(settings: Settings) -> None:
    if _read_origins(settings) - {ORIGIN}:
        raise Refused(
            "this home holds returns of its own", code="demo_not_here", home=str(settings.home)
        )


def _draw_city(seed: int) -> calibration.DemoCity:
    city = calibration.generate_city(generate_network(places.load_places(), seed), seed)
    missed = calibration.list_misses(city)
    if missed:
        raise AssertionError(f"the demonstration misses published figures: {missed}")
    return city


def _parse_submissions(post: Sequence[DemoSubmission], settings: Settings) -> Iterator[ParsedFile]:
    """Write, keep and parse every submission's workbook, in order, on two cores."""
    folder = made_private(DataPaths(settings.home).root / FOLDER)
    chunks = [post[at : at + CHUNK] for at in range(0, len(post), CHUNK)]
    # NOTE: never fork: Polars has threads by now.
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _open_worker, (settings,)) as pool:
        parsed_files = chain.from_iterable(pool.map(_parse_chunk, chunks))
        for submission, parsed in zip(post, parsed_files, strict=True):
            if parsed.data is not None:
                write_private(folder / submission.file_name, parsed.data)
            yield parsed


class _ParseWorker:
    """What a worker process keeps from chunk to chunk: one sandbox, which ends with the worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: deque[NamedFile] = deque()
        self._parsed = parse_files(iter(self._waiting.popleft, None), settings)

    def parse_submission(self, submission: DemoSubmission) -> ParsedFile:
        """Write the workbook of one submission and parse it in the sandbox."""
        workbook = write_workbook(submission, self._settings)
        self._waiting.append((submission.file_name, workbook))
        return next(self._parsed)


_WORKER: list[_ParseWorker] = []


def _open_worker(settings: Settings) -> None:
    _WORKER.append(_ParseWorker(settings))


def _parse_chunk(chunk: Sequence[DemoSubmission]) -> list[ParsedFile]:
    return list(map(_WORKER[0].parse_submission, chunk))


def write_workbook(submission: DemoSubmission, settings: Settings) -> bytes:
    """Return the bytes of a submission's workbook; the same submission gives the same bytes."""
    target = BytesIO()
    if submission.kind == "district":
        write_district(
            target,
            submission.form,
            submission.unit,
            submission.period,
            values=submission.values,
            signs=submission.signs,
            notes=submission.notes,
            data_status=submission.status,
            settings=settings,
        )
    elif submission.kind == "form":
        write_form(
            target,
            submission.form,
            submission.unit,
            submission.period,
            values=submission.values[submission.unit],
            registers={"C": submission.lines},
            settings=settings,
        )
    else:
        is_nil_return = submission.form == "C" and not submission.lines
        write_register(
            target,
            submission.form,
            submission.unit,
            submission.period or None,
            rows=submission.lines,
            nil_return=is_nil_return,
            settings=settings,
            day=submission.received.date(),
        )
    return target.getvalue()
