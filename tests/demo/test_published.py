"""The published figures, computed to the unit from the loaded workbooks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import kpi, settings
from pipelines.kpi import WarehouseReader
from pipelines.reference.published_figures import PublishedFigure, load_published

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


def test_every_figure_of_both_articles_but_two_is_computed() -> None:
    articles = {figure.id for figure in load_published() if figure.id.startswith("F")}
    # F51 (four supporting facilities) and F52 (names of places) are register entries, not counts.
    assert articles - {figure.id for figure in EXACT} == {"F51", "F52"}


def test_the_home_says_that_its_data_are_a_demonstration(store: WarehouseReader) -> None:
    assert store.meta["demo"] is True
