"""Whoever the list of users gives no rights is told why at the door, and sees nothing."""

from datetime import UTC, datetime
from pathlib import Path

from dashboard.auth import identity
from dashboard.auth.identity import SignInClaim
from pipelines import settings
from pipelines.present.i18n import translate
from pipelines.privacy.scope import PUBLIC
from pipelines.store.state_db import StateDatabase, User


def test_a_row_whose_role_and_districts_do_not_go_together_lets_nobody_in(tmp_path: Path) -> None:
    StateDatabase(tmp_path).save_user(User("lan@hanoi.example", "city", frozenset({"020"})))
    lan = identity.find_reader(
        settings.load_settings(tmp_path),
        SignInClaim("lan@hanoi.example", datetime.now(UTC), "login"),
    )
    assert (lan.why, lan.scope) == ("no_rights", PUBLIC)
    assert "role and districts" in translate(f"entrance.{lan.why}", "en")
