"""Loading the demonstration: in the order things arrived, once, and never beside real returns."""

from pathlib import Path

import pytest

from pipelines import settings
from pipelines.demo import calibration, load, submissions
from pipelines.demo.network import generate_network
from pipelines.demo.submissions import DemoSubmission
from pipelines.errors import Refused
from pipelines.reference import places
from pipelines.reference.periods import Quarter
from pipelines.store.ledger import Ledger
from tests.intake.ingest.sample_files import send, team


@pytest.fixture(scope="module")
def city() -> calibration.DemoCity:
    return calibration.generate_city(generate_network(places.load_places(), load.SEED), load.SEED)


@pytest.fixture(scope="module")
def post(city: calibration.DemoCity) -> list[DemoSubmission]:
    return submissions.list_submissions(city, load.SEED)


def test_letters_come_one_after_another_under_names_of_their_own(
    post: list[DemoSubmission],
) -> None:
    assert [one.received for one in post] == sorted(one.received for one in post)
    assert len({one.file_name for one in post}) == len(post)


def test_every_district_writes_every_quarter_and_every_point_from_its_opening(
    post: list[DemoSubmission], city: calibration.DemoCity
) -> None:
    first = [one for one in post if one.turn == 1]
    assert sum(one.kind == "district" for one in first) == 30 * 16
    assert {(one.unit, one.period) for one in first if one.form == "B"} == {
        (p, q.code) for p, q in city.points.values
    }


def test_no_figure_published_waits_for_a_late_or_missing_return(
    post: list[DemoSubmission], city: calibration.DemoCity
) -> None:
    needed = {quarter.code for quarter in calibration.published_quarters("A")} - {"2022-Q3"}
    for one in post:
        if one.kind == "district" and one.turn == 1 and one.period in needed:
            quarter = Quarter.from_number(int(one.period[:4]), int(one.period[-1]))
            assert (one.received.date() - quarter.end).days <= 6
            assert set(one.values) >= {
                t for t, q in city.teams.values if q == quarter and t in one.values
            }


def test_the_last_word_on_a_published_quarter_is_the_true_table(
    post: list[DemoSubmission], city: calibration.DemoCity
) -> None:
    last = {(one.unit, one.period): one for one in post if one.kind == "district"}
    for quarter in calibration.published_quarters("A") - {Quarter.from_number(2022, 3)}:
        said = {
            t: row
            for (_, period), one in last.items()
            if period == quarter.code
            for t, row in one.values.items()
        }
        assert said == {t: row for (t, q), row in city.teams.values.items() if q == quarter}


def test_some_returns_are_late_missing_or_wrong(post: list[DemoSubmission]) -> None:
    assert any(one.turn == 2 for one in post)
    late = [one for one in post if one.kind == "district" and one.turn == 1 and _days(one) > 6]
    assert 3 <= len(late) <= 40


def test_a_loaded_home_is_not_loaded_again(demo_home: Path) -> None:
    chosen = settings.load_settings(demo_home)
    head = Ledger(demo_home).head()
    assert load.load_demo(chosen) is None
    assert Ledger(demo_home).head() == head


def test_a_home_with_real_returns_takes_no_demonstration(tmp_path: Path) -> None:
    send(tmp_path, team())
    with pytest.raises(Refused) as refused:
        load.load_demo(settings.load_settings(tmp_path))
    assert refused.value.code == "demo_not_here"


def _days(one: DemoSubmission) -> int:
    return (
        one.received.date() - Quarter.from_number(int(one.period[:4]), int(one.period[-1])).end
    ).days
