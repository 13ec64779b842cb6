"""The archive: files as received, each written once under its SHA-256.

It is evidence, kept as long as the retention setting says. Personal data never come this far.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.errors import LedgerDamaged
from pipelines.operating_system import sync_folder
from pipelines.store.atomic_files import write_synced
from pipelines.store.paths import DataPaths, made_private

#: Ending of an account's name; its first line is the hash of the rest.
ACCOUNT = ".account"


class Archive:
    """The archive of one home."""

    def __init__(self, root: Path) -> None:
        self.folder = DataPaths(root).archive

    def store_file(self, data: bytes) -> str:
        """Store `data` for good and return its SHA-256; raises StoreFull.

        The same bytes are stored once.
        """
        return self.store_files([data])[0]

    def store_files(self, files: Iterable[bytes]) -> list[str]:
        """Store many files and sync their folder once; their SHA-256 in order. Raises StoreFull."""
        made_private(self.folder)
        names = list(map(self._write_file, files))
        sync_folder(self.folder)
        return names

    def file_path(self, digest: str) -> Path:
        return self.folder / digest

    def has_file(self, digest: str) -> bool:
        return self.file_path(digest).exists()

    def read_file(self, digest: str) -> bytes:
        """Return the bytes stored under `digest`.

        Raises LedgerDamaged when they are gone or other bytes.
        """
        data = _read_stored(self.file_path(digest), digest)
        if hashlib.sha256(data).hexdigest() != digest:
            raise LedgerDamaged(f"{digest} in the archive is damaged", name=digest)
        return data

    def store_account(self, digest: str, account: bytes) -> None:
        """Store what may be kept of a file that may not be kept itself.

        That is an account of it, beside the hash of the original.
        """
        made_private(self.folder)
        stated = hashlib.sha256(account).hexdigest().encode()
        write_synced(self._account_path(digest), stated + b"\n" + account)

    def read_account(self, digest: str) -> bytes:
        """Return the account of the file whose hash is `digest`; raises LedgerDamaged."""
        data = _read_stored(self._account_path(digest), digest)
        stated, _, account = data.partition(b"\n")
        if hashlib.sha256(account).hexdigest().encode() != stated:
            raise LedgerDamaged(f"{digest} in the archive is damaged", name=digest)
        return account

    def list_damaged(self) -> list[str]:
        """Return names of stored files whose bytes are not what their name says."""
        return [path.name for path in self._list_stored() if not _is_intact(path)]

    def remove_expired(self, now: datetime, days: int) -> list[str]:
        """Remove what was stored more than `days` days before `now`; return the names removed."""
        oldest = (now - timedelta(days=days)).timestamp()
        expired = [path for path in self._list_stored() if path.stat().st_mtime < oldest]
        for path in expired:
            path.unlink()
        return [path.name for path in expired]

    def sweep_leftovers(self) -> None:
        """Remove what a crash left half written."""
        for path in self.folder.glob(".*.part"):
            path.unlink(missing_ok=True)

    def _account_path(self, digest: str) -> Path:
        return self.folder / f"{digest}{ACCOUNT}"

    def _write_file(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        if not self.has_file(digest):
            write_synced(self.file_path(digest), data)
        return digest

    def _list_stored(self) -> list[Path]:
        return sorted(p for p in self.folder.glob("*") if not p.name.startswith("."))


def _read_stored(path: Path, digest: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise LedgerDamaged(f"{digest} is not in the archive", name=digest) from error


def _is_intact(path: Path) -> bool:
    data, stated = path.read_bytes(), path.name
    if path.name.endswith(ACCOUNT):
        head, _, data = data.partition(b"\n")
        stated = head.decode("ascii", "replace")
    return hashlib.sha256(data).hexdigest() == stated
