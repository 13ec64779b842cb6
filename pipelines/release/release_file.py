"""Numbered, frozen files of protected numbers, and the exact numbers behind them, kept apart.

`<home>/releases/` holds what outsiders may read; `<home>/release_basis/` the base cells, steps and
states of every release, which the next one needs and no outsider may see.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import Refused
from pipelines.release.protection import ProtectedFamily
from pipelines.store.atomic_files import hash_file, make_private, write_atomically
from pipelines.store.paths import DataPaths, made_private
from pipelines.store.release_cards import POINTER, ReleaseCard, list_releases
from pipelines.warehouse.build import SQL as BUILD_SQL
from pipelines.warehouse.engine import STORAGE_VERSION

SQL = Path(__file__).with_name("sql")
#: The tables of sql/public_tables.sql in their order, and where each goes.
PUBLIC_TABLES = (
    *("ref.periods", "ref.places", "ref.measures", "ref.kpis", "ref.numbers"),
    *("mart.cells", "mart.totals", "mart.missing", "mart.owed", "mart.returns"),
    *("mart.reporters", "mart.seats", "mart.teams", "mart.points", "mart.clubs"),
    *("mart.referrals", "mart.numbers_sent", "raw.values", "raw.records"),
    *("raw.submissions", "raw.issues", "raw.decisions", "meta.build"),
)


@dataclass(frozen=True)
class ReleaseBasis:
    """The exact numbers behind a release."""

    cells: pl.DataFrame
    #: One row per statistic and period: figure, level, place, period, value, state.
    rows: pl.DataFrame
    #: For every job its fingerprint, and the step of each measure and year.
    fingerprints: dict[str, str]
    steps: dict[tuple[str, int], int]
    #: The district that each number stood for.
    districts: dict[int, str]


def withdraw_release(home: Path, name: str, reason: str) -> ReleaseCard | None:
    """Stop serving a release; returns the one served instead. Raises Refused (unknown_release)."""
    cards = {card.name: card for card in list_releases(home)}
    if name not in cards:
        raise Refused("no release has this name", code="unknown_release", name=name)
    cards[name] = replace(cards[name], withdrawn=reason or "-")
    _write_card(home, cards[name])
    left = [card for card in cards.values() if not card.withdrawn]
    _point_at(home, left[-1].name if left else "")
    return left[-1] if left else None


def write_basis(
    home: Path,
    name: str,
    cells: pl.DataFrame,
    districts: Mapping[int, str],
    families: list[ProtectedFamily],
) -> None:
    """Write the exact numbers behind a release, before the release itself."""
    folder = made_private(made_private(DataPaths(home).release_basis) / name)
    steps = []
    for family in families:
        for (measure, year), step in family.steps.items():
            steps.append([measure, year, step])
    about = {
        "fingerprints": {family.name: family.fingerprint for family in families},
        "seconds": {family.name: round(family.seconds, 1) for family in families},
        "steps": steps,
        "districts": list(districts.items()),
    }
    for file, frame in (("cells", cells), ("rows", _join_rows(families))):
        path = folder / f"{file}.parquet"
        frame.write_parquet(path)
        make_private(path)
    write_atomically(folder / "about.json", json.dumps(about).encode())


def read_basis(home: Path, name: str) -> ReleaseBasis:
    """Read the exact numbers behind a release."""
    folder = DataPaths(home).release_basis / name
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return ReleaseBasis(
        pl.read_parquet(folder / "cells.parquet"),
        pl.read_parquet(folder / "rows.parquet"),
        about["fingerprints"],
        {(measure, year): step for measure, year, step in about["steps"]},
        dict(map(tuple, about["districts"])),
    )


def _join_rows(families: list[ProtectedFamily]) -> pl.DataFrame:
    return pl.concat([family.rows for family in families])


def publish_release(
    home: Path,
    card: ReleaseCard,
    families: list[ProtectedFamily],
    public: Mapping[str, pl.DataFrame],
) -> ReleaseCard:
    """Write the release's file whole under its name, then its card, then point at it."""
    folder = made_private(DataPaths(home).releases)
    rows = _join_rows(families)
    hidden = int((rows["state"] == "suppressed").sum())
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    made = replace(card, made_at=made_at, offered=rows.height, hidden=hidden)
    tables = {
        **{f"in_{name.replace('.', '_')}": frame for name, frame in public.items()},
        # NOTE: a release is known by its own name: answers of another one are kept apart.
        "in_meta_build": public["meta.build"].with_columns(build=pl.lit(card.name)),
        "in_released": hide_values(rows),
        "in_shares": share_shown(rows),
        "in_release": pl.DataFrame([{**asdict(made), "method": METHOD_STATEMENT}]),
    }
    path = folder / f"{card.name}.duckdb"
    aside = path.with_suffix(".tmp")
    aside.unlink(missing_ok=True)
    with duckdb.connect(
        str(aside), config={"storage_compatibility_version": STORAGE_VERSION}
    ) as con:
        for name, frame in tables.items():
            con.register(name, frame.to_arrow())
        con.execute((SQL / "write_release.sql").read_text(encoding="utf-8"))
        con.execute((BUILD_SQL / "22_mart_facts.sql").read_text(encoding="utf-8"))
        con.execute("checkpoint")
    make_private(aside)
    with aside.open("rb") as handle:
        os.fsync(handle.fileno())
    aside.replace(path)
    made = replace(made, sha256=hash_file(path))
    _write_card(home, made)
    _point_at(home, made.name)
    return made


def hide_values(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without the numbers that are hidden: one sign for all of them."""
    is_shown = pl.col("state") == "reported"
    return rows.with_columns(value=pl.when(is_shown).then(pl.col("value")))


def share_shown(rows: pl.DataFrame) -> pl.DataFrame:
    """Return for each figure and table the share of numbers hidden and of people still shown.

    NOTE: in whole percent, so that no sum of hidden numbers can be worked out from it.
    """
    is_hidden = pl.col("state") == "suppressed"
    people = pl.col("value").filter(~is_hidden).sum() / pl.col("value").sum()
    return (
        rows.group_by("figure", "level")
        .agg(
            numbers=pl.len(),
            hidden_percent=(100 * is_hidden.mean()).round(0),
            people_percent=(100 * people).fill_nan(None).round(0),
        )
        .sort("figure", "level")
    )


def sweep_unpublished(home: Path) -> None:
    """Remove what a `make` that was killed has left: files without a card."""
    names = {card.name for card in list_releases(home)}
    for path in DataPaths(home).releases.glob("release-*.*"):
        if path.stem.partition(".")[0] not in names:
            path.unlink(missing_ok=True)
    for path in DataPaths(home).releases.glob("release-*.tmp*"):
        path.unlink(missing_ok=True)
    for folder in DataPaths(home).release_basis.glob("release-*"):
        if folder.name not in names:
            for file in folder.iterdir():
                file.unlink(missing_ok=True)
            folder.rmdir()


def _write_card(home: Path, card: ReleaseCard) -> None:
    path = DataPaths(home).releases / f"{card.name}.json"
    write_atomically(path, json.dumps(asdict(card), indent=1).encode())


def _point_at(home: Path, name: str) -> None:
    pointer = DataPaths(home).releases / POINTER
    write_atomically(pointer, json.dumps({"name": name}).encode())


METHOD_STATEMENT = (
    "Numbers of 1 to 4 people are hidden, and others so that no hidden number can be worked out: "
    "from everything in this and earlier releases, from figures published before, and from the "
    "exact figures of one ward or one district, at least five values of every small number are "
    "possible. Zeros are shown; the sign is one for all hidden numbers. Rates are made of shown "
    "numbers only. See docs/decisions/0008-protected-releases.md."
)
