"""Analysts read every documented table, and nothing else."""

from pathlib import Path

import polars as pl
import pytest

from pipelines import catalog, kpi
from pipelines.errors import Refused
from pipelines.kpi import WarehouseReader
from pipelines.output.exchange import package
from pipelines.privacy.scope import PUBLIC, Scope
from pipelines.store.state_db import StateDatabase

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow


def test_every_table_of_the_build_is_documented_column_by_column(store: WarehouseReader) -> None:
    built = store.run_sql(
        "select table_schema || '.' || table_name as name, column_name "
        "from information_schema.columns "
        "where table_schema in ('mart', 'ref') order by name, ordinal_position"
    )
    found = built.group_by("name", maintain_order=True).agg("column_name").rows()
    assert dict(found) == {t.name: list(t.columns) for t in catalog.tables().values()}


def test_every_table_says_one_row_per_in_both_languages() -> None:
    assert all(t.grain.vi.startswith("Mỗi dòng là") for t in catalog.tables().values())
    assert all(t.grain.en.startswith("One row per") for t in catalog.tables().values())
    words = kpi.tables().select("definition_vi", "definition_en")
    assert words.select(pl.all().str.len_chars().min()).row(0) > (1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "select sum(value)::bigint as n from mart.facts where measure = $m",
        "with a as (select * from mart.facts where measure = $m) "
        "select sum(value)::bigint as n from a",
        "select sum(c.value)::bigint as n from mart.cells c "
        "join ref.measures using (measure_nr) where measure = $m",
    ],
)
def test_sql_adds_what_the_figures_add(store: WarehouseReader, text: str) -> None:
    ours = kpi.values("O01", store=store)["value"].item()
    assert kpi.sql(text, {"m": "a31"}, store=store)["n"].item() == ours


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("sql_tables", "select * from raw.values"),
        ("sql_tables", "select * from mart.facts join raw.submissions using (submission)"),
        ("sql_tables", 'with m as (select * from "raw"."records") select * from m'),
        (
            "sql_tables",
            "select * from mart.facts where submission in (select submission from raw.submissions)",
        ),
        ("sql_tables", "summarize raw.values"),
        ("sql_one_select", "select 1; select 2"),
        ("sql_one_select", "drop table mart.facts"),
        ("sql_one_select", "attach 'x.duckdb'"),
        ("sql_one_select", "copy mart.facts to 'out.csv'"),
        ("sql_one_select", "set threads = 8"),
        ("sql_tables", "select * from read_csv('/etc/hosts')"),
        ("sql_wrong", "select * from mart.fact"),
        ("sql_wrong", "selec 1"),
        ("sql_tables", "select * from (from query_table('raw.values'))"),
        ("sql_tables", "from query('from raw.values')"),
        ("sql_same_name", "select 1 as a, 2 as a"),
        ("sql_same_name", "select count(*), count(*) from mart.facts"),
        (
            "sql_same_name",
            "select * from ref.measures as m join ref.measures as n on m.measure = n.measure",
        ),
    ],
)
def test_sql_reads_documented_tables_and_nothing_else(
    store: WarehouseReader, code: str, text: str
) -> None:
    with pytest.raises(Refused) as refused:
        kpi.sql(text, store=store)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "scope", [PUBLIC, Scope("district", frozenset({"002"}))], ids=["public", "district"]
)
def test_exact_figures_of_every_commune_are_the_city_s_to_ask(
    store: WarehouseReader, scope: Scope
) -> None:
    with pytest.raises(Refused) as refused:
        kpi.sql("select count(*) as n from mart.facts", scope=scope, store=store)
    assert refused.value.code == "package_scope"


@pytest.mark.parametrize("machine", ["America/New_York", "Asia/Tokyo"])
def test_a_day_is_the_office_s_in_whatever_zone_the_machine_is(
    store: WarehouseReader, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    monkeypatch.setenv("TZ", machine)
    text = "select cast(timestamptz '2022-09-19 17:30:00+00' as date) as d, today() as t"
    # NOTE: midnight may pass between the three.
    before = store.settings.today()
    day, today = kpi.sql(text, store=store).row(0)
    assert str(day) == "2022-09-20"
    assert before <= today <= store.settings.today()


def test_columns_of_one_name_are_told_by_name_and_others_pass(store: WarehouseReader) -> None:
    with pytest.raises(Refused) as refused:
        kpi.sql("select 1 as a, 2 as b, 3 as a, 4 as b", store=store)
    assert refused.value.values["text"] == "a, b"
    assert kpi.sql("select 1 as a, 2 as A, 3 as b", store=store).row(0) == (1, 2, 3)


@pytest.mark.parametrize(
    "text", ["from mart.referrals", "from MART.Referrals", 'select * from "mart"."referrals"']
)
def test_single_referrals_are_the_steward_s(store: WarehouseReader, text: str) -> None:
    with pytest.raises(Refused) as refused:
        kpi.sql(text, store=store)
    assert refused.value.code == "sql_lines"
    before = looks(store)
    assert "client" in kpi.sql(text, scope=kpi.STEWARD, store=store).columns
    assert looks(store) == [*before, ("sql",)]


def looks(store: WarehouseReader) -> list[tuple[str, ...]]:
    """What the audit trail says about single lines."""
    return [
        event.objects
        for event in StateDatabase(store.settings.home).list_events()
        if event.what == "lines"
    ]


def test_a_look_at_lines_is_written_down_once_and_at_sums_not_at_all(
    store: WarehouseReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = looks(store)
    kpi.sql("select count(*) as n from mart.facts", scope=kpi.STEWARD, store=store)
    kpi.passport("T06", "2022-Y", scope=kpi.STEWARD, store=store)
    with pytest.raises(Refused):
        kpi.passport("R01", "2022-Y", store=store)
    assert looks(store) == before
    kpi.sql(
        "select count(*) as n from mart.referrals r join mart.referrals s using (submission)",
        scope=kpi.STEWARD,
        store=store,
    )
    kpi.passport("R01", "2022-Y", scope=kpi.STEWARD, store=store)
    package.write_package(store, tmp_path, scope=kpi.STEWARD)
    monkeypatch.setenv("CAUNOI_HOME", str(store.settings.home))
    kpi.connection(scope=kpi.STEWARD).close()
    assert looks(store) == [
        *before,
        ("sql",),
        ("passport", "R01", "2022-Y"),
        ("export", "mart"),
        ("connection",),
    ]
    assert StateDatabase(store.settings.home).verify_audit() == []


def test_a_connection_is_the_stewards(store: WarehouseReader) -> None:
    with pytest.raises(Refused) as refused:
        kpi.connection()
    assert refused.value.code == "no_lines"


def test_where_nothing_can_be_written_down_no_line_is_read(
    store: WarehouseReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(StateDatabase, "record_event", full)
    with pytest.raises(OSError, match="no space"):
        kpi.sql("from mart.referrals", scope=kpi.STEWARD, store=store)


def test_a_hash_tells_answers_apart_whatever_the_order_of_rows(store: WarehouseReader) -> None:
    found = kpi.values("T06", by=["ward"], store=store)
    assert kpi.digest(found) == kpi.digest(found.reverse())
    assert kpi.digest(found) != kpi.digest(kpi.values("T03", by=["ward"], store=store))
    nudged = found.with_columns(pl.col("value") * (1 + 1e-13))
    assert kpi.digest(found) == kpi.digest(nudged)
