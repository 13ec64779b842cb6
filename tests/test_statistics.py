"""Statistics agree with published and hand-computed values (docs/domain.md 9.1)."""

import math

import numpy as np
import pytest

from pipelines import statistics as st
from pipelines.statistics import Interval, modified_z, poisson_tail

SERIES = [50, 51, 53, 59, 58, 55, 55, 52, 51, 58, 12, 91]
SHARES = [(994, 40299), (1023, 41527), (1199, 42811), (1332, 44064), (1367, 44701)]
#: Volunteers per team: 30 districts of 19 teams, whose standard deviation is the demonstration's.
DISTRICTS, TEAMS, TEAM_SIZE, TEAM_DEVIATION = 30, 19, 7.64, 1.60


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


def test_funnel_limits_of_a_small_place_are_exact() -> None:
    # 3 trials at one half: none or all of them happen once in eight, within chance at 95 %.
    assert st.exact_limits(0.5, 3) == Interval(0.0, 1.0)
    # 20 trials at 0.1: P(X > 5) = 0.0113 is within 2.5 %, P(X > 4) = 0.0432 is not.
    assert st.exact_limits(0.1, 20) == Interval(0.0, 5 / 20)
    assert st.exact_limits(0.9, 20) == Interval(15 / 20, 1.0)


def test_the_p_value_of_a_share_is_twice_its_exact_tail() -> None:
    # P(X >= 6) of 20 at 0.1 is 0.01125; nothing is further out than 2 of 20 is from 0.1.
    assert st.exact_p_values([6, 2], [20, 20], 0.1) == [pytest.approx(0.0225, abs=5e-5), 1.0]


def test_shares_that_differ_no_more_than_chance_keep_exact_limits() -> None:
    model = st.ShareModel([48, 50, 52], [100, 100, 100])
    assert not model.spread.is_applied
    assert model.chance_limits(20, 0.95) == st.exact_limits(0.5, 20)


def test_shares_that_differ_more_than_chance_are_held_against_their_own_spread() -> None:
    model = st.ShareModel([10, 90] * 10, [100] * 20)
    assert model.spread.is_applied and model.spread.phi > 1
    wide, plain = model.chance_limits(100, 0.95), st.exact_limits(0.5, 100)
    assert wide.low < plain.low < plain.high < wide.high
    assert min(model.p_values()) > 0.05


def test_the_spread_of_units_is_pooled_within_areas() -> None:
    # Within the first area 7, 8, 9 (squares 1 + 0 + 1), within the second 4 and 6 (1 + 1).
    spread = st.pool_spread([7, 8, 9, 4, 6], [1] * 5, ["a"] * 3 + ["b"] * 2)
    assert spread == st.PooledSpread(pytest.approx(math.sqrt(4 / 3)), 3)
    assert st.pool_spread([7, 8], [1, 1], ["a", "b"]) is None


def test_one_unit_alone_has_no_interval_and_t_gives_the_others_theirs() -> None:
    model = st.UnitSpreadModel([8.0, 5.0], [4, 1], st.PooledSpread(1.0, 4))
    four, alone = model.own_intervals()
    # t of 4 degrees of freedom at 95 % is 2.776445; the error of a mean of four is a half.
    assert four and near(four, 8 - 2.776445 / 2, 8 + 2.776445 / 2, 1e-6)
    assert alone is None
    assert model.common == pytest.approx(37 / 5)


def teams_of(seed: int, runs: int) -> np.ndarray:
    """Volunteers of each team by run and district; teams of the first have one fewer each."""
    draw = np.random.default_rng(seed)
    teams = draw.normal(TEAM_SIZE, TEAM_DEVIATION, (runs, DISTRICTS, TEAMS)).round()
    teams[:, 0, :] -= 1
    return teams


def judge(teams: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P values and adjusted p values of the districts of one run."""
    areas = [str(n) for n in range(DISTRICTS) for _ in range(TEAMS)]
    spread = st.pool_spread(teams.ravel().tolist(), [1] * teams.size, areas)
    assert spread
    model = st.UnitSpreadModel(teams.mean(axis=1).tolist(), [TEAMS] * DISTRICTS, spread)
    p_values = model.p_values()
    return np.array(p_values), np.array(st.adjust_p_values(p_values))


def test_a_district_one_volunteer_smaller_per_team_is_found() -> None:
    judged = [judge(teams) for teams in teams_of(7, 400)]
    plain, adjusted = (np.array(side) for side in zip(*judged, strict=True))
    assert (plain[:, 0] <= 0.05).mean() >= 0.6
    assert (plain[:, 1:] <= 0.05).mean() == pytest.approx(0.05, abs=0.01)
    # Among thirty districts only a third of such differences survive the correction, and hardly
    # any other district does.
    assert (adjusted[:, 0] <= 0.05).mean() == pytest.approx(0.31, abs=0.06)
    assert (adjusted[:, 1:] <= 0.05).mean() < 0.005


def share_outside(draw: np.random.Generator, spread: float, runs: int = 150) -> float:
    """How many of thirty places of 20 to 400 people lie outside the 95 % limits of a run."""
    people = draw.integers(20, 400, 30)
    outside = 0.0
    for _ in range(runs):
        angles = draw.normal(math.asin(math.sqrt(0.3)), spread, 30)
        cases = draw.binomial(people, np.sin(np.clip(angles, 0, math.pi / 2)) ** 2)
        p_values = st.ShareModel(cases.tolist(), people.tolist()).p_values()
        outside += float((np.array(p_values) <= 0.05).mean())
    return outside / runs


def test_limits_of_shares_hold_as_many_places_as_promised() -> None:
    draw = np.random.default_rng(3)
    # Exact limits of small places hold a little more than they promise.
    assert share_outside(draw, 0.0) == pytest.approx(0.04, abs=0.01)
    assert share_outside(draw, 0.1) == pytest.approx(0.05, abs=0.01)


def test_limits_of_stocks_hold_districts_of_all_sizes() -> None:
    draw = np.random.default_rng(5)
    sizes = [4, 8, 12, 16, 18, 19, 21, 24, 29, 33]
    areas = [str(at) for at, size in enumerate(sizes) for _ in range(size)]
    outside = 0
    for _ in range(400):
        teams = draw.normal(TEAM_SIZE, TEAM_DEVIATION, len(areas)).round()
        spread = st.pool_spread(teams.tolist(), [1] * len(areas), areas)
        assert spread
        means = [part.mean() for part in np.split(teams, np.cumsum(sizes)[:-1])]
        outside += sum(p <= 0.05 for p in st.UnitSpreadModel(means, sizes, spread).p_values())
    assert outside / 4000 == pytest.approx(0.05, abs=0.01)


def test_the_spread_between_places_holds_as_many_as_promised() -> None:
    roots = np.random.default_rng(9).normal(2, 0.3, (200, 30))
    judged = [st.PlaceSpreadModel((row**2).tolist(), common=4.0).p_values() for row in roots]
    assert (np.array(judged) <= 0.05).mean() == pytest.approx(0.05, abs=0.01)


def test_trendless_shares_show_a_trend_as_often_as_promised() -> None:
    draw = np.random.default_rng(17)
    odds = draw.normal(-1, 0.08, (2000, 5))
    cases = draw.binomial(40000, 1 / (1 + np.exp(-odds)))
    _, _, p_values = st.slope_test(np.log(cases / (40000 - cases)))
    assert (p_values <= 0.05).mean() == pytest.approx(0.05, abs=0.01)


def test_a_rate_without_a_law_is_held_against_the_spread_of_places() -> None:
    # Roots 3, 4, 5, 4, 4 and 9: against the other five the last is (9 - 4) / (0.7071 sqrt(1.2)).
    model = st.PlaceSpreadModel([9, 16, 25, 16, 16, 81], common=20.0)
    t = 5 / (math.sqrt(0.5) * math.sqrt(1.2))
    assert t == pytest.approx(6.455, abs=5e-4)
    # Student's t with 4 degrees of freedom: 2 P(T > 6.455) = 0.00297.
    assert model.p_values()[-1] == pytest.approx(0.00297, abs=2e-5)
    assert model.own_intervals() == [None] * 6
    near_limits = model.chance_limits(1, 0.95)
    assert near_limits == model.chance_limits(1000, 0.95)
    outside = [not near_limits.contains(value) for value in model.values]
    assert outside == [p <= 0.05 for p in model.p_values()]
    assert model.rank_spans() == [(2, 6)] * 5 + [(1, 1)]


def test_places_without_any_difference_stay_unflagged() -> None:
    assert min(st.PlaceSpreadModel([4.0] * 6, common=4.0).p_values()) == 1.0


def test_ranks_go_as_far_as_intervals_overlap() -> None:
    spans = st.rank_by_overlap([Interval(8, 10), Interval(4, 6), Interval(3, 5)])
    assert spans == [(1, 1), (2, 3), (2, 3)]


def test_p_values_are_adjusted_as_benjamini_and_hochberg_do() -> None:
    # 4 p / rank, and never more than that of a larger p.
    adjusted = st.adjust_p_values([0.01, 0.04, 0.03, 0.5])
    assert adjusted == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])


def test_a_line_over_the_logs_has_the_slope_and_p_value_worked_by_hand() -> None:
    # Slope 9 / 10, residual variance 1.9 / 3, so t = 3.576 with 3 degrees of freedom.
    slope, error, p_value = st.slope_test([0, 2, 1, 3, 4])
    assert (slope, error) == (pytest.approx(0.9), pytest.approx(math.sqrt(1.9 / 30)))
    assert p_value == pytest.approx(0.0374, abs=5e-5)


def test_values_that_grow_steadily_have_a_trend_and_its_factor() -> None:
    found = st.value_trend([100, 112, 119, 134, 146])
    assert (found.direction, found.reason) == ("up", "")
    assert found.factor == pytest.approx(1.10, abs=0.005)
    assert st.value_trend([146, 134, 119, 112, 100]).direction == "down"


def test_large_counts_that_only_vary_have_no_trend() -> None:
    # By Poisson errors these 70,000 contacts a year would rise beyond any doubt.
    assert st.value_trend([66000, 74000, 68000, 73000, 71000]).direction == "none"


def test_the_published_shares_rise() -> None:
    assert st.share_trend(SHARES).direction == "up"
    assert st.share_trend(SHARES[::-1]).direction == "down"


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


def test_years_before_a_gap_are_left_out() -> None:
    assert st.share_trend([(1, 2), None, *SHARES]) == st.share_trend(SHARES)


@pytest.mark.parametrize("deviation", [0.05, 0.10])
def test_trendless_years_show_a_trend_as_often_as_promised(deviation: float) -> None:
    draw = np.random.default_rng(11)
    counts = (70000 * np.exp(draw.normal(0, deviation, (50000, 5)))).round()
    _, _, p_values = st.slope_test(np.log(counts))
    assert (p_values <= 0.05).mean() == pytest.approx(0.05, abs=0.01)


def test_years_that_resemble_the_year_before_show_one_twice_as_often() -> None:
    draw = np.random.default_rng(13)
    shocks = draw.normal(0, math.sqrt(1 - 0.4**2), (50000, 8))
    years = shocks.copy()
    years[:, 0] = draw.normal(0, 1, 50000)
    for n in range(1, 8):
        years[:, n] = 0.4 * years[:, n - 1] + shocks[:, n]
    five, eight = (st.slope_test(0.08 * years[:, :n])[2] for n in (5, 8))
    assert (five <= 0.05).mean() == pytest.approx(0.11, abs=0.01)
    assert (eight <= 0.05).mean() == pytest.approx(0.15, abs=0.01)


def test_competing_ends_give_the_published_incidence() -> None:
    # Satagopan et al., Br J Cancer 2004;91:1229, table 2: 305 patients; deaths from the disease in
    # months 10, 16, 23 and 27, from other causes in months 18 and 26.
    days = [7, 10, 14, 16, 18, 23, 24, 26, 27] + [60] * 296
    causes = [0, 1, 0, 1, 2, 1, 0, 2, 1] + [0] * 296
    found = st.cumulative_incidence(days, causes)
    steps = np.diff([0.0, *(found.at(month) for month in (10, 16, 23, 27))])
    assert steps.round(3).tolist() == [0.003] * 4
    assert found.at(9) == 0.0
    # Step by step: 1/304, then what is left of all, times 1/302, and so on.
    left = 303 / 304
    assert found.at(16) == pytest.approx(1 / 304 + left / 302)
    left *= (301 / 302) * (300 / 301)
    assert found.at(23) == pytest.approx(1 / 304 + 303 / 304 / 302 + left / 300)


def test_refusals_are_no_late_arrivals() -> None:
    # Of four, one refuses on day 1 and two arrive on day 2: half arrive, not two of three.
    found = st.cumulative_incidence([1, 2, 2, 3], [2, 1, 1, 0])
    assert found.at(2) == pytest.approx(0.5)
    assert found.error_at(0) == 0.0
    assert math.isnan(st.cumulative_incidence([1, 2], [2, 1]).error_at(2))
    with pytest.raises(ValueError, match="cause 1"):
        st.cumulative_incidence([1.0], [0])
