"""Sixty statements that look beyond the documented tables, or want all of the machine.

Each is refused in a sentence, and a plain question is answered after it.
"""

import os
import resource

import pytest

from pipelines import catalog, kpi
from pipelines.errors import Refused
from pipelines.kpi import WarehouseReader, adhoc_sql

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

#: Names that are not those of a documented table.
TABLES = (
    "from duckdb_databases",
    "select * from duckdb_databases()",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from duckdb_tables",
    'select * from "DuckDB_Views"',
    "select * from duckdb_columns() limit 1",
    "select * from sqlite_master",
    "select * from sqlite_schema",
    "select * from pragma_database_list",
    "select * from pragma_table_info('raw.values')",
    "select * from pg_catalog.pg_tables",
    "select * from pg_tables",
    "select * from information_schema.tables",
    "select * from system.main.duckdb_views",
    "select * from meta.build",
    "select * from nowhere.mart.facts",
    "select count(*) from RAW.Submissions",
    "with duckdb_databases as (select 1) select * from duckdb_databases",
    "with a as (with duckdb_tables as (select 1 as x) from duckdb_tables) from duckdb_tables",
    "with a as (select * from b) select * from a",
    "show tables from raw",
    "show tables",
    "show databases",
    "show all tables",
    "describe raw.values",
    "summarize raw.values",
    "select * from read_text('/etc/passwd')",
    "select * from READ_CSV('/etc/passwd')",
    "select * from read_parquet('x')",
    "select * from glob('*')",
    "select * from '/etc/passwd'",
    "select * from query('from raw.values')",
    "select * from query_table(['raw.values'])",
    "select * from json_execute_serialized_sql('{}')",
    "select (select count(*) from raw.values)",
    "select 1 where exists (from raw.records)",
    "from (from raw.values) pivot (count(*) for form in ('A'))",
    "select * from mart.facts semi join raw.values using (submission)",
)
#: Functions that tell of the system, run a text, wait or write.
FUNCTIONS = (
    "select getenv('HOME')",
    "select current_setting('temp_directory')",
    "select current_database()",
    "select current_user",
    "select current_schemas(true)",
    "select getvariable('a')",
    "select pg_get_viewdef(1)",
    "select has_table_privilege('raw.values', 'select')",
    "select json_serialize_sql('from raw.values')",
    "select write_log('x')",
    "select sleep_ms(1000000)",
    "select txid_current()",
    "select version()",
)
STATEMENTS = (
    "pragma database_list",
    "pragma show_tables",
    "call duckdb_tables()",
    "explain analyze from raw.values",
    "set memory_limit = '100GB'",
    "checkpoint",
    "select 1; from raw.values",
)
#: What wants all of the machine, and the refusals that may come.
BOMBS = {
    "select len(repeat('x', 2000000000)) as n": {"sql_memory", "sql_wrong"},
    "select list(repeat('x', 1000) || range) as n from range(50000000)": {"sql_memory"},
    "select repeat('x', 1000000) as x from range(400)": {"sql_bytes"},
    "select count(*) as n from range(100000000) a, range(1000000) b "
    "where a.range % 7 = b.range % 11": {"sql_cpu"},
    "with recursive a as (select 1 as n union all select n + 1 from a) select max(n) as n from a": {
        "sql_cpu",
        "sql_memory",
    },
    "select " + "(" * 5_000 + "1" + ")" * 5_000: {"sql_memory", "sql_nested", "sql_wrong"},
    "select " + "-(" * 20_000 + "1" + ")" * 20_000: {"sql_memory", "sql_nested", "sql_wrong"},
    "select " + "[" * 40_000 + "]" * 40_000: {"sql_memory", "sql_nested", "sql_wrong"},
    "select " + "1+" * 40_000 + "1 as n": {"sql_memory", "sql_nested", "sql_wrong"},
    "select '" + "x" * 200_000 + "'": {"sql_nested"},
}


def refusal(store: WarehouseReader, text: str) -> Refused:
    with pytest.raises(Refused) as caught:
        kpi.sql(text, store=store)
    assert caught.value.code in catalog.messages()
    return caught.value


def test_there_are_at_least_sixty() -> None:
    assert len(TABLES) + len(FUNCTIONS) + len(STATEMENTS) + len(BOMBS) >= 60


@pytest.mark.parametrize("text", TABLES)
def test_only_documented_tables_can_be_named(store: WarehouseReader, text: str) -> None:
    assert refusal(store, text).code == "sql_tables"


@pytest.mark.parametrize("text", FUNCTIONS)
def test_no_function_tells_of_the_system(store: WarehouseReader, text: str) -> None:
    assert refusal(store, text).code == "sql_tables"


@pytest.mark.parametrize("text", STATEMENTS)
def test_only_one_select_is_answered(store: WarehouseReader, text: str) -> None:
    assert refusal(store, text).code == "sql_one_select"


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:40])
def test_what_wants_all_of_the_machine_ends_by_itself(
    store: WarehouseReader, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not os.environ.get("CAUNOI_FULL"):
        monkeypatch.setattr(adhoc_sql, "CPU_SECONDS", 3)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert refusal(store, text).code in BOMBS[text]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 2 * adhoc_sql.CPU_SECONDS
    assert after.ru_maxrss * 1024 < 2 * adhoc_sql.MEMORY_BYTES


def test_a_question_is_answered_as_before(store: WarehouseReader) -> None:
    text = "with facts as (from mart.facts) select count(*) as n, $d as d, $l as l from facts"
    given = {"d": "a'; drop table x", "l": [1, 2]}
    found = kpi.sql(text, given, store=store)
    assert found.row(0)[1:] == (given["d"], given["l"])
