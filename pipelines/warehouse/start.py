"""Builds in a process of their own, started by pages, the watched inbox and commands alike.

`python -m pipelines.warehouse HOME` is that process. Two at once do no harm: the second waits, and
leaves when the first has already built all there is.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

from pipelines.errors import NoBuild, StoreError
from pipelines.reference.csv_tables import digest_definitions
from pipelines.settings import PROJECT, Settings
from pipelines.store.atomic_files import file_lock, open_private
from pipelines.store.compaction import compact_if_many
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, made_private
from pipelines.warehouse import publish
from pipelines.warehouse.build import LOCK, Build, build_while_locked

#: What the build prints, kept for the administrator.
LOG = "build.log"
#: A city's build takes a second or two; a longer wait means that something is stuck.
WAIT_SECONDS = 120.0


def start_build(settings: Settings) -> subprocess.Popen[bytes]:
    """Start a build and return at once; `batches_behind` is 0 when it is done."""
    folder = made_private(DataPaths(settings.home).builds)
    environment = {**os.environ, "CAUNOI_HOME": str(settings.home), "PYTHONPATH": str(PROJECT)}
    with open_private(folder / LOG, os.O_APPEND) as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipelines.warehouse", str(settings.home)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    # NOTE: without a wait, the child stays in the process table as long as the server runs.
    Thread(target=process.wait, daemon=True).start()
    return process


def batches_behind(settings: Settings) -> int:
    """Count the batches of the ledger that the current build does not know yet."""
    return max(Ledger(settings.home).head() - _built_head(settings.home), 0)


def is_outdated(settings: Settings) -> bool:
    """Was the current build made with another catalogue than the one in force?"""
    try:
        build = publish.find_current_build(settings.home)
    except NoBuild:
        return False
    return build.catalogue != digest_definitions()


def build_if_behind(settings: Settings) -> Build | None:
    """Build unless the newest build stands on the whole ledger and on today's catalogue."""
    with file_lock(DataPaths(settings.home).builds / LOCK, WAIT_SECONDS):
        if is_behind(settings):
            return build_while_locked(settings)
    return None


def merge_batches(settings: Settings) -> None:
    """Merge the ledger's batches when many small ones stand, as far as that is possible now.

    NOTE: a build is not undone by a disk that is full, or by another merge at work.
    """
    with suppress(StoreError):
        compact_if_many(Ledger(settings.home))


def is_behind(settings: Settings) -> bool:
    """Does the current build lack batches of the ledger, or today's catalogue?"""
    lacks_batches = batches_behind(settings) > 0 or not _built_head(settings.home)
    return lacks_batches or is_outdated(settings)


def _built_head(home: Path) -> int:
    try:
        return publish.find_current_build(home).ledger_head
    except NoBuild:
        return 0
