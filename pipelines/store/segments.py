"""The list of merged batches: which sorted files hold the rows of which batches.

The log stays the truth: it names every batch, its files and their hashes. Where batches were merged
(compaction.py) their rows are read from segments instead, named in `segments.json` with their
hashes and the hash of the log's last line that they reach. Their own files may stand or not.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipelines.errors import LedgerDamaged
from pipelines.store.atomic_files import make_folder, write_atomically
from pipelines.store.commit_log import LogEntry
from pipelines.store.schema import Kind

NAME = "segments.json"


@dataclass(frozen=True)
class Segment:
    """One sorted file: its name, hash and rows, and whose rows it holds."""

    name: str
    sha256: str
    rows: int
    #: Its first and last reporter, both empty for kinds whose rows belong to nobody.
    low: str = ""
    high: str = ""
    #: The registers its rows are of.
    registers: tuple[str, ...] = ()

    def may_hold(self, owners: Collection[str] | None) -> bool:
        """May it hold rows of any of these reporters or registers? None: of anybody."""
        if owners is None:
            return True
        return any(self.low <= one <= self.high or one in self.registers for one in owners)


@dataclass(frozen=True)
class MergedRun:
    """Neighbouring batches whose rows lie in common segments, by kind."""

    first: int
    last: int
    #: The hash of the log's line of the last batch.
    head: str
    segments: Mapping[str, tuple[Segment, ...]]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.all_segments)

    @property
    def all_segments(self) -> list[Segment]:
        return [one for own in self.segments.values() for one in own]

    @property
    def names(self) -> list[str]:
        """Return the names of its files."""
        return [one.name for one in self.all_segments]

    def find_segments(self, kind: Kind, owners: Collection[str] | None = None) -> list[Segment]:
        """Return the files of a kind that may hold rows of these reporters or registers."""
        return [one for one in self.segments.get(kind, ()) if one.may_hold(owners)]


@dataclass(frozen=True)
class SegmentList:
    """The merged runs from the first batch on, without a gap."""

    runs: tuple[MergedRun, ...] = ()
    #: Segments merged into larger ones: whoever reads them at this moment may finish, the next
    #: compaction removes them.
    retired: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """Return the number of the last batch that was merged; 0 when none was."""
        return self.runs[-1].last if self.runs else 0

    @property
    def names(self) -> list[str]:
        """Return the names of the files that are read, and of those still to be removed."""
        return [name for run in self.runs for name in run.names] + list(self.retired)

    def fits(self, entries: Sequence[LogEntry]) -> bool:
        """Is it of this log: does each run follow the one before and end with its line's hash?"""
        firsts = [run.first for run in self.runs]
        if firsts != [1, *(run.last + 1 for run in self.runs)][:-1] or self.last > len(entries):
            return False
        return all(entries[run.last - 1].hash == run.head for run in self.runs)

    def find_runs(self, batches: Collection[int]) -> list[MergedRun]:
        """Return the runs that hold any of these batches."""
        return [run for run in self.runs if any(run.first <= at <= run.last for at in batches)]


NO_SEGMENTS = SegmentList()


@dataclass
class SegmentIndex:
    """The list of one ledger's segments on the disk; read again when the file is another."""

    folder: Path
    _seen: tuple[int, int, int] | None = None
    _known: SegmentList = field(default=NO_SEGMENTS)

    @property
    def path(self) -> Path:
        return self.folder / NAME

    def read(self) -> SegmentList:
        """Return the list; raises LedgerDamaged when it is not what was written."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return NO_SEGMENTS
        seen = status.st_ino, status.st_mtime_ns, status.st_size
        if seen != self._seen:
            self._known, self._seen = _parse_list(self.path.read_bytes()), seen
        return self._known

    def write(self, segments: SegmentList) -> None:
        """Replace the list: from this moment its files are read. Raises StoreFull."""
        body = {"runs": list(map(_pack_run, segments.runs)), "retired": list(segments.retired)}
        content = json.dumps({**body, "hash": _hash_body(body)}, sort_keys=True)
        make_folder(self.folder)
        write_atomically(self.path, content.encode())

    def remove(self) -> None:
        """Remove the list: from this moment the batches' own files are read again."""
        self.path.unlink(missing_ok=True)


def _pack_run(run: MergedRun) -> dict[str, Any]:
    segments = {kind: list(map(asdict, own)) for kind, own in run.segments.items()}
    return {"first": run.first, "last": run.last, "head": run.head, "segments": segments}


def _parse_list(content: bytes) -> SegmentList:
    try:
        body = json.loads(content)
        given = body.pop("hash")
        if given != _hash_body(body):
            raise ValueError("hash")
        return SegmentList(tuple(map(_parse_run, body["runs"])), tuple(body["retired"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LedgerDamaged(f"{NAME} is not what was written", name=NAME) from error


def _parse_run(body: dict[str, Any]) -> MergedRun:
    segments = {kind: tuple(map(_parse_segment, own)) for kind, own in body["segments"].items()}
    return MergedRun(body["first"], body["last"], body["head"], segments)


def _parse_segment(body: dict[str, Any]) -> Segment:
    return Segment(**{**body, "registers": tuple(body["registers"])})


def _hash_body(body: Mapping[str, Any]) -> str:
    # NOTE: hashed as it is read back: JSON knows no tuples.
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
