"""Other systems get every value, zero and absence, and give them back; the mart explains itself."""

import json
from pathlib import Path

import polars as pl
import pytest
from frictionless import Package, system
from polars.testing import assert_frame_equal

from pipelines import catalog, kpi, settings
from pipelines.errors import Refused
from pipelines.intake import ingest
from pipelines.kpi import WarehouseReader
from pipelines.output.exchange import dhis2, package, returns
from pipelines.privacy.scope import CITY, PUBLIC, STEWARD

system.trusted = True


@pytest.fixture(scope="session")
def exported(demo: WarehouseReader, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    package.write_package(demo, folder, scope=STEWARD)
    return folder


def test_the_package_is_valid_and_described_column_by_column(exported: Path) -> None:
    described = Package(str(exported / "datapackage.json"))
    small = [
        r
        for r in described.resources
        if r.type == "table" and (exported / str(r.path)).stat().st_size < 2_000_000
    ]
    assert len(small) > 8
    for resource in small:
        report = resource.validate()
        assert report.valid, report.flatten(["message"])[:3]
    names = {r.name.removesuffix("-csv") for r in described.resources if r.name.endswith("-csv")}
    assert names == {t.replace(".", "-").replace("_", "-") for t in catalog.tables()}


@pytest.mark.parametrize("table", ["mart.facts", "mart.points", "mart.referrals", "ref.places"])
def test_both_files_hold_the_rows_of_the_build(
    exported: Path, demo: WarehouseReader, table: str
) -> None:
    name = table.replace(".", "_")
    built = demo.read_table(table)
    assert_frame_equal(
        pl.read_parquet(exported / "data" / f"{name}.parquet").sort(built.columns),
        built.sort(built.columns),
    )
    read = pl.read_csv(exported / "data" / f"{name}.csv", infer_schema=False)
    assert (read.height, read.columns) == (built.height, built.columns)
    number = next(c for c, t in built.schema.items() if t.is_integer())
    assert read[number].cast(pl.Int64).sum() == built[number].cast(pl.Int64).sum()


def test_lines_are_for_the_steward_and_the_mart_for_the_city() -> None:
    assert {t.name for t in package.list_exported_tables(STEWARD)} - {
        t.name for t in package.list_exported_tables(CITY)
    } == {"mart.referrals"}
    with pytest.raises(Refused):
        package.list_exported_tables(PUBLIC)


@pytest.fixture(scope="session")
def sent(demo: WarehouseReader) -> pl.DataFrame:
    return dhis2.data_values(demo, "2022-Q3")


def test_a_data_value_set_holds_values_zeroes_and_what_is_missing(sent: pl.DataFrame) -> None:
    told = json.loads(dhis2.to_json(sent))["dataValues"]
    assert len(told) == sent.height
    assert sum(v["value"] == "0" for v in told) == sent.filter(pl.col("value") == 0).height > 0
    gone = [v for v in told if v.get("deleted")]
    assert len(gone) == sent["value"].null_count() > 0
    assert {v["value"] for v in gone} == {""}
    assert set(told[0]) == {
        "dataElement",
        "period",
        "orgUnit",
        "categoryOptionCombo",
        "attributeOptionCombo",
        "value",
        "comment",
    } | ({"deleted"} if told[0].get("deleted") else set())


@pytest.mark.parametrize("write", [dhis2.to_json, dhis2.to_csv])
def test_out_and_in_again_nothing_is_lost(sent: pl.DataFrame, write: object) -> None:
    back, refused = dhis2.read_data_values(write(sent))  # type: ignore[operator]
    assert refused == []
    assert_frame_equal(back, sent.sort("form", "period", "reporter", "field"))
    assert set(back["qualifier"].drop_nulls()) >= {"=", ">"}


def test_the_sum_of_what_is_sent_is_the_figure(sent: pl.DataFrame, demo: WarehouseReader) -> None:
    added = sent.filter(pl.col("field") == "a31")["value"].sum()
    assert added == kpi.values("O01", (), "2022-Q3", store=demo)["value"].item()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (
            {"dataElement": "zz9", "period": "2022Q3", "orgUnit": "D-00646", "value": "1"},
            "no field",
        ),
        (
            {"dataElement": "a04", "period": "202207", "orgUnit": "D-00646", "value": "1"},
            "not a quarter",
        ),
        (
            {"dataElement": "a04", "period": "2022Q3", "orgUnit": "P-00646", "value": "1"},
            "does not report",
        ),
        (
            {"dataElement": "a04", "period": "2022Q3", "orgUnit": "D-00646", "value": "1.5"},
            "not a whole number",
        ),
        (
            {"dataElement": "a04", "period": "²⁰²²Q3", "orgUnit": "D-00646", "value": "1"},
            "not a quarter",
        ),
        (
            {"dataElement": "a04", "period": "2022Q³", "orgUnit": "D-00646", "value": "1"},
            "not a quarter",
        ),
        (
            {"dataElement": "a04", "period": "2022Q3", "orgUnit": "D-00646", "value": "9" * 5_000},
            "5000 digits",
        ),
        (
            {"dataElement": "a04", "period": "2022Q3", "orgUnit": "D-00646", "value": "9" * 19},
            "19 digits",
        ),
        ({}, "no field"),
    ],
)
def test_what_cannot_be_read_is_said_and_not_taken(value: dict[str, str], why: str) -> None:
    rows, refused = dhis2.read_data_values(json.dumps({"dataValues": [value]}).encode())
    assert rows.is_empty()
    assert [why in r for r in refused] == [True]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"dataValues": 3}',
        b'{"dataValues": ["x"]}',
        b"[]",
        b'{"dataValues": ' + b"9" * 5_000 + b"}",
        b'{"dataValues": ' + b"[" * 100_000,
    ],
    ids=range(8),
)
def test_rubbish_is_no_exception(data: bytes) -> None:
    assert dhis2.read_data_values(data)[0].is_empty()


def test_their_values_become_returns_for_the_usual_door(sent: pl.DataFrame, tmp_path: Path) -> None:
    one = sent.filter(pl.col("reporter").is_in(["D-00646", "P-00646"]))
    files = returns.write_returns(one, tmp_path, settings.load_settings(tmp_path))
    seen = ingest.preview_files(files, settings.load_settings(tmp_path))
    found = {
        (e.field, e.value)
        for outcome in seen
        if outcome.ret
        for e in outcome.ret.entries
        if e.value is not None
    }
    assert found == set(one.drop_nulls("value").select("field", "value").rows())
    assert len(found) > 60
