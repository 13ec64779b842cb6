"""Every page opens on both sides of the reform, in links made before it as well."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.present.i18n import translate
from tests.dashboard.views.test_views import VIEWS

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

Reader = Callable[..., AppTest]


@pytest.mark.parametrize("period", ["2022-Y", "2025-Q4", "2022-Y..2025-Y"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_link_to_a_district_opens_in_every_period(
    warm_reader: Reader, today_home: Path, view: str, period: str
) -> None:
    page = warm_reader(today_home, view, period=period, district="002")
    assert not page.exception
    unknown = translate("filter.unknown.district", "vi", code="002")
    assert unknown not in [note.value for note in page.info]


def test_the_wards_of_today_are_grouped_by_former_districts(
    warm_reader: Reader, today_home: Path
) -> None:
    page = warm_reader(today_home, "overview", period="2025-Q4", district="002", ward="00070")
    assert not page.exception
    labels = [control.label for control in page.multiselect]
    assert translate("filter.former_district", "vi") in labels
