"""Published figures stand beside ours with the verdict their own words allow."""

from typing import Any

import pytest

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import PUBLIC
from tests.kpi.conftest import City


def rows(store: WarehouseReader, **more: Any) -> dict[str, dict[str, Any]]:
    return {r["figure"]: r for r in kpi.published(store=store, **more).to_dicts()}


def test_a_figure_agrees_or_differs_by_its_own_words(city: City) -> None:
    city.returns("D-00046", "2020-Q4", a31=67642, a40=2000, a48=2_000_000_000, a20=30_000)
    city.returns("D-00118", "2022-Q3", a04=118)
    with city.built() as store:
        found = rows(store)
    assert (found["F04"]["state"], found["F04"]["difference"]) == ("agrees", 0)
    assert (found["F06"]["state"], found["F06"]["difference"]) == ("differs", -373)
    assert (found["F19"]["state"], found["F19"]["qualifier"]) == ("agrees", ">")
    assert (found["F03"]["state"], found["F03"]["published"]) == ("agrees", None)
    assert (found["W2.9"]["state"], found["W2.9"]["computed"]) == ("agrees", 118)


@pytest.mark.parametrize("figure", ["F52", "W3.2", "W10.1", "W11.1"])
def test_what_nothing_of_ours_answers_stands_as_a_claim(
    store: WarehouseReader, figure: str
) -> None:
    row = rows(store)[figure]
    assert (row["state"], row["computed"]) == ("claim", None)


def test_both_published_versions_of_a_half_year_stand(store: WarehouseReader) -> None:
    found = rows(store)
    assert [found[f]["published"] for f in ("W10.1", "W10.2", "W10.3")] == [536, 918, 226]
    assert [found[f]["published"] for f in ("W11.1", "W11.2", "W11.3")] == [547, 935, 257]


def test_outsiders_see_what_was_published_and_not_our_exact_people(store: WarehouseReader) -> None:
    row = rows(store, scope=PUBLIC)["F26"]
    assert (row["published"], row["computed"], row["answer"]) == (5, None, "suppressed")


def test_a_reading_that_is_an_inference_says_so_in_the_answer_too(store: WarehouseReader) -> None:
    found = rows(store)
    inferred = [code for code, row in found.items() if row["inference_en"]]
    assert inferred == ["F25", "F26", "F27", "F45"]
    assert "referral" in found["F45"]["inference_en"]
