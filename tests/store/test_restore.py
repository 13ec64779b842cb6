"""A restore writes inside its home only, and nothing when any part of the backup is wrong."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pipelines import catalog
from pipelines.errors import StoreError
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.store.archive import Archive
from pipelines.store.backup import make_backup, restore_backup, staging_folder
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.store.state_db import StateDatabase, User
from tests.store.sample_decision import DECISION

GIGABYTE = 1024**3


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A sound backup with keys."""
    root = tmp_path / "home"
    Ledger(root).append(LedgerBatch(decisions=to_frame("decisions", [DECISION])))
    Archive(root).store_file(b"report")
    StateDatabase(root).save_user(User("lan", "steward"))
    PseudonymKeys(DataPaths(root).keys).pseudonym("P-00646", "KH-0001")
    (root / "settings.toml").write_text("k = 5\n")
    (root / "report.docx").write_bytes(b"template")
    make_backup(root, tmp_path / "copy", with_keys=True)
    return tmp_path / "copy"


def write(copy: Path, name: str, data: bytes = b"x") -> None:
    """Put a file into the backup, and its true hash into the manifest."""
    path = copy / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    declare(copy, name, hashlib.sha256(data).hexdigest())


def declare(copy: Path, name: str, digest: object) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["files"][name] = digest
    (copy / "manifest.json").write_text(json.dumps(manifest))


def state(copy: Path, sql: str) -> None:
    with sqlite3.connect(copy / "state.sqlite") as db:
        db.executescript(sql)
    db.close()
    for beside in copy.glob("state.sqlite-*"):
        beside.unlink()
    declare(copy, "state.sqlite", hashlib.sha256((copy / "state.sqlite").read_bytes()).hexdigest())


def instead(copy: Path, name: str, make: Callable[[Path], object]) -> None:
    """Put something else where a file of the backup stood."""
    (copy / name).unlink()
    make(copy / name)


def large(path: Path, size: int) -> None:
    path.unlink(missing_ok=True)
    with path.open("wb") as handle:
        handle.truncate(size)


def part(copy: Path) -> str:
    return f"ledger/{next((copy / 'ledger').glob('*.parquet')).name}"


def manifest(copy: Path, text: str) -> None:
    (copy / "manifest.json").write_text(text)


EVIL = hashlib.sha256(b"x").hexdigest()
HOSTILE: dict[str, Callable[[Path], object]] = {
    # Names.
    "above the home": lambda c: write(c, "../evil.txt"),
    "far above the home": lambda c: write(c, "ledger/../../evil.txt"),
    "an absolute name": lambda c: declare(c, str(c.parent / "evil.txt"), EVIL),
    "a name with a backslash": lambda c: write(c, "..\\evil.txt"),
    "a foreign name": lambda c: write(c, "evil.txt"),
    "a foreign folder": lambda c: write(c, "builds/current.json"),
    "a program": lambda c: write(c, "ledger/evil.py"),
    "a template elsewhere": lambda c: write(c, "archive/report.docx"),
    "secrets": lambda c: write(c, "secrets.toml"),
    "a deeper folder": lambda c: write(c, "keys/x/P-1.key"),
    "another case": lambda c: write(c, "State.sqlite"),
    "a folder in another case": lambda c: write(c, "Ledger/head.json"),
    "two keys that differ in case": lambda c: (write(c, "keys/a.key"), write(c, "keys/A.key")),
    "a dot before a slash": lambda c: declare(c, "./state.sqlite", EVIL),
    "a name with a line break": lambda c: write(c, "keys/a\n.key"),
    "an empty name": lambda c: declare(c, "", EVIL),
    "the manifest itself": lambda c: declare(c, "manifest.json", EVIL),
    "a name too long": lambda c: declare(c, f"archive/{'a' * 65}", EVIL),
    # Kinds.
    "a link to a file": lambda c: instead(
        c, "settings.toml", lambda p: p.symlink_to("/etc/passwd")
    ),
    "a link to nothing": lambda c: instead(c, "settings.toml", lambda p: p.symlink_to("nowhere")),
    "a hard link": lambda c: instead(c, "settings.toml", lambda p: os.link(c / "state.sqlite", p)),
    "a pipe": lambda c: instead(c, "settings.toml", os.mkfifo),
    "a folder for a file": lambda c: instead(c, "settings.toml", Path.mkdir),
    "a link to a folder": lambda c: (
        shutil.move(c / "keys", c.parent / "k"),
        (c / "keys").symlink_to(c.parent / "k"),
    ),
    "a file not in the manifest": lambda c: (c / "boundaries.json").write_text("{}"),
    # Hashes and the manifest.
    "another content": lambda c: (c / "settings.toml").write_text("k = 1\n"),
    "a hash of another type": lambda c: declare(c, "settings.toml", 5),
    "a file that is not there": lambda c: (c / "settings.toml").unlink(),
    "a name twice": lambda c: manifest(
        c, '{"ledger_head": 1, "files": {"settings.toml": "a", "settings.toml": "b"}}'
    ),
    "no manifest": lambda c: (c / "manifest.json").unlink(),
    "an endless manifest": lambda c: manifest(c, "[" * 1_000_000),
    "a manifest of another kind": lambda c: manifest(c, '{"ledger_head": "1", "files": []}'),
    "another head": lambda c: manifest(
        c, (c / "manifest.json").read_text().replace('"ledger_head": 1', '"ledger_head": 2')
    ),
    "a ledger of its own": lambda c: write(c, "ledger/sequence.jsonl", b'{"seq": 1}\n'),
    "a batch that is not whole": lambda c: write(c, part(c), b"PAR1"),
    # Sizes and programs in data.
    "settings too large": lambda c: large(c / "settings.toml", 2 * 1024**2),
    "a key too large": lambda c: large(c / "keys" / "P-00646.key", 5000),
    "a report too large": lambda c: large(c / "archive" / ("0" * 64), GIGABYTE),
    "a state too large": lambda c: large(c / "state.sqlite", 5 * GIGABYTE),
    "a state that is none": lambda c: write(c, "state.sqlite", b"x" * 5000),
    "a state with a trigger": lambda c: state(
        c, "create trigger t after insert on users begin select 1; end"
    ),
    "a state with a view": lambda c: state(c, "create view v as select 1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_backup_is_refused_in_a_sentence_and_nothing_is_written(
    name: str, copy: Path, tmp_path: Path
) -> None:
    HOSTILE[name](copy)
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(copy)}
    with pytest.raises(StoreError) as refused:
        restore_backup(copy, tmp_path / "new")
    assert refused.value.code in catalog.messages() and refused.value.values["name"]
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(copy)} == before


def test_there_are_thirty_hostile_backups_and_more() -> None:
    assert len(HOSTILE) >= 30


@pytest.mark.parametrize("folder", ["ledger", "archive", "keys"])
def test_nothing_is_written_through_a_link_in_the_home(
    folder: str, copy: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / folder).symlink_to(outside)
    with pytest.raises(StoreError) as refused:
        restore_backup(copy, tmp_path / "new")
    assert (refused.value.code, list(outside.iterdir())) == ("restore_link", [])


#: How often a restore is cut off; 200 in the long form.
CUTS = 200 if os.environ.get("CAUNOI_FULL") else 10
#: Calls of the system that a restore makes on the disk; it is cut off at one of them.
DISK_CALLS = ("fsync", "open", "mkdir", "rename", "unlink", "utime", "write")


class Cut(BaseException):
    """The process ends here."""


def cut_off(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the disk's calls end the restore after so many of them, without any tidying up."""
    left = [after]

    def ending(call: Callable[..., object]) -> Callable[..., object]:
        def ending_call(*args: object, **options: object) -> object:
            left[0] -= 1
            if left[0] <= 0:
                raise Cut
            return call(*args, **options)

        return ending_call

    for name in DISK_CALLS:
        monkeypatch.setattr(os, name, ending(getattr(os, name)))
    monkeypatch.setattr(shutil, "rmtree", ending(shutil.rmtree))


def test_a_restore_that_is_cut_off_leaves_the_home_empty_or_whole(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, seen = tmp_path / "new", set()
    for cut in range(CUTS):
        with monkeypatch.context() as hurt, suppress(Cut):
            cut_off(hurt, 2 + cut * 60 // CUTS)
            restore_backup(copy, new)
        is_whole = (new / "ledger").exists()
        assert is_whole or not any(new.glob("*"))
        if not is_whole:
            restore_backup(copy, new)
        assert Ledger(new).verify() == [] and Ledger(new).head() == 1
        assert Archive(new).list_damaged() == []
        seen.add(is_whole)
        shutil.rmtree(new)
        shutil.rmtree(staging_folder(new), ignore_errors=True)
    assert seen >= {False}


def test_users_settings_and_template_come_back_only_when_asked_for(
    copy: Path, tmp_path: Path
) -> None:
    restore_backup(copy, tmp_path / "without")
    assert StateDatabase(tmp_path / "without").list_users() == []
    assert not (tmp_path / "without" / "settings.toml").exists()
    assert not (tmp_path / "without" / "report.docx").exists()
    restore_backup(copy, tmp_path / "with", with_rights=True)
    assert StateDatabase(tmp_path / "with").list_users() == [User("lan", "steward")]
    assert (tmp_path / "with" / "settings.toml").read_text() == "k = 5\n"
    assert (tmp_path / "with" / "report.docx").read_bytes() == b"template"


def test_a_backup_that_could_not_be_restored_is_not_made(tmp_path: Path) -> None:
    Archive(tmp_path / "home").store_file(b"report")
    large(tmp_path / "home" / "report.docx", 65 * 1024**2)
    with pytest.raises(StoreError) as refused:
        make_backup(tmp_path / "home", tmp_path / "copy")
    assert refused.value.code == "backup_large"
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_home_that_holds_something_is_not_replaced(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "settings.toml").write_text("k = 4\n")
    with pytest.raises(StoreError) as refused:
        restore_backup(copy, tmp_path / "new")
    assert refused.value.code == "restore_in_use"
    assert (tmp_path / "new" / "settings.toml").read_text() == "k = 4\n"


def test_a_file_that_changes_after_it_was_judged_is_not_taken(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.store import backup as module

    judged = module.inspect_backup

    def inspect_and_change(source: Path) -> object:
        found = judged(source)
        (source / "settings.toml").write_text("k = 1\n")
        return found

    monkeypatch.setattr(module, "inspect_backup", inspect_and_change)
    with pytest.raises(StoreError):
        restore_backup(copy, tmp_path / "new", with_rights=True)
    assert [path for path in (tmp_path / "new").rglob("*") if path.is_file()] == []
