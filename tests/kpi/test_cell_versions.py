"""How a figure came to be: versions of its cells, what is missing, and changes that add up."""

from collections.abc import Iterator
from datetime import date

import pytest

from pipelines import kpi
from pipelines.errors import Refused
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from tests.kpi.conftest import City, registered

#: The module makes a build of its own.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseReader]:
    """Return three teams of 10 contacts: one late, one corrected to 12; the fourth sent nothing."""
    city: City = registered(tmp_path_factory.mktemp("versions"))
    city.returns("D-00046", "2022-Q1", a31=10)
    city.returns("D-00058", "2022-Q1", days_late=20, a31=10)
    city.returns("D-00067", "2022-Q1", a31=10)
    city.returns("D-00067", "2022-Q1", days_late=30, a31=12)
    with city.built() as store:
        yield store


def test_changes_add_up_to_the_figure(corrected: WarehouseReader) -> None:
    found = kpi.history("O01", "2022-Q1", store=corrected)
    assert found.select("cause", "day", "cells", "difference").rows() == [
        ("on_time", date(2022, 3, 14), 2, 20),
        ("late", date(2022, 4, 3), 1, 10),
        ("corrected", date(2022, 4, 13), 1, 2),
    ]
    assert (
        found["difference"].sum()
        == kpi.values("O01", period="2022-Q1", store=corrected)["value"][0]
    )


def test_a_figure_that_received_nothing_has_no_changes(corrected: WarehouseReader) -> None:
    assert kpi.history("O01", "2022-Q1", ["00118"], store=corrected).is_empty()


def test_every_version_of_a_cell_says_what_was_sent_when_and_whose_file_it_was(
    corrected: WarehouseReader,
) -> None:
    found = kpi.versions("O01", "2022-Q1", ["00067"], store=corrected)
    assert found.select("text", "state", "cell", "sender", "origin").rows() == [
        ("10", "accepted", "E2", "D-00067", "inbox"),
        ("12", "accepted", "E2", "D-00067", "inbox"),
    ]


def test_what_is_missing_is_named(corrected: WarehouseReader) -> None:
    found = kpi.gaps("O01", "2022-Q1", store=corrected)
    assert found.select("ward", "form", "field", "reason").rows() == [
        ("00118", "A", "", "not_sent")
    ]


def test_versions_of_protected_cells_stay_with_those_who_see_them(
    corrected: WarehouseReader,
) -> None:
    other = Scope("district", frozenset({"004"}))
    assert kpi.versions("O01", "2022-Q1", ["002"], store=corrected, scope=other).is_empty()
    with pytest.raises(Refused) as refused:
        kpi.versions("O01", "2022-Q1", store=corrected, scope=PUBLIC)
    assert refused.value.code == "out_of_scope"


def test_what_stands_on_registers_has_no_cells_of_a_form(corrected: WarehouseReader) -> None:
    with pytest.raises(Refused) as refused:
        kpi.history("P01", "2022-Q1", store=corrected, scope=CITY)
    assert refused.value.code == "no_cells"
