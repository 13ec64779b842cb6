"""Users and the audit trail as tables of words, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.present import spans
from pipelines.present.text import known, say
from pipelines.store.state import Event, User

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
#: Lines of the trail a page shows; the command shows all.
SHOWN = 500


def table(users: Sequence[tuple[User, str, bool]], names: Mapping[str, str], language: Language) -> pl.DataFrame:
    """One row per user with the code the trail knows them by, and whether they may come in."""
    heads = [say(f"users.{name}", language) for name in ("subject", "role", "districts", "until", "active", "code")]
    rows = [
        (
            user.subject,
            say(f"users.{user.role}", language) if known(f"users.{user.role}") else user.role,
            ", ".join(names.get(code, code) for code in sorted(user.districts)),
            spans.day(user.until, language) if user.until else "",
            say("system.yes" if active else "system.no", language),
            code,
        )
        for user, code, active in users
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def trail(events: Sequence[Event], language: Language) -> pl.DataFrame:
    """One row per event, newest first, in Hanoi's time."""
    heads = [say(f"trail.{name}", language) for name in ("at", "who", "what", "objects")]
    rows = [
        (_moment(e.at, language), e.who, _what(e.what, language), " ".join(e.objects))
        for e in reversed(events[-SHOWN:])
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def refusal(code: str, language: Language) -> str:
    """The catalogue's sentence for a refused change of the list."""
    return catalog.sentence(code, language)


def _moment(text: str, language: Language) -> str:
    try:
        at = datetime.fromisoformat(text).astimezone(HANOI)
    except ValueError:
        # NOTE: a line that was tampered with is shown as it is, and the ones after it are shown.
        return text
    return f"{spans.day(at.date(), language)} {at:%H:%M:%S}"


def _what(verb: str, language: Language) -> str:
    return say(f"trail.{verb}", language) if known(f"trail.{verb}") else verb
