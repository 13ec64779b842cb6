"""Statistics agree with published and hand-computed values (docs/domain.md 9.1)."""

import math
import random
from collections import Counter

import pytest

from pipelines import statistics as st
from pipelines.statistics import Interval, modified_z, poisson_tail

SERIES = [50, 51, 53, 59, 58, 55, 55, 52, 51, 58, 12, 91]
SHARES = [(994, 40299), (1023, 41527), (1199, 42811), (1332, 44064), (1367, 44701)]


def near(found: Interval, low: float, high: float, rel: float = 1e-8) -> bool:
    return (found.low, found.high) == (pytest.approx(low, rel=rel), pytest.approx(high, rel=rel))


@pytest.mark.parametrize(
    ("x", "mean", "expected"),
    [
        (0, 2.0, 1.0),
        (1, 2.0, 1 - math.exp(-2)),
        (2, 2.0, 1 - 3 * math.exp(-2)),
        (5, 0.0, 0.0),
        (10, 1.0, 1.1142547833872e-07),
        (30, 10.0, 2.5099512e-07),
    ],
)
def test_the_upper_tail_of_a_poisson_count(x: int, mean: float, expected: float) -> None:
    assert poisson_tail(x, mean) == pytest.approx(expected, rel=1e-5)


def test_the_modified_z_of_the_published_series() -> None:
    assert modified_z([31, 34, 38, 81, 39, 33], 81) == pytest.approx(10.1175)


def test_the_bounds_and_the_plain_z_of_the_published_series() -> None:
    values = [31, 34, 38, 81, 39, 33]
    assert st.modified_z_bounds(values, 2.0) == (
        pytest.approx(27.1045, abs=5e-5),
        pytest.approx(44.8955, abs=5e-5),
    )
    assert st.z_score(values, 81) == pytest.approx(2.207, abs=5e-4)


def test_exactly_12_and_91_are_far_from_the_published_series() -> None:
    assert [x for x in SERIES if abs(modified_z(SERIES, x)) >= 2.0] == [12, 91]


@pytest.mark.parametrize("n", [8, 10, 12])
def test_a_plain_z_is_bounded_by_the_length_of_its_series(n: int) -> None:
    assert st.z_score([0.0] * (n - 1) + [1e9], 1e9) == pytest.approx(math.sqrt(n - 1))


def test_a_series_with_more_than_half_equal_values_falls_back_to_the_mean_deviation() -> None:
    assert modified_z([10, 10, 10, 10, 14], 20) == pytest.approx(0.7979 * 10 / 0.8)


def test_a_constant_series_has_no_spread_to_measure_with() -> None:
    assert modified_z([7, 7, 7], 9) == 0.0
    assert st.z_score([7, 7, 7], 7) == 0.0


def test_a_value_left_out_cannot_hide_itself() -> None:
    inside, outside = modified_z([1, 2, 3, 4, 50], 50), st.leave_one_out_z([1, 2, 3, 4, 50])[-1]
    assert outside > inside


@pytest.mark.parametrize(
    ("x", "n", "level", "low", "high"),
    [
        (65, 100, 0.95, 0.552544433, 0.736357518),
        (65, 100, 0.998, 0.495494657, 0.778354061),
        (1, 100, 0.95, 0.001767432, 0.054486196),
    ],
)
def test_wilson_limits_are_the_published_ones(
    x: int, n: int, level: float, low: float, high: float
) -> None:
    assert near(st.wilson_interval(x, n, level), low, high, rel=1e-6)


@pytest.mark.parametrize(("x", "n"), [(5, 4), (0, 0), (-1, 10)])
def test_what_is_no_share_has_no_limits(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        st.wilson_interval(x, n)
    with pytest.raises(ValueError, match="no share"):
        st.binomial_interval(x, n)


def test_byar_and_exact_limits_are_the_published_ones() -> None:
    assert near(st.count_interval(65), 50.16318771, 82.84913855)
    assert near(st.rate_interval(5, 100, per=100), 1.62348639, 11.66833208)


def test_no_event_still_has_an_upper_limit() -> None:
    assert near(st.poisson_interval(0), 0.0, -math.log(0.025))


def test_exact_limits_of_a_share_at_the_edges() -> None:
    assert near(st.binomial_interval(0, 10), 0.0, 1 - 0.025**0.1)
    assert near(st.binomial_interval(10, 10), 0.025**0.1, 1.0)


def test_half_of_ten_has_the_textbook_limits() -> None:
    assert near(st.binomial_interval(5, 10), 0.187086, 0.812914, rel=1e-5)


@pytest.mark.parametrize(("level", "z"), [(0.95, 1.959964), (0.998, 3.090232)])
def test_funnel_limits_of_a_large_place_are_normal(level: float, z: float) -> None:
    assert near(
        st.share_limits(0.2, 1000, level),
        0.2 - z * math.sqrt(0.16 / 1000),
        0.2 + z * math.sqrt(0.16 / 1000),
        1e-6,
    )


def test_funnel_limits_of_a_small_place_are_exact() -> None:
    # 3 trials at one half: none or all of them happen once in eight, within chance at 95 %.
    assert st.share_limits(0.5, 3) == Interval(0.0, 1.0)
    # 20 trials at 0.1: P(X > 5) = 0.0113 is within 2.5 %, P(X > 4) = 0.0432 is not.
    assert st.share_limits(0.1, 20) == Interval(0.0, 5 / 20)
    assert st.share_limits(0.9, 20) == Interval(15 / 20, 1.0)


@pytest.mark.parametrize(
    ("x", "position"),
    [(0, "inside"), (5, "inside"), (6, "above"), (8, "far_above"), (20, "far_above")],
)
def test_a_small_place_is_called_unusual_only_beyond_chance(x: int, position: str) -> None:
    assert st.share_position(x, 20, 0.1) == position


@pytest.mark.parametrize(
    ("x", "expected", "position"),
    [
        (5, 5.0, "inside"),
        (5, 1.7, "inside"),
        (5, 1.5, "above"),
        (5, 0.5, "far_above"),
        (65, 84.0, "below"),
    ],
)
def test_a_count_is_judged_by_its_own_interval(x: int, expected: float, position: str) -> None:
    assert st.rate_position(x, expected) == position


def test_the_edges_of_a_rate_funnel_come_from_the_exact_limits() -> None:
    # chi2(0.025; 10) / 2 and chi2(0.975; 12) / 2
    assert near(st.ratio_limits(5), 1.62348639, 11.66833208)


def test_579_units_of_one_true_rate_leave_the_outer_limits_about_twice_in_a_thousand() -> None:
    draw = random.Random(7)
    outside: Counter[str] = Counter()
    for _ in range(20):
        sizes = [draw.choice([5, 7, 9, 12, 30, 60, 120, 250]) for _ in range(579)]
        cases = [
            draw.binomialvariate(n, 0.3) if hasattr(draw, "binomialvariate") else _binomial(draw, n)
            for n in sizes
        ]
        outside.update(
            st.share_position(x, n, st.common_share(cases, sizes))
            for x, n in zip(cases, sizes, strict=True)
        )
    far = (outside["far_above"] + outside["far_below"]) / outside.total()
    assert 0.0005 < far < 0.003
    assert outside["inside"] / outside.total() > 0.945


def _binomial(draw: random.Random, n: int) -> int:
    return sum(draw.random() < 0.3 for _ in range(n))


def test_places_that_differ_more_than_chance_widen_the_limits_and_say_so() -> None:
    spread = st.overdispersion([10, 90] * 10, [100] * 20)
    assert spread.is_applied
    assert spread.phi > 1
    wide, plain = st.widened_limits(0.5, 100, spread), st.share_limits(0.5, 100)
    assert wide.low < plain.low < plain.high < wide.high


def test_places_that_differ_less_than_chance_keep_the_plain_limits() -> None:
    spread = st.overdispersion([50] * 20, [100] * 20)
    assert spread == st.Dispersion(0.0, 0.0)
    assert st.widened_limits(0.5, 100, spread) == st.share_limits(0.5, 100)


def test_the_trend_of_shares_has_the_published_chi2_and_points_up() -> None:
    found = st.share_trend(SHARES)
    assert found.chi2 == pytest.approx(47.9, abs=0.05)
    assert found.direction == "up"
    assert st.share_trend(SHARES[::-1]).direction == "down"


def test_the_trend_of_values_has_the_published_chi2() -> None:
    values = [24.67, 24.6, 28.0, 30.2, 30.6]
    limits = [st.byar_interval(x) for x, _ in SHARES]
    rates = [
        Interval(i.low / n * 1000, i.high / n * 1000)
        for i, (_, n) in zip(limits, SHARES, strict=True)
    ]
    found = st.value_trend(list(zip(values, rates, strict=True)))
    assert found.chi2 == pytest.approx(46.77, abs=0.005)
    assert found.direction == "up"


@pytest.mark.parametrize(
    ("years", "reason"),
    [
        (SHARES[:4], "too_few"),
        ([*SHARES[:2], None, *SHARES[3:]], "broken"),
        ([*SHARES[:4], (7, 7)], "no_spread"),
        ([(0, 9)] * 5, "no_spread"),
    ],
)
def test_a_trend_is_refused_with_its_reason(
    years: list[tuple[int, int] | None], reason: str
) -> None:
    assert st.share_trend(years) == st.Trend(None, "none", reason)  # type: ignore[arg-type]


def test_only_the_last_five_years_make_the_trend() -> None:
    assert st.share_trend([(1, 2), None, *SHARES]) == st.share_trend(SHARES)


def test_one_year_alone_makes_no_direction() -> None:
    flat_but_last = [(100, 1000), (100, 1000), (100, 1000), (100, 1000), (200, 1000)]
    found = st.share_trend(flat_but_last)
    assert (found.chi2 or 0) > 9.549536
    assert found.direction == "none"


@pytest.mark.parametrize("expected", [0.5, 3.0, 8.5, 40.0, 900.0])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_limits_of_a_count_are_those_its_own_interval_draws(expected: float, level: float) -> None:
    found = st.rate_limits(expected, level)
    low, high = round(found.low * expected), round(found.high * expected)
    assert st.count_interval(low, level).high >= expected
    assert st.count_interval(high, level).low <= expected < st.count_interval(high + 1, level).low
    assert low == 0 or st.count_interval(low - 1, level).high < expected


def test_counts_that_differ_more_than_chance_widen_their_limits() -> None:
    spread = st.rate_overdispersion([50, 150] * 10, [100.0] * 20)
    assert spread.is_applied
    wide, plain = st.widened_rate_limits(100.0, spread), st.rate_limits(100.0)
    assert wide.low < plain.low < plain.high < wide.high
    assert st.widened_rate_limits(100.0, st.Dispersion(0.3, 0.0)) == plain


def test_counts_of_one_true_rate_are_not_called_different() -> None:
    draw = random.Random(5)
    expected = [float(draw.choice([8, 20, 60, 150])) for _ in range(579)]
    counts = [sum(draw.random() < 0.01 for _ in range(round(100 * e))) for e in expected]
    assert st.rate_overdispersion(counts, expected).phi < 1.05
