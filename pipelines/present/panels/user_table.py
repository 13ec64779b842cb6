"""Users and the audit trail as tables of words, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.present.chart_data import text_table
from pipelines.present.format import periods
from pipelines.present.i18n import has_text, translate, translate_each
from pipelines.store.state_db import AuditEvent, User

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
#: Lines of the trail a page shows; the command shows all.
SHOWN = 500


def user_table(
    users: Sequence[tuple[User, str, bool]], names: Mapping[str, str], language: Language
) -> pl.DataFrame:
    """One row per user with the code the trail knows them by, and whether they may come in."""
    heads = translate_each(
        "users.", ("subject", "role", "districts", "until", "active", "code"), language
    )
    rows = [
        (
            user.subject,
            translate(f"users.{user.role}", language)
            if has_text(f"users.{user.role}")
            else user.role,
            ", ".join(names.get(code, code) for code in sorted(user.districts)),
            periods.format_day(user.until, language) if user.until else "",
            translate("system.yes" if active else "system.no", language),
            code,
        )
        for user, code, active in users
    ]
    return text_table(heads, rows)


def audit_table(events: Sequence[AuditEvent], language: Language) -> pl.DataFrame:
    """One row per event, newest first, in Hanoi's time."""
    heads = translate_each("trail.", ("at", "who", "what", "objects"), language)
    rows = [
        (_format_moment(e.at, language), e.who, _format_verb(e.what, language), " ".join(e.objects))
        for e in reversed(events[-SHOWN:])
    ]
    return text_table(heads, rows)


def format_refusal(code: str, language: Language) -> str:
    """The catalogue's sentence for a refused change of the list."""
    return catalog.format_sentence(code, language)


def _format_moment(text: str, language: Language) -> str:
    try:
        at = datetime.fromisoformat(text).astimezone(HANOI)
    except ValueError:
        # NOTE: a line that was tampered with is shown as it is, and the ones after it are shown.
        return text
    return f"{periods.format_day(at.date(), language)} {at:%H:%M:%S}"


def _format_verb(verb: str, language: Language) -> str:
    return translate(f"trail.{verb}", language) if has_text(f"trail.{verb}") else verb
