"""Statistics agree with published and hand-computed values."""

import math

import pytest

from pipelines.statistics import modified_z, poisson_tail


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


def test_exactly_12_and_91_are_far_from_the_published_series() -> None:
    series = [50, 51, 53, 59, 58, 55, 55, 52, 51, 58, 12, 91]
    assert [x for x in series if abs(modified_z(series, x)) >= 2.0] == [12, 91]


def test_a_series_with_more_than_half_equal_values_falls_back_to_the_mean_deviation() -> None:
    assert modified_z([10, 10, 10, 10, 14], 20) == pytest.approx(0.7979 * 10 / 0.8)


def test_a_constant_series_has_no_spread_to_measure_with() -> None:
    assert modified_z([7, 7, 7], 9) == 0.0
