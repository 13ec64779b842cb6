"""A mark on the worklist says who and when, comes off by itself, and the newest can be undone."""

from pathlib import Path

from pipelines.store import work_marks
from pipelines.store.state_db import StateDatabase

WARDS = {"00046": ["s1", "s2"], "00058": []}


def test_a_mark_set_again_hides_the_earlier_one_until_it_is_taken_off(tmp_path: Path) -> None:
    state = StateDatabase(tmp_path)
    work_marks.add_marks(state, "2022-Q4", "asked", WARDS, "lan")
    work_marks.add_marks(state, "2022-Q4", "asked", {"00046": ["s1"]}, "minh")
    said = [(mark.ward, mark.who) for mark in work_marks.list_marks(state, "2022-Q4")]
    assert said == [("00046", "minh"), ("00058", "lan")]
    work_marks.remove_marks(state, "2022-Q4", "asked", ["00046"], "minh")
    assert {mark.who for mark in work_marks.list_marks(state, "2022-Q4")} == {"lan"}
    assert work_marks.list_marks(state, "2023-Q1") == []


def test_a_mark_holds_until_what_was_asked_has_arrived(tmp_path: Path) -> None:
    state = StateDatabase(tmp_path)
    work_marks.add_marks(state, "2022-Q4", "asked", WARDS, "lan")
    mark = work_marks.list_marks(state, "2022-Q4")[0]
    assert mark.holds(["s2", "s1"], is_missing=False)
    assert mark.holds(["s1", "s3"], is_missing=True)
    assert not mark.holds(["s1", "s3"], is_missing=False)


def test_the_trail_says_what_was_marked_and_that_it_was_taken_off(tmp_path: Path) -> None:
    state = StateDatabase(tmp_path)
    work_marks.add_marks(state, "2022-Q4", "done", WARDS, "lan")
    work_marks.remove_marks(state, "2022-Q4", "done", ["00058"], "lan")
    events = [(event.what, event.objects) for event in state.list_events()]
    assert events == [
        ("mark_done", ("2022-Q4", "00046", "00058")),
        ("mark_done_end", ("2022-Q4", "00058")),
    ]
    assert "lan" not in str(state.list_events())
