"""A Spark cluster as the engine of a build: the same models over the same Parquet files.

The ledger's files are read where they lie; the small tables of the catalogue and what each model
makes are Parquet files in a folder beside the build. The home and that folder are reached by driver
and workers under the same paths. What a build holds is read back into DuckDB, typed as DuckDB would
have typed it, and published as ever.
"""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from pipelines.errors import StoreError
from pipelines.settings import SPARK_MASTER, Settings
from pipelines.store.paths import DataPaths
from pipelines.store.schema import KINDS, empty_frame
from pipelines.warehouse.engine import SPILL, list_models, name_table, read_frame

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: Seconds for a master to take a connection, and for its first worker to take up work.
MASTER_SECONDS, WORKER_SECONDS = 5.0, 60.0
#: Parts of a shuffle at least: a part is what one core holds, and spills, at a time.
LEAST_PARTS = 16
#: Moments as other readers of Parquet know them; days and moments mean the same everywhere.
OPTIONS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}
#: The moment a kind of rows is cut off by; issues carry none.
MOMENTS = {
    "decisions": "at",
    "values": "received",
    "records": "received",
    "submissions": "received",
}
#: What patterns of file names mean to Hadoop.
PATTERN_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\{}[]*?,"})


def run_on_cluster(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    inputs: Mapping[str, pl.DataFrame],
    as_of: datetime | None,
) -> None:
    """Make every table of a build, temporary in `con`, by the cluster that the settings name.

    `con` has opened the ledger already; `inputs` are the tables of the catalogue. Raises StoreError
    when Spark or Java is missing here, when no cluster answers, and when one gives up.
    """
    beside = Path(settings.spill_folder or DataPaths(settings.home).builds)
    with (
        tempfile.TemporaryDirectory(prefix=SPILL, dir=beside) as folder,
        _open_session(settings.engine) as spark,
    ):
        shared = Path(folder)
        _share_inputs(spark, shared, inputs)
        _share_ledger(spark, shared, read_frame(con, "from ledger_parts"), as_of)
        for model in list_models():
            _run_model(spark, shared, model)
        _read_back(con, shared)


@contextmanager
def _open_session(master: str) -> Iterator["SparkSession"]:
    """Open a session on a cluster that answers and has a worker; end it, with its process."""
    _find_java()
    _knock(master)
    try:
        import sqlglot  # noqa: F401
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise StoreError(f"{error.name} is not installed", code="spark_missing") from error
    session = None
    try:
        builder = SparkSession.builder.master(master).appName("caunoi")
        for name, value in OPTIONS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        _await_worker(session, master)
        cores = session.sparkContext.defaultParallelism
        session.conf.set("spark.sql.shuffle.partitions", max(LEAST_PARTS, cores * 4))
        yield session
    except (PySparkException, Py4JError) as error:
        # NOTE: what Spark says may repeat a cell; its kind alone is told.
        raise StoreError(f"Spark: {_name_fault(error)}", code="spark_failed") from error
    finally:
        _close_session(session)


def _close_session(session: "SparkSession | None") -> None:
    """End the session and the Java process behind it, which would outlive us."""
    if session is None:
        return
    gateway: Any = session.sparkContext._gateway
    with suppress(Exception):
        session.stop()
    process = getattr(gateway, "proc", None)
    gateway.shutdown()
    if process is not None:
        process.stdin.close()
        process.wait(timeout=WORKER_SECONDS)
    from pyspark import SparkContext

    # NOTE: the next session of this process needs a Java process of its own.
    SparkContext._gateway = None
    SparkContext._jvm = None


def _name_fault(error: Exception) -> str:
    condition = getattr(error, "getCondition", lambda: None)()
    return condition or type(error).__name__


def _find_java() -> None:
    """Raise StoreError (spark_java) when no Java is found where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=f"{home}/bin" if home else None):
        raise StoreError("no Java here", code="spark_java")


def _knock(master: str) -> None:
    """Raise StoreError (spark_unreachable) when nobody listens at the master's address."""
    found = SPARK_MASTER.fullmatch(master)
    assert found, master
    try:
        socket.create_connection((found[1], int(found[2])), MASTER_SECONDS).close()
    except OSError as error:
        raise StoreError(f"nobody at {master}", code="spark_unreachable", master=master) from error


def _await_worker(session: "SparkSession", master: str) -> None:
    """Wait for the first worker; raise StoreError (spark_idle) when none takes up work.

    NOTE: without one, the first question would wait for ever.
    """
    context: Any = session.sparkContext._jsc.sc()
    give_up = time.monotonic() + WORKER_SECONDS
    # NOTE: the driver counts as one.
    while context.getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > give_up:
            raise StoreError(f"{master} has no workers", code="spark_idle", master=master)
        time.sleep(0.2)


def _share_inputs(spark: "SparkSession", shared: Path, inputs: Mapping[str, pl.DataFrame]) -> None:
    """Hand the small tables over as files."""
    for name, frame in inputs.items():
        _share_frame(spark, shared, name, frame)


def _share_frame(spark: "SparkSession", shared: Path, name: str, frame: pl.DataFrame) -> None:
    folder = shared / name
    folder.mkdir()
    frame.write_parquet(folder / "part.parquet")
    _read_folder(spark, folder).createOrReplaceTempView(name)


def _read_folder(spark: "SparkSession", folder: Path) -> "DataFrame":
    return spark.read.parquet(_escape_path(str(folder)))


def _escape_path(path: str) -> str:
    return "file://" + path.translate(PATTERN_SIGNS)


def _share_ledger(
    spark: "SparkSession", shared: Path, parts: pl.DataFrame, as_of: datetime | None
) -> None:
    """Make one view per kind of rows, `in_<kind>`, over the ledger's own files."""
    for kind in KINDS:
        files = parts.filter(kind=kind)
        if files.is_empty():
            _share_frame(spark, shared, f"in_{kind}", empty_frame(kind).with_row_index("order"))
            continue
        rows = _number_rows(spark, shared, kind, files)
        if as_of and kind in MOMENTS:
            rows = rows.where(rows[MOMENTS[kind]] <= as_of.astimezone(UTC))
        rows.createOrReplaceTempView(f"in_{kind}")


def _number_rows(
    spark: "SparkSession", shared: Path, kind: str, files: pl.DataFrame
) -> "DataFrame":
    """Return the rows of a kind with their `order`: their own in merged files, else counted."""
    from pyspark.sql import functions

    firsts = files.select(pl.col("path").str.extract(r"([^/\\]+)$").alias("name"), "first_row")
    _share_frame(spark, shared, f"files_of_{kind}", firsts)
    paths = [_escape_path(path) for path in files["path"]]
    # NOTE: merged files have a column more than others.
    merged = str(files["first_row"].has_nulls()).lower()
    rows = spark.read.option("mergeSchema", merged).parquet(*paths)
    given = rows["order"] if "order" in rows.columns else functions.lit(None)
    numbered = rows.select(
        *(rows[name] for name in rows.columns if name != "order"),
        given.cast("bigint").alias("own_order"),
        functions.col("_metadata.file_name").alias("file_name"),
        functions.col("_metadata.row_index").alias("row_index"),
    )
    names = functions.broadcast(spark.table(f"files_of_{kind}"))
    joined = numbered.join(names, numbered["file_name"] == names["name"])
    counted = functions.coalesce("own_order", functions.expr("first_row + row_index"))
    helpers = ("own_order", "file_name", "row_index", "name", "first_row")
    return joined.withColumn("order", counted).drop(*helpers)


def _run_model(spark: "SparkSession", shared: Path, model: Path) -> None:
    """Run one model and keep its rows as files, which the next models read."""
    import sqlglot

    (select,) = sqlglot.transpile(
        model.read_text(encoding="utf-8"),
        read="duckdb",
        write="spark",
        unsupported_level=sqlglot.ErrorLevel.RAISE,
    )
    name = name_table(model)
    spark.sql(select).write.parquet("file://" + str(shared / name))
    _read_folder(spark, shared / name).createOrReplaceTempView(name)


def _read_back(con: duckdb.DuckDBPyConnection, shared: Path) -> None:
    """Make every table of a build in DuckDB from the files, with the types its models would have.

    NOTE: the models without rows say the types; only what a build holds (`in_`) is filled.
    """
    for model in list_models():
        name, select = name_table(model), model.read_text(encoding="utf-8")
        con.execute(f"create temp table {name} as from ({select}) limit 0")
        if name.startswith("in_"):
            rows = con.read_parquet(f"{escape(str(shared / name))}/*.parquet")
            # NOTE: columns go by place, and each is cast to the type of the table's own.
            rows.select(*con.table(name).columns).insert_into(name)
