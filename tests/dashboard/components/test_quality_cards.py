"""The lists of the quality page are whole, for the period that was asked."""

from pathlib import Path

from pipelines import kpi, settings
from pipelines.present.i18n import translate
from tests.dashboard.conftest import Reader


def test_returns_that_have_not_come_are_those_of_the_whole_period(
    warm_reader: Reader, city_home: Path
) -> None:
    page = warm_reader(city_home, "quality", period="2022-Y", lang="en")
    head = translate("quality.column_period", "en")
    (table,) = [t.value for t in page.dataframe if t.value.columns[0] == head]
    # One point owes three quarters, the other all four.
    assert table[head].to_list() == ["Q1 22", "Q2 22", "Q3 22", "Q1 22", "Q2 22", "Q3 22", "Q4 22"]


def test_every_open_issue_is_listed(warm_reader: Reader, demo_home: Path) -> None:
    with kpi.open_store(settings.load_settings(demo_home)) as store:
        number = kpi.issues("2020-Y..2023-Y", store=store).height
    page = warm_reader(demo_home, "quality", period="2020-Y..2023-Y", lang="en")
    head = translate("troubles.column_what", "en")
    (table,) = [t.value for t in page.dataframe if head in t.value.columns]
    assert len(table) == number
