"""Saved views: one row a reader, forgotten when empty; short names never change their meaning."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import pytest

from pipelines.store import saved_views, users
from pipelines.store.state_db import StateDatabase, User

NOW = datetime(2024, 1, 5, 3, tzinfo=UTC)
CHOICE = {"district": "002", "period": "2022-Y"}


@pytest.fixture
def state(tmp_path: Path) -> StateDatabase:
    return StateDatabase(tmp_path)


def test_each_reader_has_the_last_choice_and_an_empty_one_is_forgotten(
    state: StateDatabase,
) -> None:
    saved_views.save_last_view(state, "lan", {"district": "004"})
    saved_views.save_last_view(state, "lan", CHOICE)
    assert (
        saved_views.load_last_view(state, "lan"),
        saved_views.load_last_view(state, "minh"),
    ) == (CHOICE, {})
    saved_views.save_last_view(state, "lan", {})
    assert saved_views.load_last_view(state, "lan") == {}


def test_somebody_whose_access_ends_leaves_no_choice(state: StateDatabase) -> None:
    users.grant_role(state, User("lan@hanoi.example", "city"), "chief", NOW.date())
    saved_views.save_last_view(state, state.pseudonym("lan@hanoi.example"), CHOICE)
    users.end_user(state, "Lan@hanoi.example", "chief", NOW.date())
    assert saved_views.load_last_view(state, state.pseudonym("lan@hanoi.example")) == {}


def test_whose_access_ends_is_forgotten_even_when_somebody_else_is_writing(
    state: StateDatabase,
) -> None:
    who = state.pseudonym("lan@hanoi.example")
    saved_views.save_last_view(state, who, CHOICE)
    other = sqlite3.connect(state.home.state, check_same_thread=False)
    other.execute("begin immediate")
    done = Timer(0.3, other.commit)
    done.start()
    saved_views.forget_last_view(state, who)
    done.join()
    other.close()
    assert saved_views.load_last_view(state, who) == {}


def test_a_choice_waits_for_no_other_writer(state: StateDatabase) -> None:
    saved_views.save_last_view(state, "lan", CHOICE)
    other = sqlite3.connect(state.home.state, check_same_thread=False)
    other.execute("begin immediate")
    later = Timer(3, other.commit)
    later.start()
    saved_views.save_last_view(state, "lan", {"district": "004"})
    assert other.in_transaction
    later.cancel()
    later.join()
    other.close()
    assert saved_views.load_last_view(state, "lan") == CHOICE


def test_a_damaged_state_remembers_nothing_and_says_so_by_silence(state: StateDatabase) -> None:
    state.home.state.write_bytes(b"rubbish" * 1000)
    saved_views.save_last_view(state, "lan", CHOICE)
    assert (
        saved_views.load_last_view(state, "lan"),
        saved_views.open_short_link(state, "abcdefgh"),
    ) == ({}, {})


def test_the_same_choice_has_the_same_short_name_whoever_asks(state: StateDatabase) -> None:
    name = saved_views.make_short_link(state, "lan", CHOICE, NOW)
    assert len(name) == 8 and saved_views.NAME.fullmatch(name)
    assert saved_views.make_short_link(state, "minh", dict(reversed(CHOICE.items())), NOW) == name
    assert saved_views.open_short_link(state, name) == CHOICE


def test_a_short_name_never_changes_its_meaning(state: StateDatabase) -> None:
    name = saved_views.make_short_link(state, "lan", CHOICE, NOW)
    db = sqlite3.connect(state.home.state)
    for change in ("update short_links set choice = '{}'", "delete from short_links"):
        with pytest.raises(sqlite3.IntegrityError, match="only added"):
            db.execute(change)
    db.close()
    assert saved_views.open_short_link(state, name) == CHOICE


def test_another_choice_with_the_same_eight_letters_gets_more_letters(state: StateDatabase) -> None:
    name = saved_views.make_short_link(state, "lan", CHOICE, NOW)
    other = StateDatabase(state.home.root / "other")
    other.execute(
        "short_link_add", name=name, choice='{"district": "004"}', who="minh", day="2024-01-05"
    )
    longer = saved_views.make_short_link(other, "lan", CHOICE, NOW)
    assert longer.startswith(name) and len(longer) == 16
    assert (
        saved_views.open_short_link(other, longer),
        saved_views.open_short_link(other, name),
    ) == (
        CHOICE,
        {"district": "004"},
    )


def test_a_reader_makes_only_so_many_a_day(
    state: StateDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_views, "MOST", 2)
    made = [
        saved_views.make_short_link(state, "lan", {"district": code}, NOW)
        for code in ("001", "002", "003", "001")
    ]
    assert [bool(name) for name in made] == [True, True, False, True]
    assert saved_views.make_short_link(state, "minh", {"district": "003"}, NOW)
    assert saved_views.make_short_link(state, "lan", {"district": "004"}, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "abcdefgh",
        "' or 1=1 --",
        "abcdefgh\n",
        "ABCDEFGH",
        "../../state",
        "a" * 10_000,
        "ａｂｃｄｅｆｇｈ",
        "\0",
    ],
)
def test_whatever_else_is_asked_leads_nowhere(state: StateDatabase, name: str) -> None:
    saved_views.make_short_link(state, "lan", CHOICE, NOW)
    assert saved_views.open_short_link(state, name) == {}


@pytest.mark.parametrize("choice", ["[" * 100_000, "[1]", "five", '"five"'])
def test_a_view_that_nobody_wrote_is_none(state: StateDatabase, choice: str) -> None:
    saved_views.save_last_view(state, "lan", CHOICE)
    with sqlite3.connect(state.home.state) as db:
        db.execute("update choices set choice = ?", (choice,))
    db.close()
    assert saved_views.load_last_view(state, "lan") == {}
