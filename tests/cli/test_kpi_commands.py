"""`caunoi kpi` answers what the screen shows.

It refuses what the contract forbids, and hides what a role may not see.
"""

import csv
import io

import pytest

from pipelines import catalog
from tests.cli.conftest import Caunoi


def test_volunteers_per_team_is_the_article_s(demo: Caunoi) -> None:
    row = demo("kpi", "T06", "--period", "2020-Y", "--json").json["rows"][0]
    assert (row["numerator"], row["denominator"], row["state"]) == (4386, 579, "reported")


def test_districts_add_up_to_the_city(demo: Caunoi) -> None:
    rows = demo("kpi", "T06", "--period", "2020-Y", "--by", "district", "--json").json["rows"]
    assert len(rows) == 30 and {"district", "district_name"} <= set(rows[0])
    assert sum(r["numerator"] for r in rows) == 4386 and sum(r["denominator"] for r in rows) == 579


def test_hoan_kiem_in_summer_2021_says_16_of_18_in_json_and_table(demo: Caunoi) -> None:
    asked = ("kpi", "O01", "--period", "2021-Q3", "--place", "002")
    row = demo(*asked, "--json").json["rows"][0]
    assert (row["value"], row["received"], row["expected"]) == (174, 16, 18)
    assert (row["missing"], row["partial"], row["state"]) == (2, True, "reported")
    assert row["missing_by"] == {"blank": 0, "blocked": 1, "not_sent": 1, "unpublished": 0}
    assert "16/18" in demo(*asked).out


@pytest.mark.parametrize(
    ("code", "period", "why"),
    [
        ("b15", "2022-H1", "not_over_time"),
        ("K01+K03", "2022-Q1", "units_differ"),
        ("ZZZ", "2022-Q1", "unknown_name"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_a_sentence(
    demo: Caunoi, code: str, period: str, why: str
) -> None:
    answer = demo("kpi", code, "--period", period, "--json")
    assert (answer.code, answer.error) == (2, why)
    assert len(answer.json["error"]["message"]) > 20


def test_outsiders_get_a_hidden_number_and_no_error(demo: Caunoi) -> None:
    answer = demo("kpi", "K01", "--period", "2023-Y", "--role", "public", "--json")
    row = answer.json["rows"][0]
    assert (answer.code, row["state"], row["value"]) == (0, "suppressed", None)


def test_a_district_sees_its_own_people_and_not_its_neighbours(demo: Caunoi) -> None:
    words = (
        "kpi",
        "K01",
        "--period",
        "2023-Y",
        "--by",
        "district",
        "--role",
        "district",
        "--as-district",
        "020",
        "--json",
    )
    rows = {r["district"]: r["state"] for r in demo(*words).json["rows"]}
    assert rows["020"] == "reported" and rows["002"] == "suppressed"


def test_the_figure_of_an_earlier_day_can_still_be_asked(demo: Caunoi) -> None:
    def contacts(*as_of: str) -> float:
        return float(
            demo("kpi", "O01", "--period", "2022-H1", *as_of, "--json").json["rows"][0]["value"]
        )

    assert contacts() == 35_068
    assert contacts("--as-of", "2022-06-25") < 35_068


def test_csv_is_for_machines(demo: Caunoi) -> None:
    answer = demo("kpi", "T03", "--period", "2022-Y", "--by", "quarter", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert [r["quarter"] for r in rows] == ["2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]


def test_an_empty_home_says_that_there_is_nothing_yet(caunoi: Caunoi) -> None:
    answer = caunoi("kpi", "T06", "--json")
    assert (answer.code, answer.error) == (2, "no_build")


def test_words_nobody_knows_are_refused_and_a_machine_is_told(demo: Caunoi) -> None:
    answer = demo("kpi", "T06", "--nonsense", "--json")
    assert (answer.code, answer.error) == (2, "usage")


def test_the_list_names_every_figure_with_page_and_definition(caunoi: Caunoi) -> None:
    found = {row["kpi"]: row for row in caunoi("kpi", "--list", "--json").json["kpis"]}
    assert found.keys() == catalog.kpis().keys()
    assert found["T06"]["pages"] == ["overview", "teams", "compare", "place"]
    assert all(row["definition_vi"] and row["definition_en"] for row in found.values())
    assert found["T06"]["definition_vi"] in " ".join(caunoi("kpi", "--list").out.split())


def test_without_a_figure_the_command_asks_for_one(caunoi: Caunoi) -> None:
    answer = caunoi("kpi", "--json")
    assert (answer.code, answer.error) == (2, "usage")
    assert "CODE" in caunoi("kpi").err
