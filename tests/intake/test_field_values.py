"""The cells of a return stand in columns, and each reads as a cell of its own."""

import pytest

from pipelines.intake.model import FieldValue, FieldValues

FIRST = FieldValue("D-00646", "2022-Q3", "a20", "7", 7, None, "accepted", "Mẫu A", "E31", "họp")
SECOND = FieldValue("P-00646", "2022-Q3", "b20", None, None, "=", "blank", "Mẫu B", "E31")


def test_columns_give_back_the_cells_they_were_made_of() -> None:
    values = FieldValues.from_entries([FIRST, SECOND])
    assert [*values] == [FIRST, SECOND]
    assert (values[1], [*values[:1]], len(values)) == (SECOND, [FIRST], 2)
    assert (values.code, values.forms) == (["a20", "b20"], ["A", "B"])


def test_a_line_is_put_behind_the_others() -> None:
    values = FieldValues.from_entries([FIRST])
    values.extend(FieldValues.from_entries([SECOND]))
    assert [*values] == [FIRST, SECOND]


def test_a_report_may_stand_in_several_runs() -> None:
    values = FieldValues.from_entries([FIRST, FIRST, SECOND, FIRST])
    assert [run.cells for run in values.list_runs()] == [2, 1, 1]
    assert values.find_reports()["D-00646", "2022-Q3"] == [0, 1, 3]
    assert values.list_accepted([0, 2]) == {"a20": 7}


def test_other_states_leave_the_cells_as_sent() -> None:
    values = FieldValues.from_entries([FIRST])
    (blocked,) = values.with_states(["blocked"])
    assert (blocked.state, blocked.text, values[0].state) == ("blocked", "7", "accepted")


def test_columns_of_two_lengths_are_no_cells() -> None:
    with pytest.raises(ValueError, match="lengths"):
        FieldValues(reporter=["D-00646"])
