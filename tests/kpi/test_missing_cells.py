"""A figure's coverage counts the returns that gave the cells of its own formula."""

from pathlib import Path
from typing import Any

import pytest

from pipelines import kpi, settings
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import PUBLIC
from tests.kpi.conftest import TEAMS, City

#: Each test starts programs or makes builds.
pytestmark = pytest.mark.slow

Q1 = "2022-Q1"


def ask(store: WarehouseReader, code: str, period: str = Q1, **more: Any) -> dict[str, Any]:
    return kpi.values(code, period=period, store=store, **more).row(0, named=True)


def counted(row: dict[str, Any]) -> tuple[Any, ...]:
    reasons = row["missing_by"]
    return (
        row["value"],
        f"{row['received']}/{row['expected']}",
        (reasons["blank"], reasons["blocked"], reasons["not_sent"]),
    )


@pytest.fixture
def gaps(city: City) -> City:
    """Four teams: one whole, one with blocked contacts, one with blank ones, one silent."""
    city.returns(TEAMS[0], Q1, a04=7, a31=10)
    city.returns(TEAMS[1], Q1, a04=8)
    city.returns(TEAMS[1], Q1, a31=10, state="blocked")
    city.returns(TEAMS[2], Q1, a04=9)
    return city


def test_a_return_counts_for_the_figures_whose_cells_it_gave(gaps: City) -> None:
    with gaps.built() as store:
        assert counted(ask(store, "T03")) == (24, "3/4", (0, 0, 1))
        assert counted(ask(store, "O01")) == (10, "1/4", (1, 1, 1))


def test_a_ratio_misses_the_cells_of_both_sides(gaps: City) -> None:
    with gaps.built() as store:
        # Contacts of two teams, and both numbers of the silent one.
        assert counted(ask(store, "O04")) == (10 / 7, "1/4", (1, 1, 2))


def test_a_stock_misses_what_the_last_quarter_lacks(gaps: City) -> None:
    for team in TEAMS:
        gaps.returns(team, "2022-Q2", a04=5, a31=1)
    with gaps.built() as store:
        assert counted(ask(store, "T03", "2022-H1")) == (20, "4/4", (0, 0, 0))
        assert counted(ask(store, "O01", "2022-H1")) == (14, "5/8", (1, 1, 1))


def test_places_add_up_to_the_city(gaps: City) -> None:
    with gaps.built() as store:
        whole = ask(store, "O01")
        for level in ("district", "ward"):
            parts = kpi.values("O01", [level], Q1, store=store)
            assert parts["missing"].sum() == whole["missing"] == 3
            assert parts["received"].sum() == whole["received"] == 1


def test_a_correction_closes_the_gap(gaps: City) -> None:
    gaps.returns(TEAMS[1], Q1, 3, a31=12)
    with gaps.built() as store:
        assert counted(ask(store, "O01")) == (22, "2/4", (1, 0, 1))


def test_an_optional_cell_left_blank_is_not_missing(gaps: City) -> None:
    with gaps.built() as store:
        # Hours are optional: only the silent team's are unknown.
        assert ask(store, "a70")["missing_by"] == {
            "blank": 0,
            "blocked": 0,
            "not_sent": 1,
            "unpublished": 0,
        }


def test_a_register_and_the_returns_themselves_miss_nothing(gaps: City) -> None:
    with gaps.built() as store:
        for code in ("T01", "Q01"):
            row = ask(store, code)
            assert (row["missing"], row["partial"], row["below_gate"]) == (0, False, False)


def test_what_is_missing_is_no_secret(gaps: City) -> None:
    with gaps.built() as store:
        row = ask(store, "a34", scope=PUBLIC)
        assert (row["state"], row["value"]) == ("suppressed", None)


@pytest.mark.parametrize(("gate", "below"), [(0.8, True), (0.75, False)])
def test_below_the_gate_a_figure_makes_no_headline(gaps: City, gate: float, below: bool) -> None:
    gaps.settings.home.joinpath("settings.toml").write_text(
        f"publishing_gate = {gate}\n", encoding="utf-8"
    )
    gaps.settings = settings.load_settings(gaps.settings.home)
    with gaps.built() as store:
        row = ask(store, "T03")
        assert (row["value"], row["partial"], row["below_gate"]) == (24, True, below)


def test_hoan_kiem_in_summer_2021_says_which_two_teams_are_missing(demo_home: Path) -> None:
    with kpi.open_store(settings.load_settings(demo_home)) as store:
        row = ask(store, "O01", "2021-Q3", place=["002"])
        assert counted(row) == (174, "16/18", (0, 1, 1))
