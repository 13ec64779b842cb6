"""Files in, outcomes out: taken at the door, judged in the limited child, received in batches, put aside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipelines.errors import StoreError
from pipelines.intake.ingest.authorize import authorize_file
from pipelines.intake.ingest.file_away import file_away
from pipelines.intake.ingest.receive import Receiver
from pipelines.intake.ingest.result import IngestResult
from pipelines.intake.ingest.source_files import (
    SourceFile,
    iter_source_paths,
    make_size_issue,
    read_source,
    safe_name,
)
from pipelines.intake.sandbox import ParsedFile, parse_files
from pipelines.privacy.scope import STEWARD, Scope
from pipelines.settings import MEGABYTE, Settings
from pipelines.store.paths import DataPaths
from pipelines.store.state_db import StateDatabase

#: A file or folder, or an upload's name and bytes.
Source = Path | tuple[str, bytes]
#: Told how many of how many files are done.
Progress = Callable[[int, int], None]
#: Told a fault of ours and the name of the file at which it happened.
OnFault = Callable[[Exception, str], None]
BATCH_BYTES = 64 * MEGABYTE


def ingest_files(
    sources: Sequence[Source],
    settings: Settings,
    received_at: datetime | None = None,
    origin: str = "inbox",
    progress: Progress | None = None,
    scope: Scope = STEWARD,
    on_fault: OnFault | None = None,
) -> list[IngestResult]:
    """Receive files, folders and uploads; one outcome a file, in order.

    A file that stands in the inbox leaves it for processed/ or failed/. Sending again what was received changes
    nothing. `scope` is the sender's: what speaks for others is refused. Raises StoreBusy and StoreFull; what was
    received until then stays, the rest can be sent again.
    """
    return list(receive_files(sources, settings, received_at, origin, progress, scope))


def receive_files(
    sources: Sequence[Source],
    settings: Settings,
    received_at: datetime | None = None,
    origin: str = "inbox",
    progress: Progress | None = None,
    scope: Scope = STEWARD,
    on_fault: OnFault | None = None,
) -> Iterator[IngestResult]:
    """Receive files as `ingest` does and yield each outcome once its receipt is given.

    With `on_fault` a fault of ours at one file is told with the file's name and leaves that file out; without it, it
    is raised.
    """
    desk = Receiver(settings, origin, received_at)
    listed = list(_expand_sources(sources))
    done = 0
    for batch in _split_batches(listed, settings):
        tell = _offset_progress(progress, done, len(listed))

        def receive(
            part: Sequence[SourceFile], tell: Callable[[int], None] = tell
        ) -> list[IngestResult]:
            received = iter(desk.receive(_parse_batch(part, settings, scope, tell)))
            return [
                _build_refusal(taken) if taken.data is None else next(received) for taken in part
            ]

        for taken, outcome in _isolate_faults(batch, receive, on_fault):
            _put_aside(taken, outcome, settings, on_fault)
            yield outcome
        done += len(batch)


def _isolate_faults(
    batch: Sequence[SourceFile],
    receive: Callable[[Sequence[SourceFile]], list[IngestResult]],
    on_fault: OnFault | None,
) -> Iterator[tuple[SourceFile, IngestResult]]:
    """Every file of a batch with its outcome; after a fault each file is tried alone, so that it costs one file."""
    try:
        outcomes = receive(batch)
    except StoreError:
        raise
    except Exception as error:  # whatever it is: the other files of the batch have no part in it
        if on_fault is None:
            raise
        if len(batch) == 1:
            on_fault(error, batch[0].name)
            return
        for taken in batch:
            yield from _isolate_faults([taken], receive, on_fault)
        return
    yield from zip(batch, outcomes, strict=True)


def _put_aside(
    taken: SourceFile, outcome: IngestResult, settings: Settings, on_fault: OnFault | None
) -> None:
    """NOTE: the receipt stands without it: a file that cannot be moved is recognised the next time."""
    try:
        file_away(taken, outcome, settings)
    except OSError:
        return
    except Exception as error:  # the receipt is given: it must be told
        if on_fault is None:
            raise
        on_fault(error, taken.name)


def preview_files(
    sources: Sequence[Source],
    settings: Settings,
    progress: Progress | None = None,
    scope: Scope = STEWARD,
) -> list[IngestResult]:
    """What `ingest` would do with these files, written nowhere; the outcomes carry what each file says."""
    listed = list(_expand_sources(sources))
    outcomes: list[IngestResult] = []
    for batch in _split_batches(listed, settings):
        judged = _parse_batch(
            batch, settings, scope, _offset_progress(progress, len(outcomes), len(listed))
        )
        seen = iter(Receiver(settings).preview(judged))
        outcomes += [_build_refusal(taken) if taken.data is None else next(seen) for taken in batch]
    return outcomes


def _expand_sources(sources: Iterable[Source]) -> Iterator[Source]:
    for source in sources:
        if isinstance(source, tuple):
            yield source
        else:
            yield from iter_source_paths(source)


def _load_source(source: Source, settings: Settings) -> SourceFile:
    if isinstance(source, Path):
        return read_source(source, settings.limits)
    name, issues = safe_name(source[0])
    if len(source[1]) > settings.limits.file_bytes:
        return SourceFile(name, None, (make_size_issue(len(source[1]), settings.limits), *issues))
    return SourceFile(name, source[1], issues)


def _split_batches(sources: Sequence[Source], settings: Settings) -> Iterator[list[SourceFile]]:
    """As many files as one child judges and memory holds."""
    batch: list[SourceFile] = []
    size = 0
    for source in sources:
        batch.append(_load_source(source, settings))
        size += len(batch[-1].data or b"")
        if len(batch) == settings.limits.files_per_child or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _parse_batch(
    batch: Sequence[SourceFile],
    settings: Settings,
    scope: Scope,
    report_progress: Callable[[int], None],
) -> list[ParsedFile]:
    """The judgement of every file that came through the door, what the door noticed included."""
    through = [taken for taken in batch if taken.data is not None]
    judged = []
    files = [(taken.name, taken.data or b"") for taken in through]
    for taken, one in zip(
        through, parse_files(files, settings, aliases=_load_aliases(settings)), strict=True
    ):
        judged.append(authorize_file(replace(one, issues=[*taken.issues, *one.issues]), scope))
        report_progress(len(judged))
    return judged


def _load_aliases(settings: Settings) -> Mapping[str, str]:
    """The spellings a steward has confirmed; a home without a state has none, and gets no state by asking."""
    return (
        StateDatabase(settings.home).list_aliases()
        if DataPaths(settings.home).state.exists()
        else {}
    )


def _offset_progress(progress: Progress | None, done: int, total: int) -> Callable[[int], None]:
    """Tells `progress` how far a batch is, counted on from the batches before."""
    return lambda n: progress(done + n, total) if progress else None


def _build_refusal(source: SourceFile) -> IngestResult:
    return IngestResult(source.name, None, "returned", source.issues)
