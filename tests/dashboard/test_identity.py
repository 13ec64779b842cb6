"""Who somebody is: an account of the provider, bound to a name on the list of users."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard.auth import identity
from dashboard.auth.identity import Reader
from dashboard.auth.sign_in_claims import SignInClaim, claim_from_provider
from pipelines import settings
from pipelines.catalog import LANGUAGES
from pipelines.present.i18n import translate
from pipelines.present.panels.user_table import format_second_account
from pipelines.privacy.scope import PUBLIC
from pipelines.settings import Access
from pipelines.store import accounts, users
from pipelines.store.state_db import StateDatabase, User

LAN, MINH = "lan@hanoi.example", "minh@hanoi.example"
CHIEF = User("chief@hanoi.example", "steward")
ISSUER = "https://id.hanoi.example"


@pytest.fixture
def state(tmp_path: Path) -> StateDatabase:
    found = StateDatabase(tmp_path)
    for user in (User(LAN, "city"), User(MINH, "public"), CHIEF):
        found.save_user(user)
    return found


def claims(sub: str, email: str, **more: object) -> dict[str, Any]:
    told = {"iss": ISSUER, "sub": sub, "email": email, "email_verified": True}
    return {**told, "iat": time.time(), "is_logged_in": True, "nonce": "n-1", **more}


def sign_in(state: StateDatabase, sub: str, email: str, **more: object) -> Reader:
    home = settings.load_settings(state.home.root)
    return identity.find_reader(home, claim_from_provider(home.access, claims(sub, email, **more)))


def test_a_row_whose_role_and_districts_do_not_go_together_lets_nobody_in(tmp_path: Path) -> None:
    StateDatabase(tmp_path).save_user(User("lan@hanoi.example", "city", frozenset({"020"})))
    lan = identity.find_reader(
        settings.load_settings(tmp_path),
        SignInClaim("lan@hanoi.example", datetime.now(UTC), "login"),
    )
    assert (lan.why, lan.scope) == ("no_rights", PUBLIC)
    assert "role and districts" in translate(f"entrance.{lan.why}", "en")


@pytest.mark.parametrize("verified", [None, False, "true", "false", 1, "missing"])
def test_an_address_counts_only_when_it_is_verified(verified: object) -> None:
    told = claims("1", LAN, email_verified=verified)
    if verified == "missing":
        del told["email_verified"]
    assert claim_from_provider(Access(), told) is None
    assert claim_from_provider(Access(claim="sub"), {**told, "sub": "1"}) is not None


@pytest.mark.parametrize(
    "claim",
    [{"iat": None}, {"iat": "1"}, {"iat": -1}, {"iat": 1e300}, {"email": 5}, {"email": ""}],
    ids=str,
)
def test_claims_that_say_too_little_name_nobody(claim: dict[str, object]) -> None:
    assert claim_from_provider(Access(), {**claims("1", LAN), **claim}) is None


def test_a_second_account_with_the_same_address_is_refused_and_named(state: StateDatabase) -> None:
    assert sign_in(state, "1", LAN).scope.role == "city"
    second = sign_in(state, "2", LAN)
    assert (second.why, second.scope) == ("other_account", PUBLIC)
    assert sign_in(state, "1", LAN, iss="https://other.example").why == "other_account"
    assert sign_in(state, "1", LAN).why == ""

    (named,) = accounts.list_refused_accounts(state)
    assert named.subject == LAN
    for language in LANGUAGES:
        assert LAN in format_second_account(named, language, ZoneInfo("Asia/Ho_Chi_Minh"))
    told = [(event.who, event.what, event.objects) for event in state.list_events()]
    lan = state.pseudonym(LAN)
    assert told == [
        (lan, "sign_in", ("city",)),
        (lan, "refused", ("other_account",)),
        (lan, "refused", ("other_account",)),
    ]
    assert translate("entrance.other_account", "en") != "entrance.other_account"


def test_an_account_stays_the_person_it_was_when_its_address_changes(state: StateDatabase) -> None:
    assert sign_in(state, "1", MINH).scope.role == "public"
    found = sign_in(state, "1", LAN)
    assert (found.subject, found.scope.role) == (MINH, "public")


def test_nobody_who_was_refused_takes_a_name(state: StateDatabase) -> None:
    users.end_user(state, LAN, CHIEF.subject, datetime.now(UTC).date())
    assert sign_in(state, "2", LAN).why == "unlisted"
    state.save_user(User(LAN, "city"))
    assert sign_in(state, "1", LAN).why == ""
    assert sign_in(state, "2", LAN).why == "other_account"


def test_ending_access_lets_a_new_account_come_in_its_place(state: StateDatabase) -> None:
    sign_in(state, "1", LAN)
    sign_in(state, "2", LAN)
    today = datetime.now(UTC).date()
    users.end_user(state, LAN, CHIEF.subject, today)
    users.grant_role(state, User(LAN, "city"), CHIEF.subject, today)
    assert accounts.list_refused_accounts(state) == []
    assert sign_in(state, "2", LAN, nonce="n-2").why == ""
    assert sign_in(state, "1", LAN, nonce="n-3").why == "other_account"


def test_an_answer_asked_for_again_is_the_same_sign_in(state: StateDatabase) -> None:
    first = sign_in(state, "1", LAN, iat=time.time() - 60, at_hash="a")
    again = sign_in(state, "1", LAN, at_hash="b")
    assert first.login == again.login != sign_in(state, "1", LAN, nonce="n-2").login
