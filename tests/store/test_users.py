"""The list of users: roles with districts, last days, a steward always, and an audit trail."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import Refused
from pipelines.store import users
from pipelines.store.state_db import StateDatabase, User

TODAY = date(2026, 11, 26)


@pytest.fixture
def state(tmp_path: Path) -> StateDatabase:
    found = StateDatabase(tmp_path)
    users.grant_role(found, User("chief@example.org", "steward"), "setup", TODAY)
    return found


def refused(do: object, *args: object) -> str:
    with pytest.raises(Refused) as caught:
        do(*args)  # type: ignore[operator]
    return caught.value.code


def test_names_do_not_depend_on_letter_case(state: StateDatabase) -> None:
    users.grant_role(state, User(" Lan@Example.org ", "city"), "chief@example.org", TODAY)
    assert state.find_user("lan@example.org", TODAY) == User("lan@example.org", "city")


@pytest.mark.parametrize(
    ("role", "districts"), [("district", ()), ("city", ("001",)), ("steward", ("001",))]
)
def test_districts_belong_to_the_role_district(
    state: StateDatabase, role: str, districts: tuple[str, ...]
) -> None:
    user = User("lan@example.org", role, frozenset(districts))  # type: ignore[arg-type]
    assert refused(users.grant_role, state, user, "chief@example.org", TODAY) == "district_needed"


@pytest.mark.parametrize(
    ("role", "districts"), [("district", ()), ("public", ("020",)), ("city", ("020",))]
)
def test_a_row_whose_role_and_districts_do_not_go_together_gives_no_rights(
    state: StateDatabase, role: str, districts: tuple[str, ...]
) -> None:
    state.save_user(User("lan@example.org", role, frozenset(districts)))  # type: ignore[arg-type]
    (lan,) = (u for u in users.list_users(state) if u.subject == "lan@example.org")
    assert lan.trouble == "district_needed" and not users.is_active(lan, TODAY)
    assert refused(state.find_scope, "lan@example.org", TODAY) == "district_needed"
    users.end_user(state, "lan@example.org", "chief@example.org", TODAY)


def test_an_ended_user_is_out_today_and_stays_on_the_list(state: StateDatabase) -> None:
    users.grant_role(state, User("lan@example.org", "city"), "chief@example.org", TODAY)
    users.end_user(state, "LAN@example.org", "chief@example.org", TODAY)
    assert state.find_user("lan@example.org", TODAY) is None
    assert [u.subject for u in users.list_users(state)] == ["chief@example.org", "lan@example.org"]


def test_the_last_steward_stays(state: StateDatabase) -> None:
    assert (
        refused(users.end_user, state, "chief@example.org", "chief@example.org", TODAY)
        == "last_steward"
    )
    lower = User("chief@example.org", "city")
    assert refused(users.grant_role, state, lower, "chief@example.org", TODAY) == "last_steward"
    users.grant_role(state, User("next@example.org", "steward"), "chief@example.org", TODAY)
    users.end_user(state, "chief@example.org", "next@example.org", TODAY)


def test_nobody_unknown_can_be_ended(state: StateDatabase) -> None:
    assert refused(users.end_user, state, "nobody", "chief@example.org", TODAY) == "unknown_user"


def test_every_change_is_in_the_trail_without_names(state: StateDatabase) -> None:
    user = User("lan@example.org", "district", frozenset({"004", "002"}), date(2027, 1, 31))
    users.grant_role(state, user, "chief@example.org", TODAY)
    users.end_user(state, "lan@example.org", "chief@example.org", TODAY)
    lan = state.pseudonym("lan@example.org")
    told = [(e.what, e.objects) for e in state.list_events()[1:]]
    assert told == [("role", (lan, "district", "002", "004", "2027-01-31")), ("role_end", (lan,))]
    assert "example.org" not in str(state.list_events())


@pytest.mark.parametrize(
    "other",
    ["\u212aim@example.org", "kim@example.org ", "kim@example.org\xa0", "kım@example.org"],
    ids=["Kelvin sign", "blank", "no-break space", "dotless i"],
)
def test_a_name_that_only_looks_alike_is_somebody_else(state: StateDatabase, other: str) -> None:
    users.grant_role(state, User("KIM@Example.org", "city"), "chief@example.org", TODAY)
    assert state.find_user(users.fold_subject("Kim@example.ORG"), TODAY) is not None
    assert state.find_user(users.fold_subject(other), TODAY) is None
    assert state.pseudonym(users.fold_subject(other)) != state.pseudonym("kim@example.org") or (
        other.strip() == "kim@example.org"
    )


def test_one_name_in_two_forms_of_unicode_is_one_name(state: StateDatabase) -> None:
    users.grant_role(state, User("hòa@example.org", "city"), "chief@example.org", TODAY)
    assert state.find_user(users.fold_subject("hòa@example.org"), TODAY) is not None


@pytest.mark.parametrize("other", ["maſ", "straße", "İ"])
def test_letters_that_fold_together_elsewhere_do_not_here(other: str) -> None:
    assert users.fold_subject(other) not in ("mas", "strasse", "i", "i̇")
