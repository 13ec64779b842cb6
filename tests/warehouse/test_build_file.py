"""A build as others open it: an older DuckDB's format, and words on every table and column."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.store.paths import DataPaths
from pipelines.warehouse import build
from tests.warehouse.sample_home import register, settings

#: Storage versions that DuckDB 1.4 reads, by the file's own header.
READ_BY_1_4 = range(64, 68)
#: Programs that open a build: our own DuckDB; CAUNOI_FULL=1 fetches those that others have too.
CLIENTS = {"ours": [sys.executable]}
if os.environ.get("CAUNOI_FULL"):
    FETCH = ["uv", "run", "-q", "--no-project", "--with"]
    CLIENTS |= {v: [*FETCH, f"duckdb=={v}", "python"] for v in ("1.4.4", "1.5.5")}
OPEN = """import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=True)
print(con.execute("select count(*) from mart.facts").fetchone()[0])
print(con.execute("select comment from duckdb_columns() "
                  "where table_name = 'cells' and column_name = 'value'").fetchone()[0])
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built")
    register(home)
    made = build.build_warehouse(settings(home))
    assert made.path.parent == DataPaths(home).builds
    return made.path


def test_duckdb_1_4_can_read_the_format(built: Path) -> None:
    header = built.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") in READ_BY_1_4


def test_every_table_and_column_of_an_analyst_says_what_it_is(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as con:
        silent = con.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where schema_name in ('mart', 'ref') and comment is null"
        ).fetchall()
        grains = con.execute(
            "select comment from duckdb_tables() where schema_name in ('mart', 'ref') "
            "union all select comment from duckdb_views() where not internal"
        ).fetchall()
    assert silent == []
    assert len(grains) > 15 and all(" / " in grain for (grain,) in grains)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_reads_rows_and_comments(built: Path, client: str) -> None:
    command = [*CLIENTS[client], "-c", OPEN, str(built)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    count, comment = answer.stdout.splitlines()
    assert int(count) >= 0 and "0 là báo cáo bằng không / Value in" in comment
