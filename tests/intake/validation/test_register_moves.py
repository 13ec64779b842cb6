"""Register lines that move units: a move has its day, a number is given once."""

import pytest

from pipelines.intake.validation import RegisterSnapshot
from pipelines.reference.places import load_places
from pipelines.reference.unit_seats import Seat, SeatedUnit, UnitIndex
from tests.intake.validation.sample_returns import codes
from tests.intake.validation.test_register_rules import POINT_LINE, TEAM_LINE, register

HANG_BUOM = SeatedUnit("P-00046", (Seat("00046"),))
LIEU_GIAI = SeatedUnit("D-00008", (Seat("00008"),))
KNOWN = RegisterSnapshot(index=UnitIndex([HANG_BUOM, LIEU_GIAI], load_places()))
MOVED = {**POINT_LINE, "point_id": "P-00046", "commune": "00070"}
NEW_TEAM = {**TEAM_LINE, "commune": "00008", "valid_from": "2025-07-01", "authority": "commune"}


@pytest.mark.parametrize(
    ("changes", "expected"), [({}, {"rule-D10"}), ({"effective_from": "2025-07-01"}, set())]
)
def test_a_move_needs_its_day(changes: dict[str, str], expected: set[str]) -> None:
    line = {**MOVED, **changes}
    assert codes(register("D3", line), known=KNOWN) == expected


@pytest.mark.parametrize(("number", "expected"), [("D-00008", {"rule-D11"}), ("D-00008-2", set())])
def test_a_number_is_given_once(number: str, expected: set[str]) -> None:
    line = {**NEW_TEAM, "team_id": number}
    assert codes(register("D1", line), known=KNOWN) == expected
