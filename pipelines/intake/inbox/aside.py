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
from pipelines.intake.history import previous
from pipelines.intake.inbox.door import Mark, Taken
from pipelines.intake.inbox.outcome import Outcome
from pipelines.intake.issues import Issue
from pipelines.intake.returns import Return
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.files import make_private, write_private
from pipelines.store.home import Home, made_private
from pipelines.store.ledger import Ledger


def put_aside(taken: Taken, outcome: Outcome, settings: Settings) -> Path | None:
    """Move a file that stands in the inbox, and write its report; where it went, None for files from elsewhere.

    A file with personal data is removed; so is, once it is taken, one with client codes.
    """
    home = Home(settings.home)
    if taken.path is None or not taken.path.absolute().is_relative_to(home.incoming.absolute()):
        return None
    folder = made_private(home.failed if outcome.to_mend else home.processed)
    stem = f"{outcome.submission or outcome.file_sha256[:12] or 'entry'}-{taken.name}"
    _write_report(folder / f"{stem}.json", outcome)
    if outcome.to_mend and outcome.ret is not None:
        _write_marked(folder / f"{stem}-sua.xlsx", outcome, outcome.ret, settings)
    if any(one.discards for one in outcome.issues) or (outcome.clients and not outcome.to_mend):
        _remove(taken)
        return folder / f"{stem}.json"
    _move(taken, folder / stem)
    return folder / stem


def report(outcome: Outcome) -> dict[str, object]:
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
        "issues": [issue_report(one) for one in feedback.group(outcome.issues)],
    }


def issue_report(one: Issue) -> dict[str, object]:
    """One issue with its sentence and what to do about it, in both languages."""
    said = {f"message_{language}": one.message(language) for language in LANGUAGES}
    todo = {f"advice_{language}": one.advice(language) for language in LANGUAGES}
    where = {"sheet": one.sheet, "cell": one.cell, "cells": list(one.cells), "text": one.text}
    return {"code": one.code, "severity": one.severity, **where, **said, **todo}


def expire(settings: Settings, now: datetime) -> list[str]:
    """Remove what has stood in processed/, failed/ and the archive longer than files are kept; their names.

    The ledger keeps every cell for good; the file it came from is evidence for a while only.
    """
    oldest = (now - timedelta(days=settings.archive_days)).timestamp()
    home = Home(settings.home)
    files = [p for folder in (home.processed, home.failed) if folder.exists() for p in folder.iterdir()]
    old = [p for p in files if p.is_file() and p.lstat().st_mtime < oldest]
    for path in old:
        path.unlink()
    return sorted([*(p.name for p in old), *Archive(settings.home).expire(now, settings.archive_days)])


def _write_marked(path: Path, outcome: Outcome, ret: Return, settings: Settings) -> None:
    """The officer's workbook with its cells marked, last quarter's values in grey."""
    reporters = {e.reporter for e in ret.entries}
    known = previous(Ledger(settings.home), reporters, ret.period) if ret.period and reporters else {}
    book = BytesIO()
    feedback.write(book, ret, outcome.issues, settings=settings, previous=known)
    write_private(path, book.getvalue())


def _write_report(path: Path, outcome: Outcome) -> None:
    write_private(path, json.dumps(report(outcome), ensure_ascii=False, indent=1).encode())


def _move(taken: Taken, target: Path) -> None:
    """Move what was read; a newer file that took its place meanwhile goes back to be read itself."""
    assert taken.path is not None
    shutil.move(taken.path, target)
    if taken.mark and Mark.of(target.lstat()) != taken.mark and not taken.path.exists():
        shutil.move(target, taken.path)
        return
    make_private(target)
    if taken.mark:
        # NOTE: the time of arrival here, not the one the file claims, decides how long it is kept.
        os.utime(target)


def _remove(taken: Taken) -> None:
    assert taken.path is not None
    status = taken.path.lstat()
    if taken.mark is None or Mark.of(status) == taken.mark:
        taken.path.unlink()
