"""What lasts of a choice: one row a reader, forgotten when empty; short names that mean the same for ever."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import pytest

from pipelines.store import choices, people
from pipelines.store.state import State, User

NOW = datetime(2024, 1, 5, 3, tzinfo=UTC)
CHOICE = {"district": "002", "period": "2022-Y"}


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path)


def test_each_reader_has_the_last_choice_and_an_empty_one_is_forgotten(state: State) -> None:
    choices.remember(state, "lan", {"district": "004"})
    choices.remember(state, "lan", CHOICE)
    assert (choices.last(state, "lan"), choices.last(state, "minh")) == (CHOICE, {})
    choices.remember(state, "lan", {})
    assert choices.last(state, "lan") == {}


def test_somebody_whose_access_ends_leaves_no_choice(state: State) -> None:
    people.give(state, User("lan@hanoi.example", "city"), "chief", NOW.date())
    choices.remember(state, state.pseudonym("lan@hanoi.example"), CHOICE)
    people.end(state, "Lan@hanoi.example", "chief", NOW.date())
    assert choices.last(state, state.pseudonym("lan@hanoi.example")) == {}


def test_whose_access_ends_is_forgotten_even_when_somebody_else_is_writing(state: State) -> None:
    who = state.pseudonym("lan@hanoi.example")
    choices.remember(state, who, CHOICE)
    other = sqlite3.connect(state.home.state, check_same_thread=False)
    other.execute("begin immediate")
    done = Timer(0.3, other.commit)
    done.start()
    choices.forget(state, who)
    done.join()
    other.close()
    assert choices.last(state, who) == {}


def test_a_choice_waits_for_no_other_writer(state: State) -> None:
    choices.remember(state, "lan", CHOICE)
    other = sqlite3.connect(state.home.state, check_same_thread=False)
    other.execute("begin immediate")
    later = Timer(3, other.commit)
    later.start()
    choices.remember(state, "lan", {"district": "004"})
    assert other.in_transaction
    later.cancel()
    later.join()
    other.close()
    assert choices.last(state, "lan") == CHOICE


def test_a_damaged_state_remembers_nothing_and_says_so_by_silence(state: State) -> None:
    state.home.state.write_bytes(b"rubbish" * 1000)
    choices.remember(state, "lan", CHOICE)
    assert (choices.last(state, "lan"), choices.opened(state, "abcdefgh")) == ({}, {})


def test_the_same_choice_has_the_same_short_name_whoever_asks(state: State) -> None:
    name = choices.shorten(state, "lan", CHOICE, NOW)
    assert len(name) == 8 and choices.NAME.fullmatch(name)
    assert choices.shorten(state, "minh", dict(reversed(CHOICE.items())), NOW) == name
    assert choices.opened(state, name) == CHOICE


def test_a_short_name_never_changes_its_meaning(state: State) -> None:
    name = choices.shorten(state, "lan", CHOICE, NOW)
    db = sqlite3.connect(state.home.state)
    for change in ("update short_links set choice = '{}'", "delete from short_links"):
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            db.execute(change)
    db.close()
    assert choices.opened(state, name) == CHOICE


def test_another_choice_with_the_same_eight_letters_gets_more_letters(state: State) -> None:
    name = choices.shorten(state, "lan", CHOICE, NOW)
    other = State(state.home.root / "other")
    other.do("short_link_add", name=name, choice='{"district": "004"}', who="minh", day="2024-01-05")
    longer = choices.shorten(other, "lan", CHOICE, NOW)
    assert longer.startswith(name) and len(longer) == 16
    assert (choices.opened(other, longer), choices.opened(other, name)) == (CHOICE, {"district": "004"})


def test_a_reader_makes_only_so_many_a_day(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "MOST", 2)
    made = [choices.shorten(state, "lan", {"district": code}, NOW) for code in ("001", "002", "003", "001")]
    assert [bool(name) for name in made] == [True, True, False, True]
    assert choices.shorten(state, "minh", {"district": "003"}, NOW)
    assert choices.shorten(state, "lan", {"district": "004"}, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "name",
    ["", "abcdefgh", "' or 1=1 --", "abcdefgh\n", "ABCDEFGH", "../../state", "a" * 10_000, "ａｂｃｄｅｆｇｈ", "\0"],
)
def test_whatever_else_is_asked_leads_nowhere(state: State, name: str) -> None:
    choices.shorten(state, "lan", CHOICE, NOW)
    assert choices.opened(state, name) == {}
