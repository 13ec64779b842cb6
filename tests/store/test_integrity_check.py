"""The doctor finds what is wrong with a home and says what to do about it in both languages."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.atomic_files import write_private
from pipelines.store.integrity_check import examine_home
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, ensure_dir
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.store.state_db import StateDatabase
from tests.store.sample_decision import DECISION


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A sound home with one of everything."""
    Ledger(tmp_path).append(LedgerBatch(decisions=to_frame("decisions", [DECISION])))
    Archive(tmp_path).store_file(b"report")
    StateDatabase(tmp_path).record_event("lan", "close", "2022-Q3")
    PseudonymKeys(DataPaths(tmp_path).keys).pseudonym("P-00646", "KH-0001")
    write_private(ensure_dir(DataPaths(tmp_path).builds) / "warehouse-1.duckdb", b"build")
    card = {"name": "warehouse-1", "sha256": hashlib.sha256(b"build").hexdigest(), "ledger_head": 1}
    write_private(DataPaths(tmp_path).builds / "current.json", json.dumps(card).encode())
    return Settings(home=tmp_path)


def _spoil(pattern: str) -> Callable[[Path], object]:
    return lambda home: next(home.glob(pattern)).write_bytes(b"{")


def _remove(pattern: str) -> Callable[[Path], object]:
    return lambda home: next(home.glob(pattern)).unlink()


def test_a_sound_home_has_no_fault(settings: Settings) -> None:
    assert examine_home(settings) == []


def test_an_empty_home_has_no_fault(tmp_path: Path) -> None:
    assert examine_home(Settings(home=tmp_path / "nothing yet")) == []


@pytest.mark.parametrize(
    ("damage", "code", "subject"),
    [
        (_spoil("ledger/*.parquet"), "doctor-changed", "000001-decisions.parquet"),
        (_remove("ledger/*.parquet"), "doctor-missing", "000001-decisions.parquet"),
        (_remove("ledger/sequence.jsonl"), "doctor-sequence", "1"),
        (_remove("ledger/head.json"), "doctor-witness", "head.json"),
        (
            lambda home: write_private(home / "ledger" / "000002-values.parquet", b""),
            "doctor-orphan",
            "000002-values.parquet",
        ),
        (_spoil("archive/*"), "doctor-archive", hashlib.sha256(b"report").hexdigest()),
        (lambda home: (home / "keys" / "P-00646.key").chmod(0o644), "doctor-key", "P-00646.key"),
        (_spoil("builds/*.duckdb"), "doctor-build", "warehouse-1.duckdb"),
        (_remove("builds/*.duckdb"), "doctor-build", "warehouse-1.duckdb"),
        (_spoil("builds/current.json"), "doctor-pointer", "current.json"),
        (_remove("builds/current.json"), "doctor-no-build", "current.json"),
    ],
)
def test_each_fault_is_named_and_comes_with_a_remedy(
    settings: Settings, damage: Callable[[Path], object], code: str, subject: str
) -> None:
    damage(settings.home)
    faults = examine_home(settings)
    assert [(f.code, f.subject) for f in faults] == [(code, subject)]
    assert faults[0].format_message("vi") != faults[0].format_message("en")


def _replace_by_folder(pattern: str) -> Callable[[Path], object]:
    """Nobody, not even root, can read a folder as a file."""

    def replace_file(home: Path) -> None:
        path = next(home.glob(pattern))
        path.unlink()
        path.mkdir()

    return replace_file


@pytest.mark.parametrize("pattern", ["ledger/*.parquet", "builds/*.duckdb", "archive/*"])
def test_what_cannot_be_read_is_named_and_the_rest_is_examined(
    settings: Settings, pattern: str
) -> None:
    _replace_by_folder(pattern)(settings.home)
    (settings.home / "keys" / "P-00646.key").chmod(0o644)
    faults = {fault.code for fault in examine_home(settings)}
    assert "doctor-key" in faults and len(faults) >= 2


def test_a_state_that_cannot_be_read_is_named(settings: Settings) -> None:
    (settings.home / "state.sqlite").write_bytes(b"x" * 5000)
    faults = [(fault.code, fault.subject) for fault in examine_home(settings)]
    assert ("doctor-unreadable", str(settings.home / "state.sqlite")) in faults


def test_a_half_restore_is_told_from_an_empty_and_a_whole_home(settings: Settings) -> None:
    (settings.home / "ledger" / "sequence.jsonl").unlink()
    (settings.home / "ledger" / "head.json").unlink()
    codes = {fault.code for fault in examine_home(settings)}
    assert "doctor-half" in codes


def test_what_others_may_read_is_named(settings: Settings) -> None:
    (settings.home / "state.sqlite").chmod(0o644)
    faults = [(fault.code, fault.subject) for fault in examine_home(settings)]
    assert faults == [("doctor-mode", "state.sqlite")]


def test_a_build_older_than_the_ledger_is_said_to_be(settings: Settings) -> None:
    Ledger(settings.home).append(LedgerBatch(decisions=to_frame("decisions", [DECISION])))
    assert [(f.code, f.grave) for f in examine_home(settings)] == [("doctor-behind", False)]


def test_a_disk_without_room_is_named(settings: Settings) -> None:
    assert [f.code for f in examine_home(replace(settings, free_bytes=1 << 62))] == ["doctor-disk"]


@pytest.mark.parametrize(
    "name",
    ["ledger/sequence.jsonl", "ledger/head.json", "ledger/audit.json", "builds/current.json"],
)
def test_a_file_nested_without_end_is_a_damaged_file(settings: Settings, name: str) -> None:
    deep = b"[" * 100_000 + b"\n"
    (settings.home / name).write_bytes(deep)
    assert examine_home(settings)
