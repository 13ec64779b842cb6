"""Rights that contradict themselves cannot be made; what a reader sees follows from one rule."""

import pytest

from pipelines.catalog import Protection
from pipelines.errors import Refused
from pipelines.privacy.scope import CITY, PUBLIC, STEWARD, Role, Scope, strictest

LAN = Scope("district", frozenset({"002"}))


@pytest.mark.parametrize("role", ["public", "city", "steward"])
def test_only_the_role_district_has_districts(role: Role) -> None:
    with pytest.raises(Refused) as refused:
        Scope(role, frozenset({"020"}))
    assert refused.value.code == "district_needed"


@pytest.mark.parametrize("districts", [frozenset(), frozenset({""}), frozenset({"", "002"})])
def test_the_role_district_has_districts_with_a_code(districts: frozenset[str]) -> None:
    with pytest.raises(Refused) as refused:
        Scope("district", districts)
    assert refused.value.code == "district_needed"


def test_a_role_nobody_knows_cannot_be_made() -> None:
    with pytest.raises(Refused) as refused:
        Scope("mayor")  # type: ignore[arg-type]
    assert refused.value.code == "unknown_role"


@pytest.mark.parametrize(
    ("scope", "protection", "below", "seen"),
    [
        (PUBLIC, False, True, True),
        (PUBLIC, "below_district", False, True),
        (PUBLIC, "below_district", True, False),
        (PUBLIC, True, False, False),
        (LAN, "below_district", False, True),
        (LAN, "below_district", True, False),
        (LAN, True, False, False),
        (CITY, True, True, True),
        (STEWARD, "below_district", True, True),
    ],
)
def test_what_is_seen_of_another_district(
    scope: Scope, protection: Protection, below: bool, seen: bool
) -> None:
    assert scope.sees("004", protection, below_district=below) == seen


@pytest.mark.parametrize("protection", [False, "below_district", True])
def test_of_the_own_district_everything_is_seen(protection: Protection) -> None:
    assert LAN.sees("002", protection, below_district=True)


def test_a_sum_is_protected_as_its_strictest_part() -> None:
    assert strictest([False, "below_district", True]) is True
    assert strictest(["below_district", False]) == "below_district"
    assert strictest([False, False]) is False
