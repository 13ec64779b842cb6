"""The published figures, computed to the unit from the loaded workbooks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import kpi, settings
from pipelines.kpi import WarehouseReader
from pipelines.reference.published_figures import PublishedFigure, load_published
from tests.long_form import FULL

EXACT = [figure for figure in load_published() if figure.exact]


@pytest.fixture(scope="module")
def store(demo_home: Path) -> Iterator[WarehouseReader]:
    with kpi.open_store(settings.load_settings(demo_home)) as opened:
        yield opened


def named(figure: PublishedFigure) -> str:
    where = f"{figure.source}-line-{figure.line}" if figure.line else figure.source
    return f"{figure.id}-{figure.kpi}-{figure.period}-{where}"


@pytest.mark.parametrize("figure", EXACT, ids=named)
def test_a_published_figure_comes_out_of_the_workbooks(
    figure: PublishedFigure, store: WarehouseReader
) -> None:
    rows = kpi.values(
        figure.kpi, period=figure.period, place=list(figure.places) or None, store=store
    )
    computed = rows["value"].item()
    where = f"{figure.source}, line {figure.line}"
    assert figure.matches(computed), (
        f"{figure.id} ({where}): {figure.label_en}: published {figure.value}, ours {computed}"
    )


@pytest.mark.parametrize("figure", [f for f in EXACT if not f.places], ids=named)
def test_the_districts_parts_are_the_citys(figure: PublishedFigure, store: WarehouseReader) -> None:
    city = kpi.values(figure.kpi, period=figure.period, store=store)
    parts = kpi.values(figure.kpi, by=["district"], period=figure.period, store=store)
    assert parts["numerator"].sum() == city["numerator"].item()


@pytest.mark.parametrize("geography", ["579", "526", "126"] if FULL else ["126"])
def test_every_geography_has_the_citys_published_figures(
    geography: str, store: WarehouseReader
) -> None:
    """The wards and what is not assignable add up to every figure of the city, to the unit."""
    for figure in (f for f in EXACT if not f.places):
        city = kpi.values(figure.kpi, period=figure.period, store=store)
        wards = kpi.values(
            figure.kpi, by=["ward"], period=figure.period, store=store, geography=geography
        )
        assert wards["numerator"].sum() == city["numerator"].item(), figure.id
        assert wards["denominator"].sum() == (city["denominator"].item() or 0), figure.id


@pytest.mark.parametrize("geography", ["579", "526", "126"])
def test_there_are_36_points_at_the_end_of_2023(geography: str, store: WarehouseReader) -> None:
    rows = kpi.values("P01", by=["ward"], period="2023-Q4", store=store, geography=geography)
    assert rows["value"].sum() == 36


def test_every_figure_of_both_articles_but_two_is_computed() -> None:
    articles = {figure.id for figure in load_published() if figure.id.startswith("F")}
    # F51 (four supporting facilities) and F52 (names of places) are register entries, not counts.
    assert articles - {figure.id for figure in EXACT} == {"F51", "F52"}


def test_the_home_says_that_its_data_are_a_demonstration(store: WarehouseReader) -> None:
    assert store.meta["demo"] is True
