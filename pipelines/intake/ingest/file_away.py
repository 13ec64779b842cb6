"""Move a received file of the inbox to processed/ or failed/, with its report beside it.

Nothing here is needed to keep a receipt: a crash before the move means the file is recognised next
time.
"""

import json
import os
import shutil
from collections.abc import Mapping
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
from pipelines.intake.templates.prefill import ValuesByCode
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.atomic_files import make_private, write_private
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, made_private


def file_away(source: SourceFile, outcome: IngestResult, settings: Settings) -> Path | None:
    """Move a file that stands in the inbox, and write its report.

    A file with personal data is removed; so is, once it is taken, one with client codes. Returns
    where the file, or else its report, is now; None for files from elsewhere.
    """
    home = DataPaths(settings.home)
    if not _stands_in(home.incoming, source):
        return None
    folder = made_private(home.failed if outcome.needs_correction else home.processed)
    prefix = outcome.submission or outcome.file_sha256[:12] or "entry"
    target = folder / f"{prefix}-{source.name}"
    report = folder / f"{target.name}.json"
    _write_report(report, outcome)
    if outcome.needs_correction and outcome.ret is not None:
        _write_marked_copy(folder / f"{target.name}-sua.xlsx", outcome, outcome.ret, settings)
    if _may_be_kept(outcome):
        _move_file(source, target)
        return target
    _remove_file(source)
    return report


def _stands_in(folder: Path, source: SourceFile) -> bool:
    path = source.path
    return path is not None and path.absolute().is_relative_to(folder.absolute())


def _may_be_kept(outcome: IngestResult) -> bool:
    """May the file itself stay: without personal data, and without client codes once taken?"""
    if any(issue.discards for issue in outcome.issues):
        return False
    return outcome.needs_correction or not outcome.clients


def build_report(outcome: IngestResult) -> dict[str, object]:
    """Report what the officer should know of one file, for a machine to read."""
    return {
        "name": outcome.name,
        "submission": outcome.submission,
        "status": outcome.status,
        "form": outcome.form,
        "unit": outcome.unit,
        "period": outcome.period,
        "known": outcome.known,
        "waiting": outcome.waiting,
        "coverage": _report_coverage(outcome),
        "changes": list(map(asdict, outcome.changes)),
        "issues": list(map(build_issue_report, feedback.group_issues(outcome.issues))),
    }


def _report_coverage(outcome: IngestResult) -> dict[str, object] | None:
    """Report who of a district has a line in its workbook; None for other returns."""
    coverage = outcome.coverage
    if coverage is None:
        return None
    return {
        "expected": coverage.owed,
        "filled": len(coverage.filled),
        "missing": coverage.missing,
        "blank": coverage.blank,
        "received_earlier": coverage.earlier,
    }


def build_issue_report(one: Issue) -> dict[str, object]:
    """Report one issue with its sentence and what to do about it, in both languages."""
    messages = {f"message_{language}": one.build_message(language) for language in LANGUAGES}
    advice = {f"advice_{language}": one.build_advice(language) for language in LANGUAGES}
    return {
        "code": one.code,
        "severity": one.severity,
        "sheet": one.sheet,
        "cell": one.cell,
        "cells": list(one.cells),
        "text": one.text,
        **messages,
        **advice,
    }


def remove_expired(settings: Settings, now: datetime) -> list[str]:
    """Remove what has stood in processed/, failed/ and the archive longer than files are kept.

    Returns the names. The ledger keeps every cell for good; the file it came from is evidence for a
    while only.
    """
    oldest = (now - timedelta(days=settings.archive_days)).timestamp()
    home = DataPaths(settings.home)
    names: list[str] = []
    for path in [*_list_files(home.processed), *_list_files(home.failed)]:
        if path.lstat().st_mtime < oldest:
            path.unlink()
            names.append(path.name)
    names += Archive(settings.home).remove_expired(now, settings.archive_days)
    return sorted(names)


def _list_files(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    return [path for path in folder.iterdir() if path.is_file()]


def _write_marked_copy(path: Path, outcome: IngestResult, ret: Return, settings: Settings) -> None:
    """Write the officer's workbook with its cells marked, last quarter's values in grey."""
    previous: Mapping[str, ValuesByCode] = {}
    if ret.period and ret.reporters:
        previous = load_previous_values(Ledger(settings.home), ret.reporters, ret.period)
    book = BytesIO()
    feedback.write_marked_copy(book, ret, outcome.issues, settings=settings, previous=previous)
    write_private(path, book.getvalue())


def _write_report(path: Path, outcome: IngestResult) -> None:
    report = json.dumps(build_report(outcome), ensure_ascii=False, indent=1)
    write_private(path, report.encode())


def _move_file(source: SourceFile, target: Path) -> None:
    """Move what was read; a newer file that took its place meanwhile goes back to be read."""
    assert source.path is not None
    shutil.move(source.path, target)
    is_other = source.stamp is not None and FileStamp.from_stat(target.lstat()) != source.stamp
    if is_other and not source.path.exists():
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
