"""What an analyst writes first ends in an answer, or in a sentence that says what to write."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pipelines import kpi
from pipelines.errors import CauNoiError, PeriodError, PlaceError, Refused


@pytest.fixture(autouse=True)
def at_home(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask as a notebook does: of the home in the environment, without naming a store."""
    monkeypatch.setenv("CAUNOI_HOME", str(demo_home))
    monkeypatch.setenv("CAUNOI_LANG", "en")


def test_one_cut_is_a_text() -> None:
    districts = kpi.values("T06", by="district", period=2020)
    assert districts.height == 30 and districts["denominator"].sum() == 579
    assert kpi.values("T06", by="district, quarter", period=2020).height == 120


@pytest.mark.parametrize(
    "period", [2022, "2022", "năm 2022", "2022-Y", "2022..2022", "q1/2022..quý IV/2022"]
)
def test_a_year_is_a_year_however_it_is_written(period: str | int) -> None:
    assert kpi.values("O01", period=period).equals(kpi.values("O01", period="2022-Y"))


def test_one_place_is_a_text() -> None:
    assert kpi.values("T03", place="020", period=2022)["expected"].item() == 16


def test_a_name_two_places_bear_names_both_codes() -> None:
    with pytest.raises(PlaceError, match=r"020 Huyện Thanh Trì; 00301 .* Write the code"):
        kpi.values("T06", place="Thanh Trì", period=2022)


def test_a_code_as_a_number_is_refused_with_the_text_to_write() -> None:
    with pytest.raises(PlaceError, match='Write the place 20 as a text: "020" is a district'):
        kpi.values("T06", place=20)  # type: ignore[arg-type]


def test_several_figures_stand_one_under_the_other_or_side_by_side() -> None:
    long = kpi.values(["T04", "T05"], by="quarter", period=2022)
    assert (long.columns[:2], long.height) == (["kpi", "quarter"], 8)
    wide = kpi.values("T04, T05", by="quarter", period=2022, wide=True)
    assert (wide.columns, wide.height) == (["quarter", "T04", "T05"], 4)
    assert wide["T04"].to_list() == long.filter(kpi="T04")["value"].to_list()
    assert kpi.values("T04,T05", period=2022, wide=True).shape == (1, 2)


def test_quarters_have_their_days() -> None:
    first = kpi.values("T04", by="quarter", period=2022, dates=True).row(0, named=True)
    assert (first["quarter"], first["first_day"], first["last_day"]) == (
        "2022-Q1",
        date(2021, 12, 15),
        date(2022, 3, 14),
    )
    with pytest.raises(Refused, match='add by="quarter"'):
        kpi.values("T04", period=2022, dates=True)


def test_what_needs_a_build_finds_the_current_one() -> None:
    with kpi.open_store() as store:
        named = kpi.points(period="2022-Y", store=store)
    assert kpi.points(period=2022).equals(named)  # type: ignore[call-arg, arg-type]


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("from mart.referrals", r"holds single referrals: .*scope=kpi.STEWARD.*kpi.outcomes"),
        ("pivot mart.facts on measure using sum(value)", r"PIVOT cannot run here.*frame.pivot"),
        ("select * from facts", r"the query names facts\. kpi\.tables\(\) lists"),
        ("delete from mart.facts", "Run one SELECT at a time"),
    ],
)
def test_a_statement_that_is_not_run_says_why(statement: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        kpi.sql(statement)


def test_a_wrong_word_names_the_right_ones() -> None:
    with pytest.raises(Refused, match="One may split by: district, ward, quarter"):
        kpi.values("T06", by="month")
    with pytest.raises(PeriodError, match=r'"2023-13" is not understood\. Write 2022-Q3'):
        kpi.values("T06", period="2023-13")


def test_an_error_speaks_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUNOI_LANG", "vi")
    with pytest.raises(CauNoiError, match=r'Không có mã "T66"\. Mã gần nhất: T06'):
        kpi.values("T66")


def test_only_what_is_meant_for_analysts_is_listed() -> None:
    assert dir(kpi) == sorted(kpi.__all__)
    code = "from pipelines import kpi; [getattr(kpi, name) for name in kpi.__all__]"
    subprocess.run([sys.executable, "-c", code], check=True)
