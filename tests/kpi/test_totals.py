"""Totals read from the build and cells added when asked give the same numbers, figure by figure."""

import polars as pl
import pytest

from pipelines import kpi
from pipelines.catalog import kpis
from tests.kpi.conftest import City

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

#: Medians do not add up over wards; growth and progress are no sums.
CODES = [
    k.code
    for k in kpis().values()
    if not k.numerator.startswith("days_") and k.kind not in ("growth", "progress")
]


@pytest.fixture
def ragged(city: City) -> City:
    """Write returns with holes.

    One side of a ratio missing, a quarter left out, a word beside a number, referrals.
    """
    for quarter in ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"):
        city.returns(
            "D-00046", quarter, a04=7, a31=10, a34=5, a34y=2, a40=3, a41=1, a42=2, a30=20, a21=100
        )
        city.returns(
            "P-00046",
            quarter,
            b20=3,
            b21=1,
            b22=2,
            b11=1,
            b15=1,
            b15y=1,
            b02=10,
            b30=2,
            b31=1,
            b32=1,
            b33=0,
        )
    city.returns("D-00058", "2022-Q2", a31=500, a40=4, a42=1)
    city.returns("D-00118", "2022-Q4", a04=9, a31=0, a40=0, a41=0, a42=0)
    city.returns("P-00118", "2022-Q4", b20=0, b11=0, b02=5, b30=0, b31=0, b32=0, b33=0, b34=0)
    for number, status in enumerate(
        ("completed", "pending", "lost", "attended", "started", "issued"), 1
    ):
        day = f"2022-{number + 5:02d}-20"
        city.referral(
            number, referral_date=day, attended_date=day, status=status, client=f"k{number // 2}"
        )
    return city


@pytest.mark.parametrize(
    ("by", "period"),
    [
        ("quarter", "2022-Y"),
        ("half", "2022-Y"),
        ("year", "2022-Y"),
        ("quarter", "2022-Q4"),
        ("half", "2022-H1"),
        ("so_far", "2022-Y"),
    ],
)
def test_wards_add_up_to_districts_and_these_to_the_city(
    ragged: City, by: str, period: str
) -> None:
    with ragged.built() as store:
        city, districts, wards = (
            kpi.figures(CODES, [*cuts, by], period, store=store)
            for cuts in ([], ["district"], ["ward"])
        )
    numbers = ["numerator", "denominator", "expected", "received"]
    whole = city.group_by("kpi", by).agg(pl.col(numbers).sum())
    for finer in (districts, wards):
        sums = finer.group_by("kpi", by).agg(pl.col(numbers).sum())
        differing = whole.join(sums, on=["kpi", by, *numbers], how="anti")
        assert differing.rows() == []


@pytest.mark.parametrize("cut", ["city", "ward"])
def test_a_year_so_far_is_what_asking_for_its_quarters_gives(ragged: City, cut: str) -> None:
    by = [cut] if cut == "ward" else []
    with ragged.built() as store:
        every = kpi.figures(CODES, [*by, "so_far"], "2022-Y", store=store)
        told = every["kpi"].unique()
        for period in ("2022-Q1", "2022-H1", "2022-Q1..2022-Q3", "2022-Y"):
            own = kpi.figures(CODES, by, period, store=store).filter(
                pl.col("kpi").is_in(told.implode())
            )
            assert every.filter(pl.col("so_far") == period).drop("so_far").equals(own)


def test_naming_every_ward_of_a_district_changes_nothing(ragged: City) -> None:
    with ragged.built() as store:
        named = kpi.figures(CODES, ["quarter"], "2022-Y", ["Hoàn Kiếm"], store=store)
        some = kpi.figures(CODES, ["quarter"], "2022-Y", ["00046", "00058", "00067"], store=store)
    same = ["kpi", "quarter", "numerator", "denominator", "qualifier"]
    # Communes and their share are all of the district's in one, three in the other.
    asked = [c for c in CODES if c not in ("T02", "P04")]
    assert (
        some.filter(pl.col("kpi").is_in(asked))
        .select(same)
        .equals(named.filter(pl.col("kpi").is_in(asked)).select(same))
    )
