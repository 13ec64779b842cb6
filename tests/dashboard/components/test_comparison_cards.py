"""Places side by side: rates within limits of chance, counts by year."""

from pathlib import Path

from tests.dashboard.conftest import Reader

YEARS = ["District", "2021", "2022"]


def test_two_districts_are_compared_on_a_count_by_year(
    warm_reader: Reader, city_home: Path
) -> None:
    page = warm_reader(
        city_home, "compare", district="002,004", kpi="O01", period="2022-Y", lang="en"
    )
    assert not page.exception
    assert page.title[0].value.replace("\u00a0", " ").endswith("by year and place")
    (table,) = [t.value for t in page.dataframe if list(t.value.columns) == YEARS]
    # Three wards and one; six contacts in each of four quarters.
    assert table.to_numpy().tolist() == [["Hoàn Kiếm", "72", "72"], ["Long Biên", "24", "24"]]
