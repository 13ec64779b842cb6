"""A link is settled against what can be had: pure values, no widgets."""

import pytest

from dashboard.components.page_context import PageContext
from dashboard.queries.figures import ReadScope
from dashboard.selection import FilterOptions, LinkProblem, Selection, resolve_selection
from pipelines.privacy.scope import CITY, PUBLIC, Scope

OFFER = FilterOptions(
    periods=("2021-Y..2022-Y", "2022-Y"),
    districts=(("002", "Hoàn Kiếm"), ("004", "Long Biên")),
    wards=(("00046", "Hàng Buồm", "002"), ("00118", "Ngọc Thụy", "004")),
    kpis=("T06", "K01"),
)
START = Selection(period="2021-Y..2022-Y", kpi="T06")


def settled(**asked: str) -> tuple[Selection, tuple[LinkProblem, ...]]:
    return resolve_selection(asked, START, OFFER, is_period=asked.get("period") == "2022-Y")


def test_nothing_asked_is_the_start() -> None:
    assert settled() == (START, ())


def test_a_choice_and_its_link_say_the_same() -> None:
    chosen, problems = settled(
        period="2022-Y", district="004,002", ward="00046", kpi="K01", lang="en"
    )
    assert not problems
    assert settled(**chosen.to_query(START)) == (chosen, ())


def test_unknown_codes_are_named_and_known_ones_kept() -> None:
    chosen, problems = settled(district="004,999")
    assert chosen.districts == ("004",)
    assert problems == (LinkProblem("district", "999"),)


def test_a_code_named_twice_counts_once() -> None:
    assert settled(district="004,004")[0].districts == ("004",)


def test_wards_come_before_districts_when_asking() -> None:
    assert settled(district="002", ward="00046")[0].places == ("00046",)
    assert settled(district="002")[0].places == ("002",)
    assert settled()[0].places == ()


@pytest.mark.parametrize(
    "other",
    [
        PageContext(ReadScope("warehouse-00002", CITY), START),
        PageContext(ReadScope("warehouse-00001", PUBLIC), START),
        PageContext(ReadScope("warehouse-00001", Scope("district", frozenset({"002"}))), START),
        PageContext(ReadScope("warehouse-00001", CITY), Selection(period="2022-Y")),
        PageContext(ReadScope("warehouse-00001", CITY), START, phone=True),
    ],
)
def test_what_is_remembered_for_one_reader_build_or_choice_never_answers_another(
    other: PageContext,
) -> None:
    assert repr(PageContext(ReadScope("warehouse-00001", CITY), START)) != repr(other)
    assert repr(other.key) in repr(other)
