"""Ingest files: read them, parse them in the sandbox, receive them in batches, file them away."""

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
from pipelines.intake.sandbox import ParsedFile, ParsingSession, parse_files
from pipelines.privacy.scope import STEWARD, Scope
from pipelines.settings import MEGABYTE, Settings
from pipelines.store.atomic_files import is_disk_error
from pipelines.store.paths import DataPaths
from pipelines.store.state_db import StateDatabase

#: A file or folder, or an upload's name and bytes.
Source = Path | tuple[str, bytes]
#: Told how many of how many files are done.
Progress = Callable[[int, int], None]
#: Told a fault of ours and the name of the file at which it happened.
OnFault = Callable[[Exception, str], None]
#: What is committed together: so many files, or the one that goes past so many bytes.
BATCH_FILES, BATCH_BYTES = 200, 64 * MEGABYTE


def ingest_files(
    sources: Sequence[Source],
    settings: Settings,
    received_at: datetime | None = None,
    origin: str = "inbox",
    progress: Progress | None = None,
    scope: Scope = STEWARD,
) -> list[IngestResult]:
    """Receive files, folders and uploads; return one result a file, in order.

    A file that stands in the inbox leaves it for processed/ or failed/. Sending again what was
    received changes nothing. `scope` is the sender's: what speaks for others is refused. Raises
    StoreBusy and StoreFull; what was received until then stays, the rest can be sent again.
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
    """Receive files as `ingest_files` does and yield each result once its receipt is given.

    With `on_fault` a fault of ours at one file is told with the file's name and leaves that file
    out; without it, it is raised.
    """
    receiver = Receiver(settings, origin, received_at)
    entries = list(_expand_sources(sources))
    done = 0
    with ParsingSession() as session:
        for batch in _split_batches(entries, settings):
            report_progress = _offset_progress(progress, done, len(entries))

            def receive(
                part: Sequence[SourceFile], report_progress: Callable[[int], None] = report_progress
            ) -> list[IngestResult]:
                parsed = _parse_batch(part, settings, scope, report_progress, session)
                return _add_refusals(part, receiver.receive(parsed))

            for source, result in _isolate_faults(batch, receive, on_fault):
                _file_away(source, result, settings, on_fault)
                yield result
            done += len(batch)


def _add_refusals(
    batch: Sequence[SourceFile], results: Iterable[IngestResult]
) -> list[IngestResult]:
    """Return one result a file: that of the files with data, a refusal for the others."""
    remaining = iter(results)
    return [_build_refusal(source) if source.data is None else next(remaining) for source in batch]


def _isolate_faults(
    batch: Sequence[SourceFile],
    receive: Callable[[Sequence[SourceFile]], list[IngestResult]],
    on_fault: OnFault | None,
) -> Iterator[tuple[SourceFile, IngestResult]]:
    """Yield every file of a batch with its result.

    After a fault each file is tried alone, so that it costs one file.
    """
    try:
        results = receive(batch)
    except StoreError:
        raise
    except Exception as error:  # whatever it is: the other files of the batch have no part in it
        if on_fault is None or is_disk_error(error):
            raise
        if len(batch) == 1:
            faulty = batch[0]
            on_fault(error, faulty.name)
            return
        for source in batch:
            yield from _isolate_faults([source], receive, on_fault)
        return
    yield from zip(batch, results, strict=True)


def _file_away(
    source: SourceFile, result: IngestResult, settings: Settings, on_fault: OnFault | None
) -> None:
    """File one file away; the receipt is given already, so a failure must not undo it.

    NOTE: a file that cannot be moved is recognised the next time.
    """
    try:
        file_away(source, result, settings)
    except OSError:
        return
    except Exception as error:  # the receipt is given: it must be told
        if on_fault is None:
            raise
        on_fault(error, source.name)


def preview_files(
    sources: Sequence[Source],
    settings: Settings,
    progress: Progress | None = None,
    scope: Scope = STEWARD,
) -> list[IngestResult]:
    """Return what `ingest_files` would do with these files; nothing is written.

    The results carry what each file says.
    """
    entries = list(_expand_sources(sources))
    results: list[IngestResult] = []
    with ParsingSession() as session:
        for batch in _split_batches(entries, settings):
            report_progress = _offset_progress(progress, len(results), len(entries))
            parsed = _parse_batch(batch, settings, scope, report_progress, session)
            results += _add_refusals(batch, Receiver(settings).preview(parsed))
    return results


def _expand_sources(sources: Iterable[Source]) -> Iterator[Source]:
    for source in sources:
        if isinstance(source, tuple):
            yield source
        else:
            yield from iter_source_paths(source)


def _load_source(source: Source, settings: Settings) -> SourceFile:
    if isinstance(source, Path):
        return read_source(source, settings.limits)
    upload_name, data = source
    name, issues = safe_name(upload_name)
    is_too_large = len(data) > settings.limits.file_bytes
    if is_too_large:
        too_large = make_size_issue(len(data), settings.limits)
        return SourceFile(name, None, (too_large, *issues))
    return SourceFile(name, data, issues)


def _split_batches(sources: Sequence[Source], settings: Settings) -> Iterator[list[SourceFile]]:
    """Yield as many files at a time as are committed together and memory holds."""
    batch: list[SourceFile] = []
    size = 0
    for source in sources:
        file = _load_source(source, settings)
        batch.append(file)
        size += len(file.data or b"")
        if len(batch) == BATCH_FILES or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _parse_batch(
    batch: Sequence[SourceFile],
    settings: Settings,
    scope: Scope,
    report_progress: Callable[[int], None],
    session: ParsingSession,
) -> list[ParsedFile]:
    """Parse the files that have data, with the issues noted when they were read."""
    sources = [source for source in batch if source.data is not None]
    files = [(source.name, source.data or b"") for source in sources]
    parsed = parse_files(files, settings, aliases=_load_aliases(settings), session=session)
    authorized: list[ParsedFile] = []
    for source, file in zip(sources, parsed, strict=True):
        complete = replace(file, issues=[*source.issues, *file.issues])
        authorized.append(authorize_file(complete, scope))
        report_progress(len(authorized))
    return authorized


def _load_aliases(settings: Settings) -> Mapping[str, str]:
    """Return the spellings a steward has confirmed.

    A home without a state has none, and gets no state by asking.
    """
    if not DataPaths(settings.home).state.exists():
        return {}
    return StateDatabase(settings.home).list_aliases()


def _offset_progress(progress: Progress | None, done: int, total: int) -> Callable[[int], None]:
    """Return a function that tells `progress` how far a batch is, after the batches before."""
    return lambda n: progress(done + n, total) if progress else None


def _build_refusal(source: SourceFile) -> IngestResult:
    return IngestResult(source.name, None, "returned", source.issues)
