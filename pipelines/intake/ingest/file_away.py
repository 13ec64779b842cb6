"""After the receipt: a file of the inbox leaves for processed/ or failed/, with its report beside it.

Nothing here is needed to keep a receipt: a crash before the move means the file is recognised next time.
"""

import json
import os
import shutil
from dataclasses import asdict
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from pipelines.catalog import LANGUAGES
from pipelines.intake import feedback
from pipelines.intake.ingest.result import IngestResult
from pipelines.intake.ingest.source_files import FileStamp, SourceFile
from pipelines.intake.issues import Issue
from pipelines.intake.model import Return
from pipelines.intake.prior_returns import load_previous_values
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.atomic_files import make_private, write_private
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, made_private


def file_away(source: SourceFile, outcome: IngestResult, settings: Settings) -> Path | None:
    """Move a file that stands in the inbox, and write its report; where it went, None for files from elsewhere.

    A file with personal data is removed; so is, once it is taken, one with client codes.
    """
    home = DataPaths(settings.home)
    if source.path is None or not source.path.absolute().is_relative_to(home.incoming.absolute()):
        return None
    folder = made_private(home.failed if outcome.needs_correction else home.processed)
    stem = f"{outcome.submission or outcome.file_sha256[:12] or 'entry'}-{source.name}"
    _write_report(folder / f"{stem}.json", outcome)
    if outcome.needs_correction and outcome.ret is not None:
        _write_marked_copy(folder / f"{stem}-sua.xlsx", outcome, outcome.ret, settings)
    if any(one.discards for one in outcome.issues) or (
        outcome.clients and not outcome.needs_correction
    ):
        _remove_file(source)
        return folder / f"{stem}.json"
    _move_file(source, folder / stem)
    return folder / stem


def build_report(outcome: IngestResult) -> dict[str, object]:
    """What the officer should know of one file, for a machine to read."""
    return {
        "name": outcome.name,
        "submission": outcome.submission,
        "status": outcome.status,
        "form": outcome.form,
        "unit": outcome.unit,
        "period": outcome.period,
        "known": outcome.known,
        "waiting": outcome.waiting,
        "changes": [asdict(change) for change in outcome.changes],
        "issues": [build_issue_report(one) for one in feedback.group_issues(outcome.issues)],
    }


def build_issue_report(one: Issue) -> dict[str, object]:
    """One issue with its sentence and what to do about it, in both languages."""
    said = {f"message_{language}": one.build_message(language) for language in LANGUAGES}
    todo = {f"advice_{language}": one.build_advice(language) for language in LANGUAGES}
    where = {"sheet": one.sheet, "cell": one.cell, "cells": list(one.cells), "text": one.text}
    return {"code": one.code, "severity": one.severity, **where, **said, **todo}


def remove_expired(settings: Settings, now: datetime) -> list[str]:
    """Remove what has stood in processed/, failed/ and the archive longer than files are kept; their names.

    The ledger keeps every cell for good; the file it came from is evidence for a while only.
    """
    oldest = (now - timedelta(days=settings.archive_days)).timestamp()
    home = DataPaths(settings.home)
    files = [
        p for folder in (home.processed, home.failed) if folder.exists() for p in folder.iterdir()
    ]
    old = [p for p in files if p.is_file() and p.lstat().st_mtime < oldest]
    for path in old:
        path.unlink()
    return sorted(
        [*(p.name for p in old), *Archive(settings.home).remove_expired(now, settings.archive_days)]
    )


def _write_marked_copy(path: Path, outcome: IngestResult, ret: Return, settings: Settings) -> None:
    """The officer's workbook with its cells marked, last quarter's values in grey."""
    reporters = {e.reporter for e in ret.entries}
    known = (
        load_previous_values(Ledger(settings.home), reporters, ret.period)
        if ret.period and reporters
        else {}
    )
    book = BytesIO()
    feedback.write_marked_copy(book, ret, outcome.issues, settings=settings, previous=known)
    write_private(path, book.getvalue())


def _write_report(path: Path, outcome: IngestResult) -> None:
    write_private(path, json.dumps(build_report(outcome), ensure_ascii=False, indent=1).encode())


def _move_file(source: SourceFile, target: Path) -> None:
    """Move what was read; a newer file that took its place meanwhile goes back to be read itself."""
    assert source.path is not None
    shutil.move(source.path, target)
    if (
        source.stamp
        and FileStamp.from_stat(target.lstat()) != source.stamp
        and not source.path.exists()
    ):
        shutil.move(target, source.path)
        return
    make_private(target)
    if source.stamp:
        # NOTE: the time of arrival here, not the one the file claims, decides how long it is kept.
        os.utime(target)


def _remove_file(source: SourceFile) -> None:
    assert source.path is not None
    status = source.path.lstat()
    if source.stamp is None or FileStamp.from_stat(status) == source.stamp:
        source.path.unlink()
