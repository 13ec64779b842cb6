"""A connection for pages and notebooks reads its build and nothing else: 31 ways out are closed."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.errors import Refused
from pipelines.warehouse import connect as door
from pipelines.warehouse.connect import connect_read_only, run_query

PROBES = {
    "read a file as text": "select * from read_text('{secret}')",
    "read a file as bytes": "select * from read_blob('{secret}')",
    "read a file as CSV": "select * from read_csv('{secret}', header = false)",
    "read a file by its name": "select * from '{secret}'",
    "read Parquet": "select * from read_parquet('{folder}/*.parquet')",
    "read JSON": "select * from read_json('{secret}')",
    "sniff a file": "select * from sniff_csv('{secret}')",
    "list a folder": "select * from glob('{folder}/*')",
    "list a folder above": "select * from glob('{folder}/../*')",
    "read a system file": "select * from read_text('/etc/passwd')",
    "read the environment's file": "select * from read_text('/proc/self/environ')",
    "read over the network": "select * from read_csv('https://127.0.0.1:9/x.csv')",
    "write a file": "copy (select 1) to '{folder}/out.csv'",
    "write Parquet": "copy (select 1) to '{folder}/out.parquet' (format parquet)",
    "export everything": "export database '{folder}/out'",
    "import a database": "import database '{folder}/out'",
    "attach another file": "attach '{folder}/other.duckdb' as other",
    "attach read-only": "attach '{folder}/other.duckdb' as other (read_only)",
    "install an extension": "install httpfs",
    "load an extension": "load httpfs",
    "install from a community": "install h3 from community",
    "keep a secret": "create persistent secret s (type s3, key_id 'a', secret 'b')",
    "log into a file": "call enable_logging(storage = 'file', "
    "storage_config = {{'path': '{folder}/log'}})",
    "profile into a file": "pragma profiling_output = '{folder}/profile.json'",
    "open the doors again": "set enable_external_access = true",
    "unlock": "set lock_configuration = false",
    "allow folders": "set allowed_directories = ['{folder}']",
    "spill elsewhere": "set temp_directory = '{folder}/spill'",
    "take more memory": "set memory_limit = '100GB'",
    "see a Python variable": "select * from frame_of_the_caller",
    "add to the build": "insert into facts values (1)",
    "change the build": "create table main.mine as select 1",
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locked")
    path = folder / "build.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("create table facts as select range as n from range(10)")
    (folder / "secret.csv").write_text("CANARY\n", encoding="utf-8")
    pl.DataFrame({"a": ["CANARY"]}).write_parquet(folder / "secret.parquet")
    return path


@pytest.fixture
def locked(build: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect_read_only(build)
    yield con
    con.close()


def test_there_are_at_least_thirty_one() -> None:
    assert len(PROBES) >= 31


@pytest.mark.parametrize("probe", PROBES)
def test_no_way_leads_out(locked: duckdb.DuckDBPyConnection, build: Path, probe: str) -> None:
    frame_of_the_caller = pl.DataFrame({"a": ["CANARY"]})
    before = sorted(p.name for p in build.parent.iterdir())
    text = PROBES[probe].format(folder=build.parent, secret=build.parent / "secret.csv")
    with pytest.raises(duckdb.Error) as caught:
        locked.execute(text).fetchall()
    assert "CANARY" not in str(caught.value) and frame_of_the_caller.height == 1
    assert sorted(p.name for p in build.parent.iterdir()) == before
    assert locked.execute("select count(*) from facts").fetchall() == [(10,)]


@pytest.mark.parametrize(
    "endless",
    [
        "select count(*) as n from range(10000000) a, range(1000000) b "
        "where a.range % 7 = b.range % 11",
        "select range as n from range(1000000000000) where range % 10000000019 = 5",
    ],
    ids=["counting", "searching"],
)
def test_a_question_that_does_not_end_is_stopped(
    locked: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, endless: str
) -> None:
    with monkeypatch.context() as hurried, pytest.raises(Refused) as caught:
        hurried.setattr(door, "CPU_SECONDS", 0.5)
        run_query(locked, endless)
    assert caught.value.code == "too_slow"
    assert run_query(locked, "select count(*) as n from facts").item() == 10


def test_a_question_is_limited_by_its_own_computing_and_by_no_clock(
    locked: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits, and others compute, for longer than it may compute."""
    monkeypatch.setattr(door, "CPU_SECONDS", 0.2)
    stopped = threading.Event()
    with door._watch.interrupt_after(stopped.set):
        assert not stopped.wait(4 * door.CPU_SECONDS)
    with door._watch.interrupt_after(stopped.set):
        others = threading.Thread(target=compute, args=[4 * door.CPU_SECONDS])
        others.start()
        others.join()
        assert not stopped.is_set()
    with door._watch.interrupt_after(stopped.set):
        compute(2 * door.CPU_SECONDS)
        assert stopped.wait(60)


def compute(seconds: float) -> None:
    """Compute for so long on this thread."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_an_answer_that_does_not_fit_is_refused(
    locked: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "CELLS", 1000)
    assert run_query(locked, "select range as n from range(1000)").height == 1000
    for asked in (
        "select range as n from range(1001)",
        "select n, n + 1, n + 2 from range(500) as r(n)",
    ):
        with pytest.raises(Refused) as caught:
            run_query(locked, asked)
        assert caught.value.code == "too_much"


def test_memory_has_an_end(locked: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.OutOfMemoryException):
        locked.execute(
            "select list(range::varchar || repeat('x', 200)) from range(20000000)"
        ).fetchall()
