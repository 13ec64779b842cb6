"""A build on a Spark cluster: what is missing is said, and every table is DuckDB's own."""

import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from pipelines.demo.cluster_check import check_cluster, run_cluster
from pipelines.demo.ledger_copies import copy_ledger
from pipelines.errors import DefinitionError, StoreError
from pipelines.settings import Settings, load_settings
from pipelines.store.ledger import Ledger
from pipelines.warehouse.engine import open_engine, run_models
from pipelines.warehouse.spark_engine import run_on_cluster
from tests.processes import free_port
from tests.warehouse.awkward_ledger import AwkwardLedger


def refuse_cluster(folder: Path, master: str) -> str:
    """Return the code of the sentence that a build on this cluster ends with."""
    settings = Settings(home=folder, spill_folder=str(folder), engine=master)
    with duckdb.connect() as con, pytest.raises(StoreError) as refused:
        run_on_cluster(con, settings, {}, None)
    return refused.value.code


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand for an installed Java, which none of these tests gets as far as starting."""
    program = tmp_path / "java" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    return program


@pytest.fixture
def listener() -> Iterator[str]:
    """Somebody who listens where a master would, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"spark://127.0.0.1:{server.getsockname()[1]}"


def test_without_java_or_a_master_or_spark_a_build_ends_with_a_sentence(
    java: Path, listener: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert refuse_cluster(tmp_path, listener) == "spark_missing"
    nobody = f"spark://127.0.0.1:{free_port()}"
    assert refuse_cluster(tmp_path, nobody) == "spark_unreachable"
    java.unlink()
    assert refuse_cluster(tmp_path, listener) == "spark_java"


def test_the_engine_is_named_by_settings_or_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings(tmp_path).engine == ""
    (tmp_path / "settings.toml").write_text('engine = "spark://one:7077"\n')
    assert load_settings(tmp_path).engine == "spark://one:7077"
    monkeypatch.setenv("CAUNOI_ENGINE", "spark://two:7077")
    assert load_settings(tmp_path).engine == "spark://two:7077"
    monkeypatch.setenv("CAUNOI_ENGINE", "")
    assert load_settings(tmp_path).engine == ""


@pytest.mark.parametrize("address", ["spark", "spark://one", "yarn://one:1", "spark://one:7077/x"])
def test_an_address_that_is_no_master_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("CAUNOI_ENGINE", address)
    with pytest.raises(DefinitionError, match="spark://HOST:PORT"):
        load_settings(tmp_path)
    monkeypatch.delenv("CAUNOI_ENGINE")
    (tmp_path / "settings.toml").write_text(f'engine = "{address}"\n')
    with pytest.raises(DefinitionError, match="spark://HOST:PORT"):
        load_settings(tmp_path)


def count_facts(settings: Settings) -> int:
    """Return how many facts of forms A and B the models make of a ledger."""
    with open_engine(settings.home / "models.duckdb", settings) as con:
        run_models(con, Ledger(settings.home), settings)
        return int(con.sql("select count(*) from reported_facts").fetchall()[0][0])


@pytest.mark.slow
def test_a_ledger_three_times_over_has_three_times_the_values_and_no_fewer_facts(
    tmp_path: Path,
) -> None:
    one, three = tmp_path / "one", tmp_path / "three"
    AwkwardLedger(one, 0).fill(10)
    copy_ledger(one, three, 3)
    settings = Settings(home=one, free_bytes=0)
    assert Ledger(three).frame("values").height == 3 * Ledger(one).frame("values").height
    assert count_facts(replace(settings, home=three)) >= 2 * count_facts(settings) > 0


if os.environ.get("CAUNOI_FULL") and find_spec("pyspark"):

    @pytest.mark.slow
    @pytest.mark.filterwarnings("ignore:PySpark does not:FutureWarning")
    def test_spark_makes_every_table_of_awkward_ledgers_as_duckdb_does(tmp_path: Path) -> None:
        """The long form starts a cluster and needs the extra spark."""
        with run_cluster(tmp_path / "cluster") as master:
            for seed in range(3):
                home = tmp_path / f"home-{seed}"
                AwkwardLedger(home, seed).fill(40)
                report = check_cluster(Settings(home=home, free_bytes=0), (1,), master)
                assert [check.table for check in report.tables if not check.is_equal] == []
                assert sum(check.rows for check in report.tables if "mart" in check.table) > 0
