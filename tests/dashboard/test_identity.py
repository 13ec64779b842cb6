"""Whoever the list of users gives no rights is told why at the door, and sees nothing."""

from datetime import UTC, datetime
from pathlib import Path

from dashboard import identity
from dashboard.identity import Claim
from pipelines import settings
from pipelines.present.text import say
from pipelines.privacy.scope import PUBLIC
from pipelines.store.state import State, User


def test_a_row_whose_role_and_districts_do_not_go_together_lets_nobody_in(tmp_path: Path) -> None:
    State(tmp_path).grant(User("lan@hanoi.example", "city", frozenset({"020"})))
    lan = identity.reader(settings.load(tmp_path), Claim("lan@hanoi.example", datetime.now(UTC), "login"))
    assert (lan.why, lan.scope) == ("no_rights", PUBLIC)
    assert "role and districts" in say(f"entrance.{lan.why}", "en")
