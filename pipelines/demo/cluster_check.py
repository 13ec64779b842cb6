"""Compare a build by DuckDB with one by a Spark cluster, table by table.

`caunoi cluster-check` starts a standalone cluster on this machine, one master and two workers, lets
both engines make a build of the same ledger, compares the hashes of all tables, and keeps nothing.
"""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import duckdb

from pipelines.demo.ledger_copies import copy_ledger
from pipelines.errors import StoreError
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.warehouse.build import hash_tables, make_build

WORKERS = 2
#: What one worker offers, and what Spark's own services hold.
WORKER_MEMORY, SERVICE_MEMORY = "2g", "256m"
#: Seconds for a master to answer on a busy machine.
START_SECONDS = 120.0
HERE = "127.0.0.1"


@dataclass(frozen=True)
class TableCheck:
    """One table of a build: its rows by DuckDB, and whether both engines gave the same hash."""

    copies: int
    table: str
    rows: int
    is_equal: bool


@dataclass(frozen=True)
class SizeCheck:
    """What a ledger of some copies took: its values of forms A and B, seconds by engine."""

    copies: int
    values: int
    duckdb: float
    spark: float


@dataclass(frozen=True)
class ClusterReport:
    """What a check found: every table at every size, and what each size took."""

    tables: list[TableCheck]
    sizes: list[SizeCheck]

    @property
    def is_equal(self) -> bool:
        """True when every table is."""
        return all(check.is_equal for check in self.tables)


def check_cluster(settings: Settings, sizes: Sequence[int], master: str = "") -> ClusterReport:
    """Build this home's ledger, so many times over, with DuckDB and on a cluster; compare.

    `master`: that cluster instead of one of our own. Raises StoreError when Spark or Java is
    missing or the cluster fails.
    """
    report = ClusterReport([], [])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cluster-")))
        address = master or stack.enter_context(run_cluster(folder / "cluster"))
        for copies in sizes:
            home = settings.home
            if copies > 1:
                home = folder / f"home-{copies}"
                copy_ledger(settings.home, home, copies)
            here = replace(settings, home=home, spill_folder=str(folder), engine="")
            _compare_engines(here, address, copies, report)
    return report


def _compare_engines(settings: Settings, master: str, copies: int, report: ClusterReport) -> None:
    """Add what both engines make of a ledger to the report."""
    folder = Path(settings.spill_folder)
    ours = _build_timed(settings, folder / f"duckdb-{copies}.duckdb")
    theirs = _build_timed(replace(settings, engine=master), folder / f"spark-{copies}.duckdb")
    values = Ledger(settings.home).frame("values").height
    report.sizes.append(SizeCheck(copies, values, ours.seconds, theirs.seconds))
    for table, found in ours.hashes.items():
        is_equal = theirs.hashes.get(table) == found
        report.tables.append(TableCheck(copies, table, ours.rows[table], is_equal))


@dataclass(frozen=True)
class _TimedBuild:
    seconds: float
    hashes: Mapping[str, str]
    rows: Mapping[str, int]


def _build_timed(settings: Settings, path: Path) -> _TimedBuild:
    began = time.monotonic()
    make_build(settings, path)
    seconds = time.monotonic() - began
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set enable_progress_bar = false")
        hashes = hash_tables(con)
        rows = {}
        for table in hashes:
            rows[table] = con.table(table).count("*").fetchall()[0][0]
    return _TimedBuild(seconds, hashes, rows)


@contextmanager
def run_cluster(folder: Path, workers: int = WORKERS) -> Iterator[str]:
    """Run a standalone cluster on this machine, its files in `folder`; offers its address.

    Raises StoreError (spark_missing) without Spark, (spark_unreachable) when no master answers.
    """
    spec = find_spec("pyspark")
    if not spec or not spec.origin:
        raise StoreError("pyspark is not installed", code="spark_missing")
    home = Path(spec.origin).parent
    folder.mkdir(parents=True)
    port = _find_port()
    address = f"spark://{HERE}:{port}"
    master = ("master.Master", "--host", HERE, "--port", str(port), "--webui-port", "0")
    worker = ("worker.Worker", "--host", HERE, "--webui-port", "0", "--cores", "1")
    offer = ("--memory", WORKER_MEMORY, "--work-dir", str(folder / "work"), address)
    with ExitStack() as stack:
        first = stack.enter_context(_run_service(home, folder, master))
        _await_master(first, port, address)
        for _ in range(workers):
            stack.enter_context(_run_service(home, folder, worker + offer))
        yield address


@contextmanager
def _run_service(
    home: Path, folder: Path, words: tuple[str, ...]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of Spark's services and end it with the block."""
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HERE,
        "SPARK_DAEMON_MEMORY": SERVICE_MEMORY,
    }
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{words[0]}", *words[1:]]
    with (folder / "services.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _find_port() -> int:
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        return int(taken.getsockname()[1])


def _await_master(process: subprocess.Popen[bytes], port: int, address: str) -> None:
    """Wait until the master takes a connection; raise StoreError when it ends or never does."""
    give_up = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        try:
            socket.create_connection((HERE, port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise StoreError(f"nobody at {address}", code="spark_unreachable", master=address)
