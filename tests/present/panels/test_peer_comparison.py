"""What a comparison says: limits, ranks as ranges, parts that add up, targets, open years."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from pipelines.catalog import find_kpi
from pipelines.kpi.comparison import PlaceComparison
from pipelines.kpi.trend import TrendYears
from pipelines.present.kpi_result import KpiResult
from pipelines.present.panels import (
    comparison,
    data_quality,
    growth,
    headlines,
    peer_comparison,
    published_table,
    targets,
)
from pipelines.reference.periods import parse_period
from pipelines.reference.targets import find_target

Make = Callable[..., KpiResult]


def places(*rows: tuple[str, float, str, int, int, int]) -> pl.DataFrame:
    """Name, value, position, rank and the ranks it may have."""
    fixed = {
        "numerator": 40.0,
        "denominator": 10.0,
        "expected": 1,
        "received": 1,
        "missing_by": {"blank": 0, "blocked": 0, "not_sent": 0},
        "below_gate": False,
        "state": "reported",
    }
    return pl.DataFrame(
        [
            {
                "district": f"00{n}",
                "district_name": name,
                "value": value,
                **fixed,
                "exactness": "exact",
            }
            | {"qualifier": "=", "low": value - 1, "high": value + 1, "position": position}
            | {"rank": rank, "first": first, "last": last}
            for n, (name, value, position, rank, first, last) in enumerate(rows)
        ]
    )


EDGES = pl.DataFrame(
    {
        "base": [5, 10],
        "low": [3.0, 3.5],
        "high": [5.0, 4.5],
        "far_low": [2.0, 3.0],
        "far_high": [6.0, 5.0],
    }
)
FAIR = PlaceComparison(
    find_kpi("O04"),
    places(
        ("Xa", 9.0, "far_above", 1, 1, 1),
        ("Giữa", 4.1, "inside", 2, 2, 3),
        ("Kia", 4.0, "inside", 3, 2, 3),
    ),
    common=4.2,
    edges=EDGES,
    by_chance=0.15,
)


def test_places_outside_are_counted_and_named() -> None:
    assert "1 trong 3 quận" in peer_comparison.funnel_finding(FAIR, "district", "vi")
    assert (
        peer_comparison.list_outside(FAIR, "district", "en")
        == "Clearly different, overall level 4.2: Xa (9.0)"
    )
    assert peer_comparison.list_striking(FAIR, "district", 6) == ("000", "002")


def test_only_what_the_correction_leaves_is_flagged_and_chance_is_counted() -> None:
    near = PlaceComparison(
        find_kpi("O04"),
        places(("Xa", 9.0, "above", 1, 1, 3), ("Giữa", 4.1, "inside", 2, 1, 3)),
        common=4.2,
        edges=EDGES,
        by_chance=0.1,
    )
    finding = peer_comparison.funnel_finding(near, "district", "en")
    assert "none of 2" in finding and "1 outside the 95% limits" in finding
    assert peer_comparison.list_outside(near, "district", "en").startswith("No place differs")
    notes = peer_comparison.list_notes(near, "en")
    assert "chance alone puts about 0.1 outside the 95% limits; there are 1." in notes[1]


def test_a_place_without_an_interval_of_its_own_shows_its_value_only() -> None:
    bare = FAIR.places.with_columns(low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64))
    table = peer_comparison.rank_table(replace(FAIR, places=bare), "district", "en")
    assert [row[4] for row in table.rows()] == ["", "", ""]


def test_ranks_are_ranges_and_say_what_cannot_be_told_apart() -> None:
    table = peer_comparison.rank_table(FAIR, "district", "en").rows()
    assert [(row[0], row[1], row[5], row[6]) for row in table] == [
        ("1", "Xa", "1", "clearly higher"),
        ("2", "Giữa", "2–3", "no clear difference"),
        ("3", "Kia", "2–3", "no clear difference"),
    ]
    assert peer_comparison.ranked_codes(FAIR, "district") == ["000", "001", "002"]


def test_the_funnel_draws_every_place_and_hands_its_code_back() -> None:
    drawn = peer_comparison.draw_place_funnel(FAIR, "district", "vi").figure["data"]
    assert sorted(code for trace in drawn for code in trace.get("customdata", [])) == [
        "000",
        "001",
        "002",
    ]


def test_a_count_gets_a_sentence_instead_of_a_funnel() -> None:
    refused = PlaceComparison(find_kpi("T03"), places(("Xa", 9.0, "inside", 1, 1, 1)), "no_base")
    drawn = peer_comparison.draw_place_funnel(refused, "district", "en")
    assert drawn.figure["data"] == []
    assert "count without a denominator" in drawn.alt


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            TrendYears((2020, 2021, 2022, 2023), None, "none", "too_few"),
            "only 4 full report years (2020–2023)",
        ),
        (
            TrendYears((2019, 2020, 2021, 2022, 2023), 0.004, "up", "", 10.0),
            "rising trend over 2019–2023, about 10.0% a year (p = 0.004",
        ),
        (TrendYears((2023,), None, "none", "too_few"), "only 1 full report year (2023)"),
        (TrendYears((), None, "none", "too_few"), "no full report year yet"),
        (TrendYears((2022, 2023), None, "none", "no_method"), "does not fit"),
    ],
)
def test_a_trend_is_said_or_its_absence_explained(told: TrendYears, words: str) -> None:
    assert words in peer_comparison.format_trend(told, find_kpi("O04"), "en")


GROUPS = pl.DataFrame(
    {
        "group": ["same", "new", "back", "missing", "closed"],
        "reporters": [10, 2, 1, 1, 0],
        "before": [100, 0, 0, 8, 0],
        "after": [110, 9, 4, 0, 0],
        "difference": [10, 9, 4, -8, 0],
    }
)


def test_the_parts_of_a_change_add_up_to_the_last_bar() -> None:
    pair = comparison.pair_with_previous(find_kpi("K05"), "2022-Y")
    drawn = growth.draw_change(GROUPS, find_kpi("K05"), pair, "en")
    widths = drawn.figure["data"][0]["x"]
    assert sum(widths[:-1]) == widths[-1] == 15
    assert "+15 contacts; among the 10 reporting in both periods: +10" in drawn.alt
    assert drawn.table.rows()[-1] == ("Overall change", "14", "108", "123", "+15")
    assert "Overall change +13.9%" in growth.format_rates(GROUPS, "en")


def test_an_open_year_is_its_quarters_so_far() -> None:
    last = parse_period("2024-Q2").last
    assert comparison.elapsed_part("2024-Y", last) == "2024-H1"
    assert comparison.elapsed_part("2022-Y..2024-Y", last) == "2022-Q1..2024-Q2"
    assert comparison.elapsed_part("2023-Y", last) == "2023-Y"


def test_the_same_period_a_year_before_is_a_further_sentence(make: Make) -> None:
    told = headlines.since_year_sentence(make("K01", 33), make("K01", 25), 2022, "vi")
    assert told == " So với cùng kỳ 2022 (25): **+8**."
    assert (
        headlines.since_year_sentence(make("K01", 33), make("K01", 33), 2022, "en")
        == " As in the same period of 2022."
    )
    assert headlines.since_year_sentence(make("K01"), make("K01", 33), 2022, "en") == ""


def test_more_than_the_target_is_said_in_words(make: Make) -> None:
    goal = find_target("P01", 2023)
    assert goal
    drawn = targets.draw_targets([(goal, make("P01", 240))], "vi")
    assert "vượt mục tiêu 60" in drawn.alt.replace("\u00a0", " ")
    assert drawn.table.row(0)[-1].replace("\u00a0", " ") == "400 %, vượt mục tiêu"


def test_a_target_is_held_against_what_was_reached(make: Make) -> None:
    goal = find_target("P01", 2023)
    assert goal
    assert targets.share_of_target(goal, make("P01", 36)) == 60
    assert "60\u00a0% của mục tiêu 60 vào năm 2025" in targets.target_finding(
        [(goal, make("P01", 36))], "vi"
    )


def test_a_rule_is_named_without_its_values() -> None:
    assert "{" not in data_quality.rule_name("rule-X08", "vi")
    assert data_quality.rule_name("rule-X08", "vi")[0].isupper()
    assert data_quality.rule_name("Z999", "vi") == "Z999"


def test_both_published_versions_of_a_half_year_stand_side_by_side() -> None:
    told = {tuple(p.value for p in group) for group in published_table.group_versions()}
    assert {(536, 547), (918, 935), (226, 257)} <= told
    assert published_table.version_table("vi").height == len(published_table.group_versions())
