"""The models: what they make of awkward ledgers stays, and other engines read them."""

import hashlib
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import sqlglot

from pipelines.errors import LedgerDamaged
from pipelines.settings import MEGABYTE, Settings
from pipelines.store.latest_values import select_newest_values
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import identify_reporters, load_unit_index, map_numbers
from pipelines.warehouse import build
from pipelines.warehouse.engine import list_models, open_engine, run_models
from tests.warehouse.awkward_ledger import AwkwardLedger

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

Tables = dict[str, pl.DataFrame]

DAY = datetime(2022, 11, 30, tzinfo=UTC)
FACT = ("measure", "reporter_id", "quarter_index", "place_id", "value", "qualifier", "estimate")
SOURCE = ("flagged", "submission", "sheet", "cell")
#: Without what changes with the catalogue or the list of places: districts, fields of a form.
ROWS: dict[str, tuple[str, ...]] = {
    "in_facts": (*FACT, *SOURCE),
    "in_returns": ("reporter_id", "form", "quarter_index", "expected", "received", "on_time"),
    "in_referrals": ("reporter_id", "referral", "quarter_index", "answered_date", "followed"),
    "in_reporters": ("reporter_id", "kind", "commune", "valid_from", "valid_to", "confidence"),
}
#: By seed, and whether the whole ledger was built. Made when the models replaced frames in Polars
#: that had made the same rows; a digest that changes is a figure that changes.
MADE: dict[tuple[int, bool], dict[str, str]] = {
    (0, True): {
        "in_facts": "8a3ad20d805f",
        "in_returns": "fb54c673f313",
        "in_referrals": "5e66c1938ea5",
        "in_reporters": "49001d47540b",
    },
    (0, False): {
        "in_facts": "9b24960c5cdd",
        "in_returns": "284ded1a3e48",
        "in_referrals": "047592b76491",
        "in_reporters": "6acfa920b651",
    },
    (1, True): {
        "in_facts": "faf13639b9ee",
        "in_returns": "a08e12f393c9",
        "in_referrals": "badf7918887e",
        "in_reporters": "f5531e6d7767",
    },
    (1, False): {
        "in_facts": "50a78056dfab",
        "in_returns": "8453eb4a8e12",
        "in_referrals": "c91f07224acb",
        "in_reporters": "0c6230f78c4a",
    },
    (2, True): {
        "in_facts": "cccf6352e1f5",
        "in_returns": "3baf5872ddb2",
        "in_referrals": "78b29e6b99f7",
        "in_reporters": "98c535c7cdc2",
    },
    (2, False): {
        "in_facts": "6aac485161b7",
        "in_returns": "e59c04e3a03e",
        "in_referrals": "551273fa0ae7",
        "in_reporters": "f5fe68bfaa5e",
    },
}


@pytest.mark.parametrize("model", list_models(), ids=lambda model: model.stem)
def test_a_model_is_one_select_with_its_grain_that_spark_reads(model: Path) -> None:
    text = model.read_text(encoding="utf-8")
    assert text.startswith("-- One row per ")
    (select,) = sqlglot.transpile(
        text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    (tree,) = sqlglot.parse(select, read="spark")
    assert isinstance(tree, sqlglot.exp.Query)


@pytest.fixture(scope="module", params=range(3))
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def awkward(seed: int, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("awkward")
    AwkwardLedger(home, seed).fill(40)
    return Settings(home=home, free_bytes=0, build_memory_bytes=256 * MEGABYTE)


def read_tables(
    settings: Settings, names: tuple[str, ...], as_of: datetime | None = None
) -> Tables:
    """Return what these models make of a ledger."""
    with open_engine(settings.home / "models.duckdb", settings) as con:
        run_models(con, Ledger(settings.home), settings, as_of)
        return {name: pl.DataFrame(con.sql(f"from {name}").to_arrow_table()) for name in names}


@pytest.mark.parametrize("as_of", [None, DAY])
def test_awkward_ledgers_make_the_rows_they_made_before(
    seed: int, awkward: Settings, as_of: datetime | None
) -> None:
    tables = read_tables(awkward, tuple(ROWS), as_of)
    digests = {name: digest_rows(rows.select(ROWS[name])) for name, rows in tables.items()}
    assert digests == MADE[seed, as_of is None]


def digest_rows(rows: pl.DataFrame) -> str:
    """Return a hash of the rows of units; communes come and go with the list of places."""
    units = rows.filter(~pl.col("reporter_id").str.starts_with("C-")).sort(pl.all())
    return hashlib.sha256(units.write_csv().encode()).hexdigest()[:12]


def test_the_model_and_the_ledger_agree_which_value_and_which_text_is_newest(
    awkward: Settings,
) -> None:
    ledger = Ledger(awkward.home)
    index = load_unit_index(ledger)
    rows, decisions = ledger.frame("values"), ledger.frame("decisions")
    own = identify_reporters(rows, map_numbers(rows, index))
    values = select_newest_values(own, decisions)
    texts = [ledger.newest_records(register) for register in ("D1", "D3", "D4")]
    tables = read_tables(awkward, ("newest_values", "register_texts"))
    found = tables["newest_values"].select(pl.col("row_nr").cast(pl.UInt32)).sort("row_nr")
    assert found["row_nr"].to_list() == values["order"].to_list()
    key = ["register", "record", "field", "submission"]
    registers = tables["register_texts"].filter(pl.col("register") != "C")
    assert registers.select(key).sort(key).equals(pl.concat(texts).select(key).sort(key))


def test_a_damaged_file_of_the_ledger_makes_no_build(awkward: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(awkward.home, home)
    part = sorted(home.glob("ledger/*-values.parquet"))[0]
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with pytest.raises(LedgerDamaged, match=part.name):
        build.make_build(replace(awkward, home=home), tmp_path / "build.duckdb")
    assert list(tmp_path.glob("build*")) == []


def test_nothing_is_left_of_what_a_build_spilled(awkward: Settings, tmp_path: Path) -> None:
    elsewhere = replace(awkward, spill_folder=str(tmp_path / "new" / "spill"))
    for settings in (awkward, elsewhere):
        build.make_build(settings, tmp_path / "build.duckdb")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["build.duckdb"]
    assert list((tmp_path / "new" / "spill").iterdir()) == []


def test_a_folder_whose_name_is_a_pattern_is_read(tmp_path: Path) -> None:
    home = tmp_path / "[2022]*"
    AwkwardLedger(home, 0).fill(3)
    settings = Settings(home=home, free_bytes=0)
    sent = Ledger(home).frame("values").height
    assert sent > 0 and read_tables(settings, ("in_values",))["in_values"].height == sent
